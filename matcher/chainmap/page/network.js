// The network: nodes with the enterprises, other organizations and institutions that stand around them.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;
  // More points than these can neither be read nor moved smoothly.
  const [MOST_OF_CHAIN, MOST_OF_ALL] = [160, 220];
  const SORTS = ["node", "institution", "leader", "firm", "element"];
  const COLOURS = { institution: "#6d4ba3", leader: "#c2410c", firm: "#4b7f9e", element: "#7a6a1f" };

  /** Returns {points, ties, left}: what stands around the nodes, the most connected first, within `most`. */
  function gather(app, nodes, most) {
    const { model, filters } = app;
    const points = new Map();
    const ties = [];
    // Who has achievements and is on record too is one point, as what it is on record.
    const join = (sort, name, node, count, path) => {
      const id = `w${name}`;
      const point = points.get(id) || { id, name, weight: 0, nodes: new Set() };
      if (path || !point.sort) Object.assign(point, { sort, path });
      points.set(id, point);
      point.weight += count;
      if (!point.nodes.has(node.place)) {
        point.nodes.add(node.place);
        ties.push([id, node.place, count]);
      }
    };
    const isSeen = (kind) => filters.kind < 0 || filters.kind === kind;
    for (const node of nodes) {
      // What an institution has is told for the whole map: other filters than by kind don't reach it.
      if (isSeen(1) || isSeen(4)) for (const [name, count] of node.institutions) join("institution", model.data.strings[name], node, count, null);
      for (const [list, kind] of [["firm", 2], ["element", 3]]) {
        for (const place of node.shown[list]) {
          const record = model.records[place];
          if (model.passes(record, filters)) join(kind === 3 ? "element" : record.tier === 5 ? "leader" : "firm", record.title, node, 1, ["record", record.key]);
        }
      }
    }
    const ranked = [...points.values()].sort((a, b) => b.nodes.size - a.nodes.size || (b.sort === "leader") - (a.sort === "leader") || b.weight - a.weight || (a.id < b.id ? -1 : 1));
    const kept = new Set(ranked.slice(0, Math.max(0, most - nodes.length)).map((point) => point.id));
    return { points: ranked.filter((point) => kept.has(point.id)), ties: ties.filter(([id]) => kept.has(id)), left: ranked.length - kept.size };
  }

  map.network = (app, nodes, label) => {
    const { t, model } = app;
    const words = { node: t("环节", "node"), institution: t("成果所在单位", "institution"), leader: t("链主", "chain leader"), firm: t("企业", "enterprise"), element: t("创新要素", "element") };
    const name = (node) => t(node.zh, node.en);
    const most = nodes.length > 40 ? MOST_OF_ALL : MOST_OF_CHAIN;
    const note = el("p", { class: "cm-note" });
    let zoom = 1;
    // By buttons: a wheel over the drawing scrolls the page as everywhere.
    const closer = (by) => { zoom = Math.min(4, Math.max(0.3, zoom * by)); chart.begin(); };
    const zooms = el("span", { class: "cm-zoom" }, el("button", { type: "button", class: "cm-button", "aria-label": t("放大", "zoom in"), click: () => closer(1.4) }, "＋"), el("button", { type: "button", class: "cm-button", "aria-label": t("缩小", "zoom out"), click: () => closer(1 / 1.4) }, "－"));
    const draw = () => {
      const { points, ties, left } = gather(app, nodes, most);
      note.textContent = t("线：在该环节有成果、企业或要素；点越大联系越多。拖动可移。", "A line: has achievements, or stands, on that node; larger points have more ties. Drag to move.")
        + (left > 0 ? t(` 只画联系最多的，另有 ${left} 个见清单（Excel）。`, ` Only those with most ties are drawn; ${left} more are in the workbook.`) : "");
      const degree = (node) => ties.reduce((sum, [, place]) => sum + (place === node.place), 0);
      const size = nodes.length + points.length;
      const inside = new Set(nodes.map((node) => node.place));
      const option = {
        legend: { top: 4, itemWidth: 14, backgroundColor: "rgba(255, 255, 255, .88)", textStyle: { fontSize: 12 }, data: SORTS.map((sort) => words[sort]) },
        tooltip: map.tooltip((event) => event.dataType === "edge" ? [event.data.said] : [event.data.title, event.data.told]),
        series: [{
          type: "graph", layout: "force", roam: "move", draggable: true, zoom: zoom, cursor: "pointer",
          force: { initLayout: "circular", repulsion: size > 120 ? 55 : size > 50 ? 110 : 260, edgeLength: size > 120 ? [15, 60] : [40, 110], gravity: size > 120 ? 0.3 : 0.22, layoutAnimation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches },
          categories: SORTS.map((sort) => ({ name: words[sort], ...(sort === "node" ? { itemStyle: { color: "#495057" } } : { itemStyle: { color: COLOURS[sort] } }) })),
          labelLayout: ({ dataIndex }) => ({ hideOverlap: nodes.length > 40 || dataIndex >= nodes.length }),
          emphasis: { focus: "adjacency", label: { show: true } },
          data: [
            ...nodes.map((node) => {
              const verdict = app.tally.verdict(node);
              const key = verdict < 0 ? "none" : model.words.verdicts[verdict][0];
              return {
                id: `n${node.place}`, name: `n${node.place}`, path: node.key.split("/"), category: 0, title: name(node), told: verdict < 0 ? "" : t(...model.words.verdicts[verdict].slice(1)),
                symbol: "roundRect", symbolSize: Math.min(34, 14 + 2 * Math.sqrt(degree(node))), itemStyle: { color: map.COLOURS[key] },
                label: { show: true, position: "right", formatter: name(node), fontSize: 12, fontWeight: "bold" },
              };
            }),
            ...points.map((point) => ({
              id: point.id, name: point.id, path: point.path, category: SORTS.indexOf(point.sort), title: point.name, told: `${words[point.sort]} · ${t(`${point.nodes.size} 个环节`, `${point.nodes.size} nodes`)}`,
              symbol: point.sort === "element" ? "diamond" : point.sort === "leader" ? "triangle" : "circle", symbolSize: Math.min(26, 7 + 3 * Math.sqrt(point.weight)),
              label: { show: point.nodes.size > 1 || point.sort === "leader", position: "right", formatter: shorten(point.name), fontSize: 11 },
            })),
          ],
          links: [
            ...ties.map(([id, place, count]) => ({ source: id, target: `n${place}`, said: `${points.find((point) => point.id === id).name} — ${name(model.nodes[place])}（${count}）`, lineStyle: { width: Math.min(4, Math.sqrt(count)), color: "#b6bec6" } })),
            ...nodes.flatMap((node) => node.supplies.filter((to) => inside.has(to)).map((to) => ({ source: `n${node.place}`, target: `n${to}`, said: `${name(node)} → ${name(model.nodes[to])}`, lineStyle: { width: 2, color: "#5c6773" }, symbol: ["none", "arrow"], symbolSize: 8 }))),
          ],
        }],
      };
      const table = map.table(label, [t("单位", "who"), t("是什么", "what"), t("环节", "nodes")], points.map((point) => [
        point.path ? map.link(app, { path: point.path, view: "" }, {}, point.name) : point.name, words[point.sort], [...point.nodes].map((place) => name(model.nodes[place])).join("；")]));
      return { option, table };
    };
    const chart = map.chart(app, { label: `${label}；${t("同样的内容可看表格", "the same as a table")}`, height: window.innerWidth < 600 ? 460 : 620, draw, open: (data) => data.path && app.go({ path: data.path, view: "" }) });
    return { element: el("div", {}, note, zooms, chart.element), begin: chart.begin };
  };

  map.views.network = (app) => {
    const { t, model } = app;
    const drawn = app.keep(() => map.network(app, model.nodes.filter((node) => node.parent < 0), t("全部产业链的网络图", "network of all chains")));
    return { ...drawn, element: el("section", {}, el("h2", {}, t("网络：环节、企业、院校与要素", "Network: nodes, enterprises, institutions and elements")), drawn.element) };
  };

  function shorten(text) { return text.length > 14 ? `${text.slice(0, 13)}…` : text; }
})();
