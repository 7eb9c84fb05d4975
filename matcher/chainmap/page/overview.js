// All chains at a glance: each chain a row, its nodes upstream, midstream and downstream.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;

  map.views = map.views || {};
  map.views.overview = (app) => {
    const { t, model } = app;
    const heads = model.words.positions.map(([, zh, en]) => t(zh, en));
    return el("section", {},
      el("h2", {}, t("全部产业链", "All chains")),
      el("p", { class: "cm-note" }, t("每个环节：裁定、需求数（其中无人能答的）、成果数。点环节看证据，点链名看热力表。", "Each node: verdict, needs (of them unanswered), achievements. Open a node for the evidence, a chain for its grid.")),
      el("div", { class: "cm-scroll", tabindex: "0", role: "region", "aria-label": t("全部产业链", "All chains") },
        el("table", { class: "cm-overview" },
          el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("产业链", "chain")), heads.map((head) => el("th", { scope: "col" }, head)))),
          el("tbody", {}, model.chains.map((chain) => row(app, chain))))),
      unplaced(app));
  };

  function row(app, chain) {
    const numbers = app.tally.chain(chain);
    return el("tr", {},
      el("th", { scope: "row" },
        map.link(app, { path: [chain.id] }, {}, app.t(chain.zh, chain.en)),
        el("small", {}, app.t(`需求 ${numbers.needs}，成果 ${numbers.achievements}，企业 ${numbers.firms}`, `needs ${numbers.needs}, achievements ${numbers.achievements}, firms ${numbers.firms}`))),
      app.model.words.positions.map((_, position) => el("td", {},
        el("ul", { class: "cm-tiles" }, app.model.top(chain).filter((node) => node.position === position).map((node) => tile(app, node))))));
  }

  function tile(app, node) {
    const numbers = app.tally.numbers(node);
    const verdict = app.tally.verdict(node);
    const key = verdict < 0 ? "none" : app.model.words.verdicts[verdict][0];
    const isDim = app.marked !== null && app.marked !== verdict;
    return el("li", {}, map.link(app, { path: node.key.split("/") }, { class: `cm-tile cm-edge-${key}${isDim ? " cm-dim" : ""}` },
      map.badge(app, verdict, true),
      el("span", { class: "cm-name" }, app.t(node.zh, node.en), map.was(app, node)),
      el("span", { class: "cm-small" }, app.t(`需 ${numbers.needs}`, `needs ${numbers.needs}`),
        numbers.unmet ? el("b", { class: "cm-lacking" }, app.t(`（${numbers.unmet} 无答）`, ` (open ${numbers.unmet})`)) : null,
        app.t(` 供 ${numbers.achievements}`, ` · offers ${numbers.achievements}`))));
  }

  function unplaced(app) {
    const numbers = app.tally.unplaced();
    const count = numbers.needs + numbers.achievements + numbers.firms + numbers.elements + numbers.institutions;
    if (!count) return null;
    return el("p", { class: "cm-note" }, app.t(
      `另有 ${map.count(count)} 条记录放不进任何环节（需求 ${numbers.needs}，成果 ${numbers.achievements}，企业 ${numbers.firms}，要素 ${numbers.elements}，高校院所等 ${numbers.institutions}），没有硬塞；`,
      `${map.count(count)} records more fit no node (needs ${numbers.needs}, achievements ${numbers.achievements}, enterprises ${numbers.firms}, elements ${numbers.elements}, universities, institutes and others ${numbers.institutions}) and were not forced onto one; `),
      app.options.unplacedUrl ? el("a", { href: app.options.unplacedUrl }, app.t("逐条看", "see each of them"))
        : map.link(app, { path: [], view: "topics" }, {}, app.t("看它们里的新兴方向", "see the topics emerging among them")));
  }
})();
