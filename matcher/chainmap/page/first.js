// What is seen first: the numbers, the verdicts of all chains, the three worst gaps and who could fill them.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;

  map.WORST = 3;

  /** Returns the numbers that a reader takes away. */
  map.headline = (app, numbers) => {
    const { t, model } = app;
    const shown = [
      [t("产业链", "chains"), model.chains.length],
      [t("环节（不含下级）", "nodes, parts aside"), model.chains.reduce((sum, chain) => sum + model.top(chain).length, 0)],
      [t("技术需求", "needs"), numbers.needs],
      [t("其中无人能答", "of them unanswered"), numbers.unmet, "cm-alarm"],
      [t("科技成果", "achievements"), numbers.achievements],
      [t("企业", "enterprises"), numbers.firms],
      [t("创新要素", "elements"), numbers.elements],
    ];
    return el("dl", { class: "cm-headline" }, shown.map(([label, number, mark]) =>
      el("div", { class: number && mark }, el("dt", {}, label), el("dd", {}, map.count(number)))));
  };

  /** Returns one bar in which each verdict is as wide as it is frequent among the nodes. */
  map.verdictBar = (app, nodes) => {
    const { t, model, tally } = app;
    const counts = model.words.verdicts.map((_, verdict) => nodes.filter((node) => tally.verdict(node) === verdict).length);
    const none = nodes.filter((node) => tally.verdict(node) < 0).length;
    const part = (verdict, count, isPressed) => {
      const [key, zh, en] = verdict < 0 ? ["none", "本县无记录", "nothing here"] : model.words.verdicts[verdict];
      const made = el("button", { type: "button", class: `cm-part cm-${key}`, "data-verdict": verdict, "aria-pressed": isPressed,
        title: t(`只标出${zh}的环节`, `mark only the nodes to ${en}`), click: () => app.mark(app.marked === verdict ? null : verdict) },
        el("b", {}, String(count)), " ", t(zh, en));
      made.style.flexGrow = count;
      return made;
    };
    return el("div", { class: "cm-verdicts", role: "group", "aria-label": t("各裁定的环节数，点一个可只看它", "nodes by verdict; press one to see only those") },
      counts.map((count, verdict) => (count ? part(verdict, count, String(app.marked === verdict)) : null)),
      none ? part(-1, none, String(app.marked === -1)) : null);
  };

  /** Returns the worst gaps with who could fill them. */
  map.worstGaps = (app) => {
    const { t, model } = app;
    const gaps = model.data.gaps.slice(0, map.WORST);
    const title = gaps.length === map.WORST ? t("三个最大的缺口，谁能补", "The three worst gaps, and who could fill them") : t("最大的缺口，谁能补", "The worst gaps, and who could fill them");
    if (!gaps.length) {
      const isThin = model.nodes.every((node) => model.words.verdicts[node.verdict.verdict][0] === "thin");
      return el("section", { class: "cm-worst" }, el("h2", {}, isThin ? t("记录还太少，说不上缺口", "Too few records to speak of gaps") : t("没有发现缺口", "No gaps found")),
        el("p", { class: "cm-note" }, isThin ? t("每个环节的证据都不足；记录多起来，这里会列出最大的三个缺口和谁能补。", "The evidence is thin on every node; with more records the three worst gaps stand here, with who could fill them.")
          : t("图谱没有列出要补、要升或要建的环节。", "The map lists no node to fill, to upgrade or to build.")));
    }
    const total = model.data.totals.gaps;
    return el("section", { class: "cm-worst", "aria-label": title },
      el("h2", {}, title, total > gaps.length ? app.options.gapsUrl ? el("a", { href: app.options.gapsUrl, class: "cm-more" }, t(`全部 ${total} 个缺口`, `all ${total} gaps`)) : map.link(app, { path: [], view: "gaps" }, { class: "cm-more" }, t(`全部 ${total} 个缺口`, `all ${total} gaps`)) : null),
      map.isFiltered(app.filters) ? el("p", { class: "cm-note" }, t("缺口按全市算，不随筛选变化。", "Gaps are the city's, whatever is filtered.")) : null,
      el("ol", { class: "cm-gaps" }, gaps.map((gap, place) => map.gapCard(app, gap, place + 1))));
  };

  map.gapCard = (app, gap, rank) => {
    const { t, model } = app;
    const node = model.nodes[gap.node];
    const chain = node && model.chains[node.chain];
    return el("li", { class: `cm-gap cm-top-${node ? model.words.verdicts[node.verdict.verdict][0] : "none"}` },
      el("div", { class: "cm-gap-head" },
        el("span", { class: "cm-rank", "aria-hidden": "true" }, String(rank)),
        node ? el("h3", {}, map.link(app, { path: node.key.split("/") }, {}, t(node.zh, node.en)), el("small", {}, t(chain.zh, chain.en))) : null,
        node ? map.badge(app, node.verdict.verdict) : null),
      el("p", {}, t(gap.zh, gap.en)),
      el("h4", {}, t("谁能补", "Who could fill it")),
      gap.fillers.length
        ? el("ol", { class: "cm-fillers" }, gap.fillers.slice(0, rank > map.WORST ? 6 : 3).map((filler) => map.filler(app, filler)))
        : el("p", { class: "cm-note" }, t("目录内暂无；要到市外去找。", "Nobody on record; it must be sought elsewhere.")),
      gap.missing.length ? el("p", { class: "cm-note" }, t("还缺：", "Also missing: "), [...new Set(gap.missing.map((one) => t(...model.words.organizations[one.kind].slice(1))))].join(t("、", ", "))) : null);
  };

  // How likely it is stands in the sentence.
  map.filler = (app, [place, zh, en]) => {
    const record = app.model.records[place];
    return el("li", {}, record ? map.link(app, { path: ["record", record.key] }, {}, app.t(zh, en)) : app.t(zh, en));
  };
})();
