// One record: where it stands and how surely, what answers it or what it answers.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;

  const kindOf = (record) => (record.kind !== "organization" ? record.kind : null);

  function sort(app, record) {
    const kind = kindOf(record);
    if (kind) return app.t(...map.KINDS[kind]);
    const [, zh, en] = app.model.words.organizations[record.organization] || ["", "机构", "organization"];
    const tier = record.tier >= 0 ? app.model.words.tiers[record.tier] : null;
    return app.t(zh, en) + (tier ? app.t(`·${tier[1]}`, `, ${tier[2]}`) : "");
  }

  function state(app, record) {
    if (record.kind !== "need") return null;
    return el("span", { class: record.met ? "cm-met" : "cm-unmet" }, record.met ? app.t("✓ 已有答案", "✓ answered") : app.t("✕ 无人能答", "✕ unanswered"));
  }

  /** Returns a record in a line: what it is, whose, and for a need the best answer. */
  map.recordLine = (app, record) => {
    const { t, model } = app;
    const best = record.answers[0];
    const answer = best && model.records[best[0]];
    const lane = model.words.lanes[record.lane];
    return el("li", {},
      map.link(app, { path: ["record", record.key] }, {}, record.title), " ",
      state(app, record),
      el("small", {}, [sort(app, record), record.owner, record.county, lane ? t(lane[1], lane[2]) : null].filter(Boolean).join(" · ")),
      answer ? el("small", {}, t("最接近：", "nearest: "), answer.title, answer.owner ? ` · ${answer.owner}` : "", " ", chance(app, best)) : null);
  };

  function chance(app, [, level, probability, isJudged]) {
    return el("span", { class: "cm-chance" }, isJudged ? app.t(`已标注 ${level} 级`, `judged level ${level}`) : map.percent(probability));
  }

  map.recordView = (app, record) => {
    const { t, model, options } = app;
    const lane = model.words.lanes[record.lane];
    const url = (options[`${record.kind}Url`] || "").replace("{id}", encodeURIComponent(record.id));
    const facts = [
      [t("编号", "id"), record.id],
      [t("单位", "whose"), record.owner],
      [t("县区 / 地区", "county, region"), record.county],
      [t("登记", "recorded"), record.since],
      [t("创新链阶段", "lane"), (lane ? t(lane[1], lane[2]) : t("不明", "unknown")) + (map.LANE_FROM[record.lane_from] ? t(`（${map.LANE_FROM[record.lane_from][0]}）`, ` (${map.LANE_FROM[record.lane_from][1]})`) : "")],
      [t("归置", "placed"), record.by_person ? t("人工确定", "by a person") : t("由模型", "by the model")],
    ].filter(([, value]) => value);
    const answered = record.kind === "achievement" ? model.records.filter((one) => one.answers.some(([place]) => place === record.place)) : [];
    return { element: el("section", {},
      el("div", { class: "cm-title" }, el("h2", {}, record.title), el("span", { class: "cm-note" }, sort(app, record)), state(app, record)),
      url ? el("p", {}, el("a", { href: url }, t("打开这条记录", "Open the record"))) : null,
      el("dl", { class: "cm-facts" }, facts.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
      map.section(t("在图谱上的位置", "Where it stands"), record.spots.length
        ? el("ol", {}, record.spots.map(([place, confidence], rank) => el("li", {},
            map.link(app, { path: model.nodes[place].key.split("/") }, {}, `${t(model.chains[model.nodes[place].chain].zh, model.chains[model.nodes[place].chain].en)} › ${t(model.nodes[place].zh, model.nodes[place].en)}`),
            " ", el("span", { class: "cm-chance" }, map.percent(confidence)), " ", rank ? el("small", {}, t("也相关", "also relevant")) : el("small", {}, t("计在这里", "counted here")))))
        : el("p", { class: "cm-note" }, t("放不进任何环节。", "It fits no node."))),
      record.answers.length ? map.section(t("最好的回答", "Best answers"), el("ul", { class: "cm-records" }, record.answers.map((one) => el("li", {},
        map.link(app, { path: ["record", model.records[one[0]].key] }, {}, model.records[one[0]].title), " ", chance(app, one), el("small", {}, model.records[one[0]].owner))))) : null,
      answered.length ? map.section(t("它可能答上的需求（页上列出的）", "Needs it may answer (of those named here)"), el("ul", { class: "cm-records" }, answered.map((one) => map.recordLine(app, one)))) : null) };
  };
})();
