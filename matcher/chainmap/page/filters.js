// Filters: what is asked for, as selects; what is in force, as chips that can be taken away.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;

  /** Returns the bar of filters; it says what each of them touches. */
  map.filterBar = (app) => {
    const { model, t } = app;
    const { words } = model;
    const labels = (rows) => rows.map(([, zh, en], place) => [place, t(zh, en)]);
    const months = model.months.map((month, place) => [place, month]);
    const selects = [
      ["county", t("县区", "county"), [[0, t("全市", "whole city")], ...model.counties.slice(1).map((name, place) => [place + 1, name])]],
      ["tier", t("企业梯队", "tier of enterprise"), [[-1, t("不限", "any")], ...labels(words.tiers)]],
      ["lane", t("阶段", "lane"), [[-1, t("不限", "any")], ...labels(words.lanes), [words.lanes.length, t("未知", "unknown")]]],
      ["kind", t("看什么", "what"), [[-1, t("全部", "all")], ...words.cells.map(([key], place) => [place, t(...map.KINDS[key])])]],
      ["from", t("登记从", "recorded from"), [[-1, t("最早", "the first")], ...months]],
      ["to", t("登记到", "recorded to"), [[-1, t("最近", "the last")], ...months]],
    ].filter(([, , choices]) => choices.length > 2 || choices[0][0] >= 0);
    return el("div", { class: "cm-filters" }, chips(app, selects),
      el("details", { open: app.hasFiltersOpen, toggle: (event) => { app.hasFiltersOpen = event.target.open; } },
        el("summary", {}, t("筛选", "Filters")),
        el("div", { class: "cm-controls" },
          selects.map(([name, label, choices]) => el("label", {}, label,
            el("select", { "data-filter": name, change: (event) => app.filter({ [name]: Number(event.target.value) }, `[data-filter=${name}]`) },
              choices.map(([value, text]) => el("option", { value, selected: app.filters[name] === value }, text))))),
          el("label", { class: "cm-check" },
            el("input", { type: "checkbox", "data-filter": "own", checked: app.filters.own, change: (event) => app.filter({ own: event.target.checked }, "[data-filter=own]") }),
            t("成果只看本市的", "the city's own achievements only"))),
        el("p", { class: "cm-note" }, t(
          "县区：数字和裁定都按该县区算（需求、企业、要素是本县区的，成果来自各地）。其余筛选只改数字和名单，不改裁定；企业梯队作用于企业和它们提的需求。",
        "County: numbers and verdicts as the county sees them (its own needs, enterprises and elements; supply from everywhere). Other filters change numbers and lists, never a verdict; the tier is that of enterprises and of whoever asks."))));
  };

  function chips(app, selects) {
    const active = selects.filter(([name]) => app.filters[name] !== map.NO_FILTERS[name]).map(([name, label, choices]) => [name, `${label}：${(choices.find(([value]) => value === app.filters[name]) || ["", "?"])[1]}`]);
    if (app.filters.own) active.push(["own", app.t("只看本市成果", "own achievements only")]);
    if (!active.length) return null;
    const chip = (name, text) => el("button", { type: "button", class: "cm-chip", "data-chip": name, "aria-label": app.t(`去掉筛选 ${text}`, `remove the filter ${text}`),
      click: () => app.filter({ [name]: map.NO_FILTERS[name] }, ".cm-filters summary") }, text, el("span", { "aria-hidden": "true" }, " ×"));
    return el("div", { class: "cm-chips", role: "group", "aria-label": app.t("已用的筛选", "filters in force") }, active.map(([name, text]) => chip(name, text)),
      el("button", { type: "button", class: "cm-chip cm-clear", "data-chip": "all", click: () => app.filter(map.NO_FILTERS, ".cm-filters summary") }, app.t("全部清除", "clear all")));
  }
})();
