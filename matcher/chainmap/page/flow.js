// The flow of a chain: who supplies whom, laid out from upstream to downstream.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;
  const [WIDE, HIGH, GAP_Y] = [206, 50, 30];
  const [LEAST_GAP, MOST_GAP, MARGIN] = [70, 170, 16];
  // Of a name, in Latin letters' room.
  const MOST_NAME = 20;

  /** Returns the layer of each node: behind everything that supplies it, and not before its position. */
  function layers(nodes) {
    const layer = new Map(nodes.map((node) => [node.place, 0]));
    // As many rounds as nodes: a circle of supplies, which no checked chain has, ends all the same.
    for (let round = 0; round < nodes.length; round++) {
      let isChanged = false;
      for (const node of nodes) {
        for (const to of node.supplies) {
          if (layer.has(to) && layer.get(to) <= layer.get(node.place) && layer.get(node.place) + 1 < nodes.length) {
            layer.set(to, layer.get(node.place) + 1);
            isChanged = true;
          }
        }
      }
      if (!isChanged) break;
    }
    // What is tied to nothing stands where its position says.
    const last = Math.max(...layer.values(), 1);
    for (const node of nodes) if (!node.supplies.length && !node.suppliers.length) layer.set(node.place, Math.round((node.position * last) / 2));
    return layer;
  }

  /** Returns where each node stands, and the size of all; those of a layer in the order of what supplies them. */
  function layout(nodes, room) {
    const layer = layers(nodes);
    const rows = [];
    for (const node of nodes) (rows[layer.get(node.place)] ||= []).push(node);
    const filled = rows.filter(Boolean);
    const spot = new Map();
    const most = Math.max(...filled.map((row) => row.length));
    const gap = Math.min(MOST_GAP, Math.max(LEAST_GAP, (room - filled.length * WIDE) / Math.max(1, filled.length - 1)));
    filled.forEach((row, x) => {
      const pull = (node) => {
        const before = node.suppliers.filter((one) => spot.has(one)).map((one) => spot.get(one)[1]);
        return before.length ? before.reduce((sum, y) => sum + y, 0) / before.length : (most * (HIGH + GAP_Y)) / 2;
      };
      const order = row.map((node, place) => [pull(node), place, node]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      order.forEach(([, , node], y) => spot.set(node.place, [x * (WIDE + gap), (y + (most - row.length) / 2) * (HIGH + GAP_Y)]));
    });
    return { spot, width: (filled.length - 1) * (WIDE + gap) + WIDE, height: (most - 1) * (HIGH + GAP_Y) + HIGH };
  }

  map.flow = (app, chain) => {
    const { t, model } = app;
    const linked = chain.nodes.filter((node) => node.parent < 0 || node.supplies.length || node.suppliers.length);
    const { spot, width, height } = layout(linked, app.root.clientWidth - 2 * MARGIN);
    const name = (node) => t(node.zh, node.en);
    // Lines run from the right side of a box to the left side of another, not from middle to middle.
    const port = (id, x, y) => ({ id, name: id, x, y, symbolSize: 0.1, silent: true, itemStyle: { opacity: 0 }, label: { show: false } });
    const ports = (node) => {
      const [x, y] = spot.get(node.place);
      return [port(`${node.place}in`, x - 3, y + HIGH / 2), port(`${node.place}out`, x + WIDE, y + HIGH / 2)];
    };
    // They hold the drawing to its measure: one unit is one pixel.
    const corners = [port("start", 0, 0), port("end", width, height)];
    const draw = () => {
      const { tally } = app;
      const key = (node) => (tally.verdict(node) < 0 ? "none" : model.words.verdicts[tally.verdict(node)][0]);
      const isDim = (node) => app.marked !== null && app.marked !== tally.verdict(node);
      const edges = linked.flatMap((node) => node.supplies.map((to) => [node, model.nodes[to]]));
      const firms = (node) => tally.numbers(node).firms;
      const most = Math.max(1, ...edges.map(([, to]) => firms(to)));
      const option = {
        tooltip: map.tooltip((event) => event.dataType === "edge"
          ? [`${event.data.names[0]} → ${event.data.names[1]}`, t(`下游企业 ${event.data.firms} 家靠它`, `${event.data.firms} enterprises depend on it`)]
          : [event.data.label_, event.data.numbers]),
        series: [{
          type: "graph", layout: "none", left: MARGIN, top: MARGIN, width, height, roam: false,
          edgeSymbol: ["none", "arrow"], edgeSymbolSize: 9, cursor: "pointer",
          data: [...corners, ...linked.flatMap((node) => [...ports(node), {
            id: String(node.place), name: String(node.place), key: node.key, x: spot.get(node.place)[0] + WIDE / 2, y: spot.get(node.place)[1] + HIGH / 2,
            symbol: "rect", symbolSize: [WIDE, HIGH],
            // The box is that of the label: the symbol's own border would be stretched with it.
            itemStyle: { color: "#fff", opacity: isDim(node) ? 0.3 : 1 },
            label_: name(node), numbers: told(app, node),
            label: {
              show: true, position: "inside", width: WIDE - 16, padding: 6, backgroundColor: "#fff", borderColor: map.COLOURS[key(node)], borderWidth: 2.5, borderRadius: 6, borderType: key(node) === "none" ? "dashed" : "solid", opacity: isDim(node) ? 0.3 : 1, color: "#1c1f23", fontSize: 13, fontWeight: "bold",
              formatter: `{mark| ${t(...(app.model.marks[key(node)] || ["–", "–"]))} } ${shorten(name(node))}\n{small|${told(app, node)}}`,
              rich: { mark: { color: "#fff", backgroundColor: map.COLOURS[key(node)], borderRadius: 3, fontWeight: "bold", lineHeight: 18, padding: [2, 0] }, small: { color: "#495057", fontSize: 11, lineHeight: 18, fontWeight: "normal" } },
            },
          }])],
          links: edges.map(([from, to]) => ({
            source: `${from.place}out`, target: `${to.place}in`, names: [name(from), name(to)], firms: firms(to),
            lineStyle: { width: 1.5 + 7 * Math.sqrt(firms(to) / most), color: "#8d99a6", curveness: 0.08, opacity: 0.75 },
          })),
        }],
      };
      const table = map.table(t("供应关系", "who supplies whom"), [t("环节", "node"), t("供给", "supplies"), t("下游企业", "enterprises there")],
        edges.map(([from, to]) => [name(from), name(to), String(firms(to))]));
      return { option, table };
    };
    const chart = map.chart(app, {
      label: t(`${chain.zh}的供应流图；同样的内容可看表格`, `supplies within ${chain.en}; the same as a table`),
      height: height + 2 * MARGIN, least: width + 2 * MARGIN, draw,
      open: (data) => data.key && app.go({ path: data.key.split("/"), view: "" }),
    });
    const note = el("p", { class: "cm-note" }, t("箭头指向被供给的环节，越粗靠它的企业越多；边框颜色和标记是裁定。点环节看证据。", "Arrows point to what is supplied, thicker where more enterprises depend on it; frame and mark are the verdict. Press a node for its evidence."));
    return { element: el("div", {}, note, chart.element), begin: chart.begin };
  };

  function told(app, node) {
    const numbers = app.tally.numbers(node);
    return app.t(`需 ${numbers.needs}（${numbers.unmet} 无答） 供 ${numbers.achievements} 企 ${numbers.firms}`, `needs ${numbers.needs} (open ${numbers.unmet}) · offers ${numbers.achievements} · firms ${numbers.firms}`);
  }

  function shorten(text) {
    let room = MOST_NAME, kept = "";
    for (const letter of text) {
      room -= letter.charCodeAt(0) > 255 ? 1.8 : 1;
      if (room < 0) return `${kept}…`;
      kept += letter;
    }
    return kept;
  }
})();
