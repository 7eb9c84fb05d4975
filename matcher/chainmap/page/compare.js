// Two dates: which verdicts and numbers are others than on an earlier map.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;
  const FIELDS = ["needs", "unmet", "achievements", "firms"];
  const MOST_BYTES = 200_000_000;

  /** Returns {date, nodes} of an earlier map: of its map.json, its page's data, or its page. Throws where it is none. */
  function read(model, text) {
    const inside = text.trimStart().startsWith("<") ? new DOMParser().parseFromString(text, "text/html").getElementById("chainmap-data")?.textContent : text;
    const data = JSON.parse(inside);
    const nodes = new Map();
    const verdicts = model.words.verdicts.map(([key]) => key);
    if (Array.isArray(data.nodes)) {
      const theirs = data.words.verdicts.map(([key]) => key);
      for (const node of data.nodes) nodes.set(node.key, { zh: node.zh, en: node.en, verdict: verdicts.indexOf(theirs[node.verdict.verdict]), numbers: Object.fromEntries(data.number_fields.map((field, place) => [field, node.numbers[place]])) });
    } else {
      for (const chain of data.chains) for (const node of chain.nodes) nodes.set(node.key, { zh: node.node.zh, en: node.node.en, verdict: verdicts.indexOf(node.verdict.verdict), numbers: node.numbers });
    }
    if (typeof data.date !== "string") throw new Error("no date");
    return { date: data.date.slice(0, 10), nodes };
  }

  async function load(app, reading, said) {
    const { t } = app;
    try {
      app.earlier = read(app.model, await reading());
      app.redraw();
    } catch {
      said.textContent = t("读不出来：请选以前导出的 map.json，或以前的图谱网页。", "That cannot be read; choose an earlier map.json, or an earlier page of the map.");
    }
  }

  /** Returns what stands beside a node whose verdict was another. */
  map.was = (app, node) => {
    if (!app.earlier) return null;
    const before = app.earlier.nodes.get(node.key);
    if (!before) return el("span", { class: "cm-was" }, app.t("新环节", "new"));
    if (before.verdict === node.verdict.verdict || before.verdict < 0) return null;
    return el("span", { class: "cm-was" }, app.t("原：", "was: "), app.t(...app.model.words.verdicts[before.verdict].slice(1)));
  };

  /** Returns how the numbers of a node differ from the earlier ones. */
  map.changedNumbers = (app, node) => {
    const before = app.earlier && app.earlier.nodes.get(node.key);
    if (!before) return null;
    const parts = FIELDS.map((field) => [field, node.numbers[field] - before.numbers[field]]).filter(([, change]) => change);
    return el("span", { class: "cm-was" }, app.t(`比 ${app.earlier.date}：`, `since ${app.earlier.date}: `), parts.length ? parts.map(([field, change]) => `${app.t(...app.model.labels[field])} ${signed(change)}`).join("，") : app.t("数字未变", "same numbers"));
  };

  const signed = (change) => (change > 0 ? `+${change}` : change < 0 ? `−${-change}` : "0");

  map.views.compare = (app) => {
    const { t, options } = app;
    const said = el("p", { role: "status", class: "cm-note" });
    const earlier = options.earlier || [];
    const pick = earlier.length ? el("label", {}, t("以前的图谱", "earlier maps"),
      el("select", { change: (event) => event.target.value && load(app, async () => {
        const answer = await fetch(event.target.value, { credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      }, said) }, el("option", { value: "" }, t("请选", "choose")), earlier.map(({ label, url }) => el("option", { value: url }, label)))) : null;
    const file = el("label", {}, t("或打开以前导出的 map.json / 图谱网页", "or open an earlier map.json or page"),
      el("input", { type: "file", accept: ".json,.html", change: (event) => {
        const chosen = event.target.files[0];
        if (!chosen) return;
        load(app, async () => { if (chosen.size > MOST_BYTES) throw new Error("too large"); return chosen.text(); }, said);
      } }));
    return el("section", {}, el("h2", {}, t("与以前比", "Compare with an earlier date")),
      el("div", { class: "cm-controls" }, pick, file), said, app.earlier ? changes(app) : el("p", { class: "cm-note" }, t("选好后，裁定或数字变了的环节在各处都会标出。文件只在本机读，不上传。", "Nodes whose verdict or numbers differ are then marked everywhere. The file is read on this machine only.")));
  };

  function changes(app) {
    const { t, model } = app;
    const word = (verdict) => (verdict < 0 ? "?" : map.badge(app, verdict));
    const gone = [...app.earlier.nodes].filter(([key]) => !model.nodeOf.has(key));
    const changed = model.nodes.map((node) => [node, app.earlier.nodes.get(node.key)]).filter(([node, before]) => !before || before.verdict !== node.verdict.verdict || FIELDS.some((field) => before.numbers[field] !== node.numbers[field]));
    changed.sort(([a, x], [b, y]) => Number(Boolean(x) && x.verdict === a.verdict.verdict) - Number(Boolean(y) && y.verdict === b.verdict.verdict) || a.place - b.place);
    const turned = changed.filter(([node, before]) => !before || before.verdict !== node.verdict.verdict).length;
    return [
      el("p", {}, el("b", {}, t(`${app.earlier.date} → ${model.data.date}：${turned} 个环节的裁定变了，${changed.length - turned} 个只是数字变了。`, `${app.earlier.date} → ${model.data.date}: the verdict of ${turned} nodes changed, of ${changed.length - turned} only numbers.`)), " ",
        el("button", { type: "button", class: "cm-button", click: () => { app.earlier = null; app.redraw(); } }, t("不比了", "stop comparing"))),
      changed.length ? map.table(t("变了的环节（全市）", "What changed (whole city)"), [t("环节", "node"), t("原裁定", "was"), t("现裁定", "is"), ...FIELDS.map((field) => t(...app.model.labels[field]))],
        changed.map(([node, before]) => [
          map.link(app, { path: node.key.split("/"), view: "" }, {}, t(node.zh, node.en)), before ? word(before.verdict) : t("无", "none"), word(node.verdict.verdict),
          ...FIELDS.map((field) => (before && before.numbers[field] !== node.numbers[field] ? el("b", {}, `${before.numbers[field]} → ${node.numbers[field]} (${signed(node.numbers[field] - before.numbers[field])})`) : String(node.numbers[field])))])) : el("p", {}, t("没有变化。", "Nothing changed.")),
      gone.length ? el("p", { class: "cm-note" }, t("已撤销的环节：", "Nodes that are gone: "), gone.map(([, node]) => t(node.zh, node.en)).join("、")) : null,
    ];
  }
})();
