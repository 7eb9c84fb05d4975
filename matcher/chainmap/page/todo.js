// All gaps, what to do next, large and small firms together, and the topics that are emerging.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;

  const more = (app, shown, total) => (total > shown ? el("p", { class: "cm-note" }, app.t(`另有 ${total - shown} 项，见清单（Excel）。`, `${total - shown} more are in the workbook.`)) : null);

  map.views.gaps = (app) => {
    const { t, model } = app;
    const { gaps, totals } = model.data;
    const isHere = (gap) => !app.filters.county || (model.nodes[gap.node] && model.nodes[gap.node].scopes.has(app.filters.county));
    const shown = gaps.map((gap, place) => [gap, place + 1]).filter(([gap]) => isHere(gap));
    return el("section", {}, el("h2", {}, t(`缺口，最要紧的在前（${totals.gaps}）`, `Gaps, the worst first (${totals.gaps})`)),
      app.filters.county ? el("p", { class: "cm-note" }, t("只列该县区有记录的环节；次序和文字是全市的。", "Only nodes on which the county has something; order and words are the city's.")) : null,
      shown.length ? el("ol", { class: "cm-gaps" }, shown.map(([gap, rank]) => map.gapCard(app, gap, rank))) : el("p", { class: "cm-note" }, t("没有缺口。", "No gaps.")),
      more(app, gaps.length, totals.gaps));
  };

  /** Returns the actions that `isWanted` lets through, by chain unless they are told short. */
  map.actionsOf = (app, isWanted, isShort) => {
    const { t, model } = app;
    const wanted = model.data.actions.filter(isWanted);
    if (!wanted.length) return isShort ? null : el("p", { class: "cm-note" }, t("没有要办的事。", "Nothing to do."));
    return el("ol", { class: "cm-actions" }, wanted.map((action) => one(app, action)));
  };

  function one(app, action) {
    const { t, model } = app;
    const [, zh, en] = model.words.actions[action.kind];
    const links = (label, { count, records }) => (records.length ? el("p", { class: "cm-with" }, el("b", {}, label), " ",
      records.map((place, rank) => [rank ? "；" : "", map.link(app, { path: ["record", model.records[place].key] }, {}, model.records[place].title)]), count > records.length ? ` … (${count})` : "") : null);
    return el("li", {},
      el("p", {}, el("span", { class: "cm-kind" }, t(zh, en)), " ", t(action.zh, action.en)),
      el("details", {}, el("summary", {}, t("细目", "Details")),
        action.institutions.length ? el("p", { class: "cm-with" }, el("b", {}, t("院校：", "Institutions: ")), action.institutions.join("；")) : null,
        action.counties.length ? el("p", { class: "cm-with" }, el("b", {}, t("县区：", "Counties: ")), action.counties.join("；")) : null,
        links(t("需求：", "Needs: "), action.needs), links(t("成果：", "Achievements: "), action.achievements), links(t("机构：", "Organizations: "), action.organizations),
        action.spec && !app.options.actionsUrl ? el("div", {}, el("p", {}, t("路演任务书，存成 spec.yaml 后用 matcher roadshow plan 就能排：", "The roadshow's spec; saved as spec.yaml, matcher roadshow plan takes it as it is:")), el("pre", { tabindex: "0" }, action.spec)) : null));
  }

  map.views.actions = (app) => {
    const { t, model, options } = app;
    const blocks = model.chains.map((chain) => [chain, model.data.actions.filter((action) => action.chain === chain.id)]).filter(([, actions]) => actions.length);
    return el("section", {}, el("h2", {}, t("下一步做什么", "What to do next")),
      options.actionsUrl ? el("p", {}, el("a", { href: options.actionsUrl }, t("办理：从这里发起路演、推送", "Carry out: start a roadshow from here"))) : null,
      blocks.length ? blocks.map(([chain, actions]) => el("section", { class: "cm-block" }, el("h3", {}, map.link(app, { path: [chain.id] }, {}, t(chain.zh, chain.en))), el("ol", { class: "cm-actions" }, actions.map((action) => one(app, action)))))
        : el("p", { class: "cm-note" }, t("没有要办的事。", "Nothing to do.")));
  };

  map.views.together = (app) => {
    const { t, model } = app;
    const { collaborations, totals } = model.data;
    return el("section", {}, el("h2", {}, t("大中小融通：谁能答链主的题", "Large and small together: who answers a chain leader")),
      collaborations.length ? collaborations.map((each) => {
        const leader = model.records[each.leader];
        const chain = model.chainOf.get(each.chain);
        return el("section", { class: "cm-block" },
          el("h3", {}, leader ? map.link(app, { path: ["record", leader.key] }, {}, leader.title) : "–", chain ? el("small", {}, t(chain.zh, chain.en)) : null),
          el("p", { class: "cm-note" }, t(`提了 ${each.needs.count} 条需求。`, `asked ${each.needs.count} needs.`)),
          each.helpers.length ? el("ul", { class: "cm-records" }, each.helpers.map(([place, need, zh, en]) => el("li", {},
            model.records[place] ? map.link(app, { path: ["record", model.records[place].key] }, {}, t(zh, en)) : t(zh, en),
            model.records[need] ? el("small", {}, t("针对：", "for: "), map.link(app, { path: ["record", model.records[need].key] }, {}, model.records[need].title)) : null)))
            : el("p", { class: "cm-note" }, t("还没有人能答。", "Nobody can answer yet.")));
      }) : el("p", { class: "cm-note" }, t("目录里没有链主企业。", "No chain leader is on record.")),
      more(app, collaborations.length, totals.collaborations));
  };

  map.views.topics = (app) => {
    const { t, model } = app;
    const { topics, totals } = model.data;
    return el("section", {}, el("h2", {}, t("新兴方向：放不进任何环节的记录在说什么", "Emerging topics: what the records that fit no node are about")),
      topics.length ? el("ul", { class: "cm-gaps" }, topics.map((topic) => el("li", { class: "cm-gap" },
        el("h3", {}, topic.zh), el("p", {}, topic.terms.join("、")),
        el("p", { class: "cm-note" }, t(`${topic.count} 条记录`, `${topic.count} records`), topic.near >= 0 ? [t("，离得最近：", ", nearest: "), map.link(app, { path: model.nodes[topic.near].key.split("/") }, {}, t(model.nodes[topic.near].zh, model.nodes[topic.near].en))] : ""),
        el("ul", { class: "cm-records" }, topic.records.map((place) => map.recordLine(app, model.records[place])))))) : el("p", { class: "cm-note" }, t("没有；放不进的记录太少或太散。", "None: the records that fit no node are too few or too scattered.")),
      more(app, topics.length, totals.topics));
  };
})();
