// A chain, and one node of it: the verdict with its reason, then the evidence down to the records.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;

  /** Returns a chain as a grid, as a flow, as a network, or as what to do for it. */
  map.chainView = (app, chain) => {
    const { t, view } = app;
    const views = [["", t("热力表", "heat grid")], ["flow", t("供应流", "flow")], ["network", t("网络", "network")], ["actions", t("下一步", "what to do")]];
    const tabs = el("nav", { class: "cm-tabs", "aria-label": t("看法", "views") }, views.map(([key, label]) => map.link(app, { path: [chain.id], view: key }, { "aria-current": key === view ? "page" : null }, label)));
    const drawn = view === "flow" ? app.keep(() => map.flow(app, chain)) : view === "network" ? app.keep(() => map.network(app, chain.nodes, t(`${chain.zh}的网络图`, `network of ${chain.en}`))) : null;
    return {
      element: el("section", {},
        el("h2", {}, t(chain.zh, chain.en)),
        chain.description ? el("p", { class: "cm-note", lang: "zh-CN" }, chain.description) : null,
        map.headlineOf(app, app.tally.chain(chain)),
        map.verdictBar(app, app.model.top(chain)),
        tabs,
        drawn ? drawn.element : view === "actions" ? map.actionsOf(app, (action) => action.chain === chain.id) : [map.gridLegend(app), map.grid(app, chain, chain.nodes)],
        chain.sources.length ? el("details", { class: "cm-sources" }, el("summary", {}, t("依据", "Sources")), el("ul", {}, chain.sources.map((source) => el("li", {}, source)))) : null),
      begin: drawn && drawn.begin,
    };
  };

  map.headlineOf = (app, numbers) => el("dl", { class: "cm-headline" },
    ["needs", "unmet", "achievements", "local_achievements", "ready", "firms", "leaders", "dependants", "elements"].map((field) =>
      el("div", { class: field === "unmet" && numbers.unmet ? "cm-alarm" : null }, el("dt", {}, app.t(...app.model.labels[field])), el("dd", {}, map.count(numbers[field])))));

  map.nodeView = (app, node) => {
    const { t, model, tally, options } = app;
    const chain = model.chains[node.chain];
    const shown = (list) => node.shown[list].map((place) => model.records[place]).filter((record) => model.passes(record, app.filters));
    const numbers = tally.numbers(node);
    const gaps = model.data.gaps.filter((gap) => gap.node === node.place);
    const [, positionZh, positionEn] = model.words.positions[node.position];
    const links = (places) => el("ul", { class: "cm-inline" }, places.map((place) => el("li", {}, map.link(app, { path: model.nodes[place].key.split("/") }, {}, map.badge(app, tally.verdict(model.nodes[place]), true), " ", t(model.nodes[place].zh, model.nodes[place].en)))));
    const list = (kind, total, title) => {
      const records = shown(kind);
      if (!records.length) return map.section(`${title} ${map.count(total)}`, el("p", { class: "cm-note" }, total ? options.nodeUrl ? t("这里列的最要紧的几条里没有；全部见完整页面。", "None among those named here; the full page has all.") : t("这里列的最要紧的几条里没有；全部见清单（Excel）。", "None among those named here; the workbook has all.") : t("没有。", "None.")));
      const more = total - records.length;
      return map.section(`${title} ${map.count(total)}`, el("ul", { class: "cm-records" }, records.map((record) => map.recordLine(app, record))),
        more > 0 ? el("p", { class: "cm-note" }, options.nodeUrl ? t(`另有 ${map.count(more)} 条，见完整页面。`, `${map.count(more)} more are on the full page.`) : t(`另有 ${map.count(more)} 条，见清单（Excel）。`, `${map.count(more)} more are in the workbook.`)) : null);
    };
    return { element: el("section", { class: "cm-node" },
      el("div", { class: "cm-title" }, el("h2", {}, t(node.zh, node.en)), map.badge(app, tally.verdict(node)), el("span", { class: "cm-note" }, `${t(chain.zh, chain.en)} · ${t(positionZh, positionEn)}`)),
      node.description ? el("p", { class: "cm-note", lang: "zh-CN" }, node.description, node.products.length ? ` 典型产品：${node.products.join("、")}。` : null) : null,
      verdict(app, node),
      map.headlineOf(app, numbers),
      map.gridLegend(app),
      map.grid(app, chain, [node, ...node.children.map((place) => model.nodes[place])]),
      options.nodeUrl ? el("p", {}, el("a", { href: options.nodeUrl.replace("{node}", node.key) }, t("完整页面：更正、改裁定、全部名单", "Full page: corrections, overrides, whole lists"))) : null,
      el("div", { class: "cm-columns" },
        el("div", {},
          gaps.length ? map.section(t("缺什么，谁能补", "What is lacking, and who could fill it"), gaps.map((gap) => lacking(app, gap))) : null,
          list("need", numbers.needs, t("需求", "Needs")),
          map.section(t("下一步", "What to do"), map.actionsOf(app, (action) => action.nodes.includes(node.place), true))),
        el("div", {},
          list("achievement", numbers.achievements, t("成果", "Achievements")),
          node.institutions.length ? map.section(map.isFiltered(app.filters) ? t("成果最多的单位（不随筛选变化）", "Whose achievements, whatever is filtered") : t("成果最多的单位", "Whose achievements"), el("ul", { class: "cm-inline" }, node.institutions.map(([name, count]) => el("li", {}, `${model.data.strings[name]} ${count}`)))) : null,
          list("firm", numbers.firms, t("企业", "Enterprises")),
          list("element", numbers.elements, t("创新要素", "Elements")),
          node.suppliers.length ? map.section(t("上游：谁供给它", "Supplied by"), links(node.suppliers)) : null,
          node.supplies.length ? map.section(t("下游：它供给谁", "Supplies"), links(node.supplies)) : null,
          node.shown.also.length ? map.section(t("也相关（计在别的环节）", "Also relevant (counted elsewhere)"), el("ul", { class: "cm-records" }, node.shown.also.map((place) => map.recordLine(app, model.records[place])))) : null)),
      counties(app, node)) };
  };

  function verdict(app, node) {
    const { t, model } = app;
    const told = node.verdict;
    const word = (place) => t(...model.words.verdicts[place].slice(1));
    const scope = app.filters.county ? node.scopes.get(app.filters.county) : null;
    const county = model.counties[app.filters.county];
    return el("div", { class: `cm-reason cm-edge-${model.words.verdicts[told.verdict][0]}` },
      el("p", {}, t(told.zh, told.en)),
      told.reason !== undefined ? el("p", {}, el("b", {}, t(`人工改定（${told.at}），规则原为“${word(told.by_rule)}”：`, `Set by a person (${told.at}); the rules said '${word(told.by_rule)}': `)), told.reason) : null,
      app.filters.county ? el("p", {}, scope ? t(`${county}：${word(scope.verdict)}（规则 ${scope.rule}）。上面是全市的话。`, `${county}: ${word(scope.verdict)} (rule ${scope.rule}). The sentence above is the city's.`) : t(`${county}在这个环节没有记录。`, `${county} has nothing on this node.`)) : null,
      el("p", { class: "cm-note" }, t(`规则 ${told.rule}`, `rule ${told.rule}`), conditions(app, told.rule), t(`，${told.date}`, `, ${told.date}`), map.changedNumbers(app, node)),
      told.records.length ? el("details", {}, el("summary", {}, t(`依据的记录（最要紧的 ${told.records.length} 条）`, `The records behind it (the ${told.records.length} weightiest)`)),
        el("ul", { class: "cm-records" }, told.records.map((place) => map.recordLine(app, model.records[place])))) : null);
  }

  function conditions(app, id) {
    const rule = app.model.data.rules.find((one) => one.id === id);
    return rule && rule.when.length ? app.t("：", ": ") + rule.when.map((one) => map.condition(app, one)).join(app.t("，", ", ")) : null;
  }

  function lacking(app, gap) {
    const { t, model } = app;
    return [
      el("p", {}, t(gap.zh, gap.en)),
      gap.fillers.length ? el("ol", { class: "cm-fillers" }, gap.fillers.map((filler) => map.filler(app, filler))) : el("p", { class: "cm-note" }, t("目录内暂无；要到市外去找。", "Nobody on record; it must be sought elsewhere.")),
      gap.missing.map((one) => el("p", {}, el("b", {}, t("缺：", "Missing: ")), t(one.zh, one.en),
        one.nearest.length ? [t(" 最近的：", " Nearest: "), one.nearest.map((place, rank) => [rank ? "、" : "", map.link(app, { path: ["record", model.records[place].key] }, {}, model.records[place].title)])] : null)),
    ];
  }

  function counties(app, node) {
    const { t, model } = app;
    if (!node.counties.length) return null;
    const fields = ["needs", "unmet", "achievements", "firms", "dependants", "elements"];
    return map.section(t("按县区看", "By county"), map.table(t("同一套规则按各县区算；成果来自各地", "The same rules for each county; supply from everywhere"),
      [t("县区", "county"), t("裁定", "verdict"), ...fields.map((field) => t(...app.model.labels[field]))],
      [...node.scopes].map(([county, scope]) => [
        el("a", { href: app.href({ filters: { ...app.filters, county } }) }, model.counties[county]), map.badge(app, scope.verdict), ...fields.map((field) => String(scope.numbers[field]))])));
  }
})();
