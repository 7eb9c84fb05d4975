// The words that several parts of the map share: [Chinese, English].
"use strict";
window.Shuanglian = window.Shuanglian || {};
window.Shuanglian.map = window.Shuanglian.map || {};
(() => {
  const map = window.Shuanglian.map;

  // What stands for a verdict where there is room for one mark; colour alone says nothing.
  map.MARKS = { fill: ["补", "F"], upgrade: ["升", "U"], build: ["建", "B"], balanced: ["平", "="], thin: ["少", "?"] };

  map.NUMBERS = {
    needs: ["技术需求", "needs"],
    met: ["已有答案", "answered"],
    unmet: ["无人能答", "unanswered"],
    achievements: ["科技成果", "achievements"],
    local_achievements: ["本市成果", "the city's own"],
    ready: ["本市中试以上", "own, from pilot on"],
    firms: ["企业", "enterprises"],
    leaders: ["链主", "chain leaders"],
    dependants: ["下游依赖企业", "enterprises downstream"],
    elements: ["创新要素", "elements"],
    topics: ["新兴方向", "emerging topics"],
  };

  const OTHER_TERMS = {
    records: ["记录", "records"],
    suppliers: ["能供应的企业", "enterprises that can supply"],
    wider_firms: ["上级环节的企业", "enterprises of the whole node"],
  };
  const COMPARED = { ">=": "≥", "<=": "≤", "==": "=", "!=": "≠" };

  /** Returns a rule's condition in the words of the numbers that it compares: "unmet >= 1" as "无人能答 ≥ 1". */
  map.condition = (app, text) => text
    .replace(/[a-z_]+/g, (term) => { const words = map.NUMBERS[term] || OTHER_TERMS[term]; return words ? app.t(...words) : term; })
    .replace(/[><=!]=/g, (sign) => COMPARED[sign]);

  map.KINDS = {
    need: ["需求", "need"],
    achievement: ["成果", "achievement"],
    firm: ["企业", "enterprise"],
    element: ["要素", "element"],
    institution: ["高校院所", "institution"],
  };

  map.LANE_FROM = {
    stage: ["按填报的成熟度", "from the stage it states"],
    text: ["按文字推断", "inferred from its text"],
    kind: ["按机构类型", "from its kind"],
    person: ["人工确定", "set by a person"],
  };
})();
