// Making elements. Text is only ever set as text: nothing that a record says becomes markup.
"use strict";
(() => {
  const map = window.Shuanglian.map;

  /** Returns an element; `given` holds its class, attributes and, as functions, its listeners. */
  map.el = (tag, given, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") made.addEventListener(name, value);
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  };

  /** Returns a table in a box of its own that scrolls; `rows` are lists of text or elements. */
  map.table = (caption, heads, rows, given) => {
    const el = map.el;
    return el("div", { class: "cm-scroll", tabindex: "0", role: "region", "aria-label": caption },
      el("table", { class: "cm-table", ...given },
        el("caption", {}, caption),
        el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
        el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, place) => el(place ? "td" : "th", place ? {} : { scope: "row" }, cell)))))));
  };

  map.percent = (share) => `${Math.round(share * 100)}%`;

  /** Returns a number that people read, with its thousands apart. */
  map.count = (number) => number.toLocaleString("en-US");

  /** Returns the badge of a verdict: its mark, and its word unless `isShort`. */
  map.badge = (app, verdict, isShort) => {
    if (verdict < 0) return map.el("span", { class: "cm-badge cm-none" }, isShort ? "–" : app.t("本县无记录", "nothing here"));
    const [key, zh, en] = app.model.words.verdicts[verdict];
    const word = app.t(zh, en);
    const mark = map.el("span", { class: "cm-mark", "aria-hidden": "true" }, app.t(...app.model.marks[key]));
    return map.el("span", { class: `cm-badge cm-${key}`, title: word },
      mark, map.el("span", { class: isShort ? "cm-hidden" : "" }, word));
  };

  /** Returns a link to a place of the map. */
  map.link = (app, path, given, ...children) => map.el("a", { href: app.href(path), ...given }, ...children);

  /** Returns a part of a page under its heading; nothing of nothing. */
  map.section = (title, ...children) => {
    const inside = children.flat(Infinity).filter(Boolean);
    return inside.length ? map.el("section", { class: "cm-section" }, map.el("h3", {}, title), inside) : null;
  };
})();
