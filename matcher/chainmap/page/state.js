// Where one is and what is filtered, both in the address, so that a link shows the same.
"use strict";
(() => {
  const map = window.Shuanglian.map;

  /** Returns {path, view, filters} of an address such as "#/nuts/storage?county=宽城县"; the path in parts. */
  map.readState = (model, hash) => {
    const [path, query] = [hash.split("?")[0], hash.slice(hash.indexOf("?") + 1)];
    const asked = new URLSearchParams(hash.includes("?") ? query : "");
    const place = (list, value) => (value === null ? -1 : list.findIndex((one) => (Array.isArray(one) ? one[0] : one) === value));
    // Of a month that the map does not know, the nearest within what was asked.
    const from = asked.get("from") || "", to = asked.get("to") || "";
    return {
      path: path.replace(/^#\/?/, "").split("/").filter(Boolean).map(decode),
      view: asked.get("view") || "",
      filters: {
        county: Math.max(0, place(model.counties, asked.get("county") || null)),
        tier: place(model.words.tiers, asked.get("tier")),
        lane: asked.get("lane") === "unknown" ? model.words.lanes.length : place(model.words.lanes, asked.get("lane")),
        kind: place(model.words.cells, asked.get("kind")),
        from: from ? model.months.findIndex((one) => one >= from) : -1,
        to: to ? model.months.findLastIndex((one) => one <= to) : -1,
        own: asked.get("own") === "1",
      },
    };
  };

  /** Returns the address of a state; the reverse of `readState`. */
  map.writeState = (model, { path, view, filters }) => {
    const asked = new URLSearchParams();
    if (view) asked.set("view", view);
    if (filters.county) asked.set("county", model.counties[filters.county]);
    if (filters.tier >= 0) asked.set("tier", model.words.tiers[filters.tier][0]);
    if (filters.lane >= 0) asked.set("lane", filters.lane < model.words.lanes.length ? model.words.lanes[filters.lane][0] : "unknown");
    if (filters.kind >= 0) asked.set("kind", model.words.cells[filters.kind][0]);
    if (model.months[filters.from]) asked.set("from", model.months[filters.from]);
    if (model.months[filters.to]) asked.set("to", model.months[filters.to]);
    if (filters.own) asked.set("own", "1");
    const query = asked.toString();
    return `#/${path.map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`;
  };

  function decode(part) {
    try {
      return decodeURIComponent(part);
    } catch {
      return part; // Somebody's cut-off link.
    }
  }
})();
