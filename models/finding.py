"""Finding in the search index: queries of words and facets, pages of ids, counts by facet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import tantivy

from models.words import pairs

#: How much more a word counts in the title.
_TITLE_BOOST = 4.0
#: Values of a facet that are counted, the most frequent ones.
_COUNTED = 200


@dataclass(frozen=True)
class Wanted:
    """What is looked for: every word, one of each facet's values, a stage within the bounds, changed since."""

    kind: str
    words: Sequence[str] = ()
    facets: Mapping[str, Collection[str]] = field(default_factory=dict)
    min_stage: int | None = None
    max_stage: int | None = None
    since: int | None = None
    #: Ids that are left out, and those that alone come in, unless None.
    without: Collection[str] = ()
    within: Collection[str] | None = None


@dataclass(frozen=True)
class Counts:
    """How many records have each value of each facet, each stage, and how many changed since each time.

    What is chosen of a facet does not narrow that facet's own counts.
    """

    facets: dict[str, dict[str, int]]
    stages: dict[int, int]
    since: list[int]


class Reader:
    """One state of the index."""

    def __init__(self, schema: Any, searcher: Any) -> None:
        self._schema, self._searcher = schema, searcher

    def ids(self, wanted: Wanted, limit: int, start: int = 0, newest: bool = False) -> list[str]:
        """Return up to `limit` ids from place `start` on: most relevant first, or latest changed."""
        if limit <= 0:
            return []
        order = {"order_by_field": "revision"} if newest or not wanted.words else {}
        found = self._searcher.search(self._query(wanted), limit, count=False, offset=start, **order)
        keys = (str(self._searcher.doc(address)["key"][0]) for _, address in found.hits)
        return [key.partition(":")[2] for key in keys]

    def total(self, wanted: Wanted) -> int:
        return int(self._searcher.search(self._query(wanted), 1).count)

    def values(self, kind: str, facet: str) -> list[str]:
        """Return the values that records of the kind have of a facet, the most frequent ones."""
        said = self._searcher.aggregate(self._query(Wanted(kind)), {facet: _terms(facet)})
        return [bucket["key"] for bucket in said[facet]["buckets"]]

    def counts(self, wanted: Wanted, facets: Sequence[str], times: Sequence[int]) -> Counts:
        """Count by facet and stage, and since each of the `times`, which ascend."""
        chosen = [name for name in facets if wanted.facets.get(name)]
        free = [name for name in facets if name not in chosen]
        jobs = [
            (replace(wanted, facets=_without(wanted.facets, name)), {name: _terms(name)}) for name in chosen
        ]
        stage, since = {"stage": _terms("stage")}, {"since": _ranges(times)}
        shared = {name: _terms(name) for name in free}
        if wanted.min_stage is None and wanted.max_stage is None:
            shared |= stage
        else:
            jobs.append((replace(wanted, min_stage=None, max_stage=None), stage))
        if wanted.since is None:
            shared |= since
        else:
            jobs.append((replace(wanted, since=None), since))
        said: dict[str, Any] = {}
        for one, asked in [*jobs, (wanted, shared)]:
            if asked:
                said |= self._searcher.aggregate(self._query(one), asked)
        return Counts(
            {
                name: {bucket["key"]: bucket["doc_count"] for bucket in said[name]["buckets"]}
                for name in facets
            },
            {int(bucket["key"]): bucket["doc_count"] for bucket in said["stage"]["buckets"]},
            _added_up(said["since"]["buckets"], times),
        )

    def _query(self, wanted: Wanted) -> Any:
        schema = self._schema
        must = [tantivy.Query.const_score_query(one, 0.0) for one in self._narrowing(wanted)]
        must += [self._word(word) for word in wanted.words]
        clauses = [(tantivy.Occur.Must, one) for one in must]
        if wanted.without:
            keys = [f"{wanted.kind}:{each}" for each in wanted.without]
            clauses.append((tantivy.Occur.MustNot, tantivy.Query.term_set_query(schema, "key", keys)))
        return tantivy.Query.boolean_query(clauses)

    def _narrowing(self, wanted: Wanted) -> list[Any]:
        schema, integer = self._schema, tantivy.FieldType.Integer
        found = [tantivy.Query.term_query(schema, "kind", wanted.kind, "basic")]
        found += [
            tantivy.Query.term_set_query(schema, name, list(values))
            for name, values in wanted.facets.items()
            if values
        ]
        if wanted.within is not None:
            keys = [f"{wanted.kind}:{each}" for each in wanted.within]
            found.append(tantivy.Query.term_set_query(schema, "key", keys))
        if wanted.min_stage is not None or wanted.max_stage is not None:
            found.append(
                tantivy.Query.range_query(
                    schema, "stage", integer, wanted.min_stage or 1, wanted.max_stage or 9
                )
            )
        if wanted.since is not None:
            found.append(tantivy.Query.range_query(schema, "changed_at", integer, wanted.since, None))
        return found

    def _word(self, word: str) -> Any:
        if len(word) == 1:
            letter = tantivy.Query.term_query(self._schema, "letters", word, "basic")
            return tantivy.Query.const_score_query(letter, 1.0)
        return tantivy.Query.boolean_query([
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._phrase("title", word), _TITLE_BOOST)),
            (tantivy.Occur.Should, self._phrase("text", word)),
        ])  # fmt: skip

    def _phrase(self, name: str, word: str) -> Any:
        parts = pairs(word)
        if len(parts) == 1:
            return tantivy.Query.term_query(self._schema, name, parts[0], "freq")
        # Every other pair covers the word; the last one, its end.
        places = sorted({*range(0, len(parts), 2), len(parts) - 1})
        return tantivy.Query.phrase_query(self._schema, name, [(place, parts[place]) for place in places])


def _without(facets: Mapping[str, Collection[str]], name: str) -> dict[str, Collection[str]]:
    return {other: values for other, values in facets.items() if other != name}


def _terms(name: str) -> dict[str, Any]:
    return {"terms": {"field": name, "size": _COUNTED}}


def _ranges(times: Sequence[int]) -> dict[str, Any]:
    ends = [*times[1:], None]
    ranges = [
        {"from": float(start)} | ({"to": float(end)} if end is not None else {})
        for start, end in zip(times, ends, strict=True)
    ]
    return {"range": {"field": "changed_at", "ranges": ranges}}


def _added_up(buckets: Sequence[Mapping[str, Any]], times: Sequence[int]) -> list[int]:
    counted = {int(bucket["from"]): int(bucket["doc_count"]) for bucket in buckets if "from" in bucket}
    return [sum(count for start, count in counted.items() if start >= time) for time in times]
