// The heat grid: nodes down the chain by lanes along the innovation chain; supply and demand in each cell.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;
  const STEPS = 3;

  /** Returns the grid of some nodes of a chain, in their order. */
  map.grid = (app, chain, nodes) => {
    const { t, model, tally } = app;
    const lanes = model.words.lanes.map(([, zh, en]) => t(zh, en));
    // The unknown lane takes room only where something is in it.
    const isKnown = nodes.every((node) => tally.cell(node, lanes.length).every((count) => !count));
    if (!isKnown) lanes.push(t("阶段不明", "unknown"));
    const most = Math.max(1, ...nodes.flatMap((node) => lanes.map((_, lane) => Math.abs(tally.cell(node, lane)[0] - tally.cell(node, lane)[1]))));
    const caption = t(`${chain.zh}：环节 × 创新链阶段`, `${chain.en}: nodes by lanes`);
    return el("div", { class: "cm-scroll", tabindex: "0", role: "region", "aria-label": caption },
      el("table", { class: "cm-grid" },
        el("caption", { class: "cm-hidden" }, caption),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("环节", "node")),
          lanes.map((lane) => el("th", { scope: "col" }, lane)),
          [t("需求（无答）", "needs (open)"), t("成果", "offers"), t("企业", "firms")].map((head) => el("th", { scope: "col", class: "cm-sum" }, head)))),
        el("tbody", {}, nodes.map((node) => row(app, node, lanes, most)))));
  };

  function row(app, node, lanes, most) {
    const { t, tally } = app;
    const numbers = tally.numbers(node);
    const verdict = tally.verdict(node);
    const isDim = app.marked !== null && app.marked !== verdict;
    return el("tr", { class: [isDim && "cm-dim", node.parent >= 0 && "cm-part-of"].filter(Boolean).join(" ") || null },
      el("th", { scope: "row" }, map.badge(app, verdict, true), " ", map.link(app, { path: node.key.split("/") }, {}, t(node.zh, node.en)), map.was(app, node)),
      lanes.map((lane, place) => cell(app, node, place, lane, most)),
      el("td", { class: "cm-sum" }, String(numbers.needs), numbers.unmet ? el("b", { class: "cm-lacking" }, ` (${numbers.unmet})`) : null),
      el("td", { class: "cm-sum" }, String(numbers.achievements)),
      el("td", { class: "cm-sum" }, String(numbers.firms)));
  }

  function cell(app, node, lane, name, most) {
    const [supply, demand, others] = app.tally.cell(node, lane);
    const said = app.t(`${name}：供给 ${supply}，需求 ${demand}，机构 ${others}`, `${name}: supply ${supply}, demand ${demand}, organizations ${others}`);
    if (!supply && !demand) return el("td", { class: "cm-cell", title: said }, el("span", { class: "cm-hidden" }, said), el("span", { "aria-hidden": "true", class: "cm-nothing" }, others ? "·" : ""));
    const step = Math.min(STEPS, Math.ceil(STEPS * Math.sqrt(Math.abs(supply - demand) / most)));
    const heat = step === 0 ? "cm-even" : supply > demand ? `cm-more-${step}` : `cm-less-${step}`;
    return el("td", { class: `cm-cell ${heat}`, title: said },
      el("span", { class: "cm-hidden" }, said),
      el("span", { "aria-hidden": "true", class: "cm-pair" }, el("span", { class: supply ? "" : "cm-zero" }, String(supply)), el("i", {}), el("span", { class: demand ? "cm-demand" : "cm-zero" }, String(demand))));
  }

  /** Returns what the colours and numbers of a grid mean. */
  map.gridLegend = (app) => {
    const { t } = app;
    const swatch = (name) => el("span", { class: `cm-swatch ${name}`, "aria-hidden": "true" });
    return el("p", { class: "cm-legend" },
      el("span", {}, t("每格：左 供给（成果）│右 需求", "each cell: supply (achievements) │ demand")),
      el("span", {}, swatch("cm-less-3"), swatch("cm-less-2"), swatch("cm-less-1"), t("求大于供", "demand exceeds")),
      el("span", {}, swatch("cm-even"), t("相当", "even")),
      el("span", {}, swatch("cm-more-1"), swatch("cm-more-2"), swatch("cm-more-3"), t("供大于求", "supply exceeds")));
  };

  map.views.grid = (app) => {
    const { t, model } = app;
    return el("section", {}, el("h2", {}, t("各产业链的热力表", "Heat grids of all chains")), map.gridLegend(app),
      model.chains.map((chain) => el("section", { class: "cm-block" },
        el("h3", {}, map.link(app, { path: [chain.id] }, {}, t(chain.zh, chain.en))), map.grid(app, chain, chain.nodes))));
  };
})();
