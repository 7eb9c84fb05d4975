// A drawing by ECharts, with the same in words: a table that takes its place at a press.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;

  map.COLOURS = { fill: "#b3261e", upgrade: "#1f5fa8", build: "#8a5a00", balanced: "#2f6f4e", thin: "#5f6368", none: "#5f6368" };
  map.FONT = 'system-ui, "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif';

  /**
   * Returns {element, begin}. `draw` returns {option, table}; `begin` asks it once the element stands on the page,
   * and again whenever the filters change: the drawing then changes in place. `open` is called with the data of what was pressed.
   */
  map.chart = (app, { label, height, least, draw, open }) => {
    const { t } = app;
    const canvas = el("div", { class: "cm-canvas", role: "img", "aria-label": label });
    canvas.style.height = `${height}px`;
    if (least) canvas.style.minWidth = `${least}px`;
    const frame = el("div", { class: "cm-scroll", tabindex: "0", role: "region", "aria-label": label }, canvas);
    const inWords = el("div", { hidden: true });
    const button = el("button", { type: "button", class: "cm-button", "aria-pressed": "false", click: () => {
      inWords.hidden = !inWords.hidden;
      frame.hidden = !frame.hidden;
      button.setAttribute("aria-pressed", String(!inWords.hidden));
      button.textContent = inWords.hidden ? t("看表格", "as a table") : t("看图", "as a drawing");
      if (inWords.hidden && chart) chart.resize();
    } }, t("看表格", "as a table"));
    let chart = null;
    const update = () => {
      const { option, table } = draw();
      inWords.replaceChildren(table);
      if (chart) chart.setOption({ textStyle: { fontFamily: map.FONT }, ...option });
    };
    // A drawing needs to know how wide it is: it begins once it stands on the page.
    const begin = () => {
      if (chart) return update();
      chart = window.echarts.init(canvas, null, { renderer: "canvas" });
      if (open) chart.on("click", (event) => open(event.data || {}, event.dataType));
      const watcher = new ResizeObserver(() => chart.resize());
      watcher.observe(canvas);
      app.whenLeft(() => { watcher.disconnect(); chart.dispose(); });
      return update();
    };
    return { element: el("div", { class: "cm-chart" }, button, frame, inWords), begin };
  };

  /** Returns a tooltip: elements, for text in markup would need a style of its own. */
  map.tooltip = (lines) => ({
    confine: true,
    // Its box is placed by the library through the element's style, which a strict policy allows.
    formatter: (event) => el("div", { class: "cm-tip" }, lines(event).filter(Boolean).map((line) => el("div", {}, line))),
  });
})();
