// The words that several parts of the map share: [Chinese, English].
"use strict";
window.Shuanglian = window.Shuanglian || {};
window.Shuanglian.map = window.Shuanglian.map || {};
(() => {
  const map = window.Shuanglian.map;

  const COMPARED = { ">=": "≥", "<=": "≤", "==": "=", "!=": "≠" };

  /** Returns a rule's condition in the words of the numbers that it compares: "unmet >= 1" as "无人能答 ≥ 1". */
  map.condition = (app, text) => text
    .replace(/[a-z_]+/g, (term) => { const words = app.model.labels[term]; return words ? app.t(...words) : term; })
    .replace(/[><=!]=/g, (sign) => COMPARED[sign]);

  map.KINDS = {
    need: ["需求", "need"],
    achievement: ["成果", "achievement"],
    firm: ["企业", "enterprise"],
    element: ["要素", "element"],
    institution: ["高校院所等", "institution or other"],
  };

  map.LANE_FROM = {
    stage: ["按填报的成熟度", "from the stage it states"],
    text: ["按文字推断", "inferred from its text"],
    kind: ["按机构类型", "from its kind"],
    person: ["人工确定", "set by a person"],
  };
})();
