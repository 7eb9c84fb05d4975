// The map as one component: it holds the state, and draws the part of the map that the address names.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const { el } = map;
  const LISTS = ["gaps", "actions", "together", "topics"];

  class App {
    constructor(root, data, options) {
      this.root = root;
      this.options = options;
      this.language = options.language === "en" ? "en" : "zh";
      this.model = new map.Model(data);
      this.earlier = null;
      /** The verdict whose nodes alone are marked, or null. */
      this.marked = null;
      this._leaving = [];
      this.hasFiltersOpen = false;
      this.t = (zh, en) => (this.language === "en" ? en : zh);
      this._read();
      this.hasFiltersOpen = map.isFiltered(this.filters);
      window.addEventListener("hashchange", () => this._follow());
      window.addEventListener("beforeprint", () => this._print(true));
      window.addEventListener("afterprint", () => this._print(false));
      this.redraw();
    }

    _read() {
      Object.assign(this, map.readState(this.model, location.hash));
      this.tally = this.model.tally(this.filters);
    }

    /** Returns the address of a place; filters stay as they are unless it says otherwise. */
    href(place) { return map.writeState(this.model, { path: this.path, view: "", filters: this.filters, ...place }); }

    go(place) { location.hash = this.href(place); }

    /** Changes filters; what `focus` selects has the focus afterwards, for what had it is drawn anew. */
    filter(changed, focus) {
      this._focus = focus;
      this.go({ view: this.view, filters: { ...this.filters, ...changed } });
    }

    /** Marks the nodes of one verdict, wherever nodes are drawn. */
    mark(verdict) {
      this.marked = verdict;
      this.redraw(true);
      const pressed = this.root.querySelector('.cm-part[aria-pressed="true"]') || this.root.querySelector(".cm-part");
      if (pressed) pressed.focus({ preventScroll: true });
    }

    whenLeft(what) { this._leaving.push(what); }

    _follow() {
      const before = this.path.join("/") + this.view;
      this._read();
      const isElsewhere = before !== this.path.join("/") + this.view;
      this.redraw(!isElsewhere);
      if (isElsewhere) this._arrive();
      else if (this._focus) this.root.querySelector(this._focus)?.focus({ preventScroll: true });
      this._focus = null;
    }

    /** Tells readers of every kind that another part of the map is here. */
    _arrive() {
      const title = this.root.querySelector(".cm-main h2");
      if (!title) return;
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
      const top = this.root.getBoundingClientRect().top;
      if (this.path.length || !this.view) window.scrollBy(0, Math.min(0, top));
      else title.scrollIntoView({ block: "nearest" });
    }

    /** Returns what `make` makes, or what it made before where only filters have changed since: a drawing stays and is updated. */
    keep(make) {
      return (this._kept ||= make());
    }

    /** Draws all; where `isSame`, the same part of the map in the same language as before. */
    redraw(isSame) {
      if (!isSame) {
        for (const leave of this._leaving.splice(0)) leave();
        this._kept = null;
      }
      const drawn = this.model.isEmpty ? empty(this) : this._drawn();
      this.root.lang = this.language === "en" ? "en" : "zh-CN";
      this.root.replaceChildren(header(this), el("div", { class: "cm-main" }, drawn.element), footer(this));
      // What stands in words is seen first: a drawing takes longer, and begins after that.
      const turn = (this._turn = (this._turn || 0) + 1);
      if (drawn.begin) requestAnimationFrame(() => setTimeout(() => turn === this._turn && drawn.begin()));
    }

    _drawn() {
      const { model, path } = this;
      const [first, second] = path;
      const record = first === "record" && path.length > 1 ? model.recordOf.get(path.slice(1).join("/")) : null;
      const named = (one) => this.t(one.zh, one.en);
      if (record) {
        const at = record.spots.length ? model.nodes[record.spots[0][0]] : null;
        const above = at ? [[named(model.chains[at.chain]), [model.chains[at.chain].id]], [named(at), at.key.split("/")]] : [];
        return this._under(above, record.title, map.recordView(this, record), true);
      }
      const chain = model.chainOf.get(first);
      const node = chain && second ? model.nodeOf.get(`${first}/${second}`) : null;
      if (node) {
        const parent = node.parent >= 0 ? [[named(model.nodes[node.parent]), model.nodes[node.parent].key.split("/")]] : [];
        return this._under([[named(chain), [chain.id]], ...parent], named(node), map.nodeView(this, node));
      }
      if (chain && !second) return this._under([], named(chain), map.chainView(this, chain));
      return home(this, path.length > 0);
    }

    /** Returns a view under its breadcrumb and, unless nothing in it is filtered, the filters. */
    _under(above, name, drawn, isUnfiltered) {
      const crumbs = [[this.t("全部产业链", "All chains"), []], ...above];
      const trail = el("nav", { class: "cm-trail", "aria-label": this.t("位置", "where you are") },
        el("button", { type: "button", class: "cm-button", click: () => (window.history.length > 1 ? window.history.back() : this.go({ path: [] })) }, this.t("← 返回", "← back")),
        el("ol", {}, crumbs.map(([label, path]) => el("li", {}, map.link(this, { path }, {}, label))), el("li", { "aria-current": "page" }, name)));
      return { element: el("div", {}, trail, isUnfiltered ? null : map.filterBar(this), drawn.element), begin: drawn.begin };
    }

    _print(isPrinting) {
      this.root.querySelector(".cm-print")?.remove();
      if (isPrinting && !this.model.isEmpty) this.root.append(el("div", { class: "cm-print" }, map.views.grid(this)));
    }
  }

  function header(app) {
    const { t, model } = app;
    const other = app.language === "en" ? "zh" : "en";
    const title = app.options.hasTitle ? el("h1", {}, map.link(app, { path: [], filters: map.NO_FILTERS }, {}, t(...model.data.title))) : null;
    return el("div", { class: "cm-head" }, title,
      el("p", { class: "cm-note" }, app.options.hasTitle ? t(`${model.data.date} 的记录，共 ${map.count(model.data.totals.records)} 条`, `records of ${model.data.date}, ${map.count(model.data.totals.records)} in all`) : t(`共 ${map.count(model.data.totals.records)} 条记录`, `${map.count(model.data.totals.records)} records`),
        app.earlier ? el("span", { class: "cm-was" }, t(`正与 ${app.earlier.date} 比较`, `compared with ${app.earlier.date}`)) : null),
      app.options.hasSwitch ? el("button", { type: "button", class: "cm-button", lang: other === "en" ? "en" : "zh-CN", click: () => {
        app.language = other;
        document.documentElement.lang = other === "en" ? "en" : "zh-CN";
        app.redraw();
      } }, other === "en" ? "English" : "中文") : null);
  }

  function footer(app) {
    const { t, model } = app;
    const notes = model.data.notes.map(([zh, en]) => el("li", {}, t(zh, en)));
    return el("div", { class: "cm-foot" },
      el("p", {}, t("一条记录只计在它的第一个环节，上级环节含下级；裁定由公开的规则作出，每条都能点开看数字和记录。联系方式不在图谱里。", "A record is counted once, on its first node; a node includes its parts. Verdicts are made by rules in the open, each with its numbers and records. No contact is in the map.")),
      rules(app), notes.length ? el("ul", {}, notes) : null);
  }

  /** Returns the rules that verdicts are by, to be opened. */
  function rules(app) {
    const { t, model } = app;
    if (!model.data.rules.length) return null;
    return el("details", { class: "cm-sources" }, el("summary", {}, t("裁定的规则", "The rules of verdicts")),
      el("p", {}, t(`自上而下，第一条成立的算数。需求“有答案”：有标注到 3 级的成果，或有把握不低于 ${map.percent(model.data.adequate)} 的成果。`, `From the top, the first that holds decides. A need is answered by an achievement that was judged level 3, or whose probability of it is at least ${map.percent(model.data.adequate)}.`)),
      map.table(t("规则", "Rules"), [t("规则", "rule"), t("裁定", "verdict"), t("条件（都要成立）", "when (all hold)"), t("说法", "said")],
        model.data.rules.map((rule) => [rule.id, map.badge(app, rule.verdict), rule.when.map((one) => map.condition(app, one)).join(t("，", ", ")) || "–", t(rule.zh, rule.en)])));
  }

  function empty(app) {
    const { t } = app;
    return { element: el("section", { class: "cm-empty" },
      el("h2", {}, t("图谱里还没有记录", "There are no records on the map yet")),
      el("p", {}, t("导入成果、需求和机构，再建一次图谱，这里就会有数字、裁定和缺口。", "Import achievements, needs and organizations and build the map again: numbers, verdicts and gaps will stand here.")),
      app.model.chains.length ? [el("p", {}, t("已备好的产业链：", "Chains that are ready: ")), el("ul", { class: "cm-inline" }, app.model.chains.map((chain) => el("li", {}, `${t(chain.zh, chain.en)}（${chain.nodes.length}）`)))] : null) };
  }

  function home(app, isLost) {
    const { t, model } = app;
    const views = [["", t("总览", "overview")], ["grid", t("热力表", "heat grids")], ["network", t("网络", "network")], ["gaps", t("缺口", "gaps")], ["actions", t("下一步", "what to do")], ["together", t("融通", "large & small")], ["topics", t("新兴方向", "topics")], ["compare", t("比较", "compare")]];
    const view = views.some(([key]) => key === app.view) ? app.view : "";
    // The site around the map has pages of its own for the lists: two rows of tabs with the same names would confuse.
    const tabs = app.options.hasLists ? views.filter(([key]) => !LISTS.includes(key) || key === view) : views;
    const drawn = map.views[view || "overview"](app);
    const { element, begin } = drawn instanceof Element ? { element: drawn } : drawn;
    const isFirst = !view;
    return { begin, element: el("div", {},
      isLost ? el("p", { role: "status", class: "cm-lost" }, t("这张图谱里没有链接所指的环节或记录，这是首页。", "This map has no such node or record; this is its start.")) : null,
      isFirst ? [map.headline(app, app.tally.all), map.verdictBar(app, model.chains.flatMap((chain) => model.top(chain))), map.worstGaps(app)] : null,
      el("nav", { class: "cm-tabs", "aria-label": t("看法", "views") }, tabs.map(([key, label]) => map.link(app, { path: [], view: key }, { "aria-current": key === view ? "page" : null }, label))),
      map.filterBar(app), element) };
  }

  /**
   * Draws the map of `data` in `root`. Options: language "zh" or "en"; hasTitle, hasSwitch; hasLists, where gaps,
   * actions, collaborations and topics have pages of their own around it; nodeUrl with "{node}",
   * needUrl, achievementUrl and organizationUrl with "{id}"; actionsUrl; gapsUrl; unplacedUrl; earlier, a list of {label, url}.
   */
  map.mount = (root, data, options) => new App(root, data, options || {});
})();
