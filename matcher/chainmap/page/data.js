// The data of a map made ready: typed arrays to sum over, records and nodes to show.
"use strict";
(() => {
  const map = window.Shuanglian.map;
  const LANES = 6; // The sixth is unknown.
  const [NEED, ACHIEVEMENT, FIRM, ELEMENT] = [0, 1, 2, 3];
  const UNPLACED = 65535;
  // What depends on a node, stands on the whole of it or emerges near it is in no cell: the map alone says it.
  const TOLD = ["dependants", "wider_firms", "topics"];
  const NO_FILTERS = { county: 0, tier: -1, lane: -1, kind: -1, from: -1, to: -1, own: false };

  function column(text, isWide, length) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    if (!isWide) return bytes;
    const numbers = new Uint16Array(length);
    for (let place = 0; place < length; place++) numbers[place] = bytes[2 * place] | (bytes[2 * place + 1] << 8);
    return numbers;
  }

  map.NO_FILTERS = NO_FILTERS;

  /** Returns whether anything is filtered, other than by county alone where `butCounty`. */
  map.isFiltered = (filters, butCounty) =>
    Object.keys(NO_FILTERS).some((name) => !(butCounty && name === "county") && filters[name] !== NO_FILTERS[name]);

  /**
   * Returns whether the filters leave what is of this kind, lane, county, tier and month: of cells that are summed and of
   * records that are listed alike. A county asks for its own needs, firms and elements, supply comes from everywhere;
   * a tier is that of firms and of whoever asks, and what is of no known tier is of none.
   */
  function passes(filters, kind, lane, county, tier, month, own) {
    if (filters.kind >= 0 && kind !== filters.kind) return false;
    if (filters.lane >= 0 && lane !== filters.lane) return false;
    if (filters.from >= 0 && month < filters.from) return false;
    if (filters.to >= 0 && month > filters.to) return false;
    if (filters.county && kind !== ACHIEVEMENT && county !== filters.county) return false;
    if (filters.tier >= 0 && (kind === NEED || kind === FIRM) && tier !== filters.tier) return false;
    return !(filters.own && kind === ACHIEVEMENT && !own);
  }

  map.Model = class {
    constructor(data) {
      this.data = data;
      this.words = data.words;
      this.fields = data.number_fields;
      this.counties = data.counties;
      this.months = data.cube.months;
      this.length = data.cube.length;
      this.labels = Object.fromEntries(data.words.numbers.map(([name, ...labels]) => [name, labels]));
      this.marks = Object.fromEntries(data.words.marks.map(([verdict, ...labels]) => [verdict, labels]));
      for (const [name, text] of Object.entries(data.cube.columns)) this[`_${name}`] = column(text, data.cube.wide.includes(name), this.length);
      this.records = data.records.map((row, place) => this._record(row, place));
      this.recordOf = new Map(this.records.map((record) => [record.key, record]));
      this.nodes = data.nodes.map((node, place) => ({ ...node, place, children: [], suppliers: [], numbers: this._named(node.numbers) }));
      this.chains = data.chains.map((chain, place) => ({ ...chain, place, nodes: this.nodes.filter((node) => node.chain === place), numbers: this._named(chain.numbers) }));
      this.nodeOf = new Map(this.nodes.map((node) => [node.key, node]));
      this.chainOf = new Map(this.chains.map((chain) => [chain.id, chain]));
      for (const node of this.nodes) {
        node.scopes = new Map(node.counties.map(([county, verdict, rule, numbers]) => [county, { verdict, rule, numbers: this._named(numbers) }]));
        if (node.parent >= 0) this.nodes[node.parent].children.push(node.place);
        for (const to of node.supplies) this.nodes[to].suppliers.push(node.place);
      }
      // Each node with those above it: what is counted on it counts for them too.
      this.above = this.nodes.map((node) => {
        const path = [];
        for (let at = node; at && !path.includes(at.place); at = at.parent >= 0 ? this.nodes[at.parent] : null) path.push(at.place);
        return path;
      });
    }

    get isEmpty() { return this.data.totals.records === 0; }

    top(chain) { return chain.nodes.filter((node) => node.parent < 0); }

    /** Returns the verdict on a node as the county sees it; -1 where the county has nothing on it. */
    verdict(node, county) {
      if (!county) return node.verdict.verdict;
      const scope = node.scopes.get(county);
      return scope ? scope.verdict : -1;
    }

    /** Returns the sums over what passes the filters. */
    tally(filters) {
      const size = this.nodes.length;
      const cells = new Int32Array((size + 1) * LANES * 3);
      const sums = Array.from({ length: size + 1 }, () => this._zero());
      const all = this._zero();
      for (let row = 0; row < this.length; row++) {
        const kind = this._kind[row];
        if (!passes(filters, kind, this._lane[row], this._county[row], this._tier[row], this._month[row], this._own[row])) continue;
        this._add(all, row, kind);
        const node = this._node[row];
        for (const place of node === UNPLACED ? [size] : this.above[node]) {
          this._add(sums[place], row, kind);
          const cell = (place * LANES + this._lane[row]) * 3;
          cells[cell + (kind === NEED ? 1 : kind === ACHIEVEMENT ? 0 : 2)] += this._count[row];
        }
      }
      return new Tally(this, filters, cells, sums, all);
    }

    _add(sum, row, kind) {
      const count = this._count[row];
      if (kind === NEED) {
        sum.needs += count;
        sum[this._met[row] ? "met" : "unmet"] += count;
      } else if (kind === ACHIEVEMENT) {
        sum.achievements += count;
        if (this._own[row]) sum.local_achievements += count;
        if (this._own[row] && (this._lane[row] === 3 || this._lane[row] === 4)) sum.ready += count;
      } else if (kind === FIRM) {
        sum.firms += count;
        if (this._tier[row] === 5) sum.leaders += count;
      } else if (kind === ELEMENT) sum.elements += count;
      else sum.institutions += count;
    }

    // Universities, institutes and what is of no known kind are no number of a node; of what is unplaced they are told.
    _zero() { return { ...Object.fromEntries(this.fields.map((field) => [field, 0])), institutions: 0 }; }

    _named(numbers) { return Object.fromEntries(this.fields.map((field, place) => [field, numbers[place]])); }

    _record(row, place) {
      const record = Object.fromEntries(this.data.record_fields.map((field, at) => [field, row[at]]));
      record.kind = ["achievement", "need", "organization"][record.kind];
      record.owner = this.data.strings[record.owner];
      record.county = this.data.strings[record.county];
      record.month = this.months.indexOf(record.since.slice(0, 7));
      return { ...record, place, key: `${record.kind}:${record.id}` };
    }

    /** Returns whether a record is among what the filters leave. */
    passes(record, filters) {
      return passes(filters, record.cell, record.lane, record.seat, record.tier, record.month, record.own);
    }
  };

  /** The sums under some filters. Unfiltered numbers are the map's own; the rest is summed here. */
  class Tally {
    constructor(model, filters, cells, sums, all) {
      Object.assign(this, { model, filters, all });
      this._cells = cells;
      this._sums = sums;
      this._isOwn = map.isFiltered(filters, true);
    }

    numbers(node) {
      if (!this._isOwn && !this.filters.county) return node.numbers;
      const scope = this.filters.county ? node.scopes.get(this.filters.county) : null;
      if (!this._isOwn && scope) return scope.numbers;
      const base = scope ? scope.numbers : this.filters.county ? null : node.numbers;
      return { ...this._sums[node.place], ...Object.fromEntries(TOLD.map((field) => [field, base ? base[field] : 0])) };
    }

    chain(chain) {
      const total = {};
      for (const field of this.model.fields) total[field] = this.model.top(chain).reduce((sum, node) => sum + this.numbers(node)[field], 0);
      return total;
    }

    unplaced() { return this._sums[this.model.nodes.length]; }

    /** Returns [supply, demand, organizations] in a lane of a node. */
    cell(node, lane) {
      const at = (node.place * LANES + lane) * 3;
      return [this._cells[at], this._cells[at + 1], this._cells[at + 2]];
    }

    verdict(node) { return this.model.verdict(node, this.filters.county); }
  }
})();
