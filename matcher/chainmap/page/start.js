// Draws the map in the element that asks for it, with the data of the file or of the address that it names.
"use strict";
(() => {
  const map = window.Shuanglian.map;

  async function start(root) {
    const asked = root.dataset;
    const options = {
      language: asked.language || "zh",
      hasTitle: "title" in asked,
      hasSwitch: "switch" in asked,
      nodeUrl: asked.nodeUrl,
      needUrl: asked.needUrl,
      achievementUrl: asked.achievementUrl,
      organizationUrl: asked.organizationUrl,
      hasLists: "lists" in asked,
      actionsUrl: asked.actionsUrl,
      gapsUrl: asked.gapsUrl,
      unplacedUrl: asked.unplacedUrl,
      earlier: JSON.parse(asked.earlier || "[]"),
    };
    let data;
    if (asked.src) {
      const answer = await fetch(asked.src, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(`${asked.src}: ${answer.status}`);
      data = await answer.json();
    } else data = JSON.parse(document.getElementById("chainmap-data").textContent);
    map.mount(root, data, options);
  }

  for (const root of document.querySelectorAll("[data-chainmap]")) {
    start(root).catch((error) => {
      console.error(error);
      const said = document.createElement("p");
      said.setAttribute("role", "alert");
      said.textContent = root.dataset.language === "en" ? "The interactive map could not be loaded; what stands below is the same in words." : "交互图谱没有载入；下面是同样内容的文字版。";
      root.prepend(said);
    });
  }
})();
