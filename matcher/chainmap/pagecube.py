"""How many records there are of each sort, in a form that a page sums in a millisecond.

A record is counted in one cell: its node, kind, lane, county, tier, month, whether it is met and
whether it is the city's own. Achievements have no county here: every county is supplied from everywhere.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from corpora.vocabulary import Kind, OrganizationKind, Tier
from matcher.chainmap.integration import LANES, IntegrationMap, Placed
from matcher.chainmap.measures import is_element

#: What a cell counts: a need, an achievement, an enterprise, another element, a university,
#: an institute or an organization of no known kind.
CELL_KINDS = ("need", "achievement", "firm", "element", "institution")
#: The node of what is unplaced.
UNPLACED = 65535

#: Columns of two bytes a number.
WIDE = ("node", "county", "month", "count")
_COLUMNS = ("node", "kind", "lane", "county", "tier", "month", "met", "own", "count")
_LANES = tuple(LANES)
_TIERS = tuple(Tier)


def cube(
    chart: IntegrationMap,
    node_index: Mapping[str, int],
    counties: Sequence[str],
    tier_of: Mapping[str, Tier | None],
) -> dict[str, Any]:
    """Return the cells in columns: {"months": [...], "length": n, "columns": {name: base64}}.

    A column holds unsigned numbers of one byte, those of `WIDE` of two, the low one first; lane 5 is
    unknown, tier 6 none, county 0 none of `counties` (whose first is ""). `tier_of` gives the tier of a need's enterprise
    by the key of the need.
    """
    months = sorted({_month(one) for one in chart.records})
    month_of = {month: place for place, month in enumerate(months)}
    county_of = {county: place for place, county in enumerate(counties)}
    cells = Counter(
        (
            node_index.get(one.node, UNPLACED),
            CELL_KINDS.index(cell_kind(one)),
            len(_LANES) if one.lane is None else _LANES.index(one.lane),
            0 if one.kind is Kind.ACHIEVEMENT else county_of.get(one.county, 0),
            len(_TIERS) if (tier := tier_of.get(one.key, one.tier)) is None else _TIERS.index(tier),
            month_of[_month(one)],
            int(bool(one.met)),
            int(one.is_local),
        )
        for one in chart.records
    )
    # Of one sort there may be more than a number here can hold.
    rows = [
        (*cell, part)
        for cell, count in sorted(cells.items())
        for part in (*[UNPLACED] * (count // UNPLACED), count % UNPLACED)
        if part
    ]
    table = np.array(rows, dtype="<u2").reshape(-1, len(_COLUMNS))
    return {
        "months": months,
        "length": len(table),
        "wide": WIDE,
        "columns": {
            name: base64.b64encode(table[:, place].astype("<u2" if name in WIDE else "u1").tobytes()).decode()
            for place, name in enumerate(_COLUMNS)
        },
    }


def cell_kind(one: Placed) -> str:
    """Return which of `CELL_KINDS` the record is."""
    if one.kind is not Kind.ORGANIZATION:
        return one.kind.value
    if one.organization_kind is OrganizationKind.ENTERPRISE:
        return "firm"
    return "element" if is_element(one) else "institution"


def _month(one: Placed) -> str:
    return one.since.isoformat()[:7]
