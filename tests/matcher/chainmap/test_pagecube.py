"""The cube of counts that the page sums: every record in it once, under the right attributes."""

from __future__ import annotations

import base64
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpora.vocabulary import OrganizationKind, Tier
from matcher.chainmap.integration import LANES, IntegrationMap, Lane
from matcher.chainmap.pagecube import CELL_KINDS, UNPLACED, WIDE, cell_kind, cube
from tests.matcher.chainmap import making

NODES = {
    key: place for place, key in enumerate(("nuts/orchards", "nuts/storage", "nuts/kernels", "energy/cells"))
}
COUNTIES = ["", "商州区", "镇安县"]


def rows(cells: dict[str, Any]) -> list[dict[str, int]]:
    """Read the cube back as the page does."""
    columns = {
        name: np.frombuffer(base64.b64decode(text), "<u2" if name in WIDE else "u1").tolist()
        for name, text in cells["columns"].items()
    }
    assert {len(column) for column in columns.values()} == {cells["length"]}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def of(chart: IntegrationMap, tiers: dict[str, Tier | None] | None = None) -> dict[str, Any]:
    return cube(chart, NODES, COUNTIES, tiers or {})


def test_a_record_is_one_cell_with_what_it_is() -> None:
    chart = making.chart(
        [
            making.need(
                "n-1", "nuts/storage", county="镇安县", lane=Lane.PILOT, answers=[making.answer("a", 0.9)]
            ),
            making.achievement("a-1", "nuts/kernels", lane=None, county="商州区", is_local=True),
            making.firm("o-1", "nuts/orchards", Tier.CHAIN_LEADER),
            making.organization("o-2", OrganizationKind.UNIVERSITY, county="别处"),
        ]
    )
    cells = of(chart, {"need:n-1": Tier.LISTED})
    assert cells["months"] == ["2026-12"]
    found = {CELL_KINDS[row["kind"]]: row for row in rows(cells)}
    lanes, tiers = list(LANES), list(Tier)
    assert found["need"] == {
        "node": 1, "kind": 0, "lane": lanes.index(Lane.PILOT), "county": 2, "tier": tiers.index(Tier.LISTED),
        "month": 0, "met": 1, "own": 1, "count": 1,
    }  # fmt: skip
    # Supply comes from everywhere: an achievement has no county here.
    assert found["achievement"] == {
        "node": 2, "kind": 1, "lane": len(lanes), "county": 0, "tier": len(tiers), "month": 0, "met": 0, "own": 1, "count": 1,
    }  # fmt: skip
    assert (found["firm"]["tier"], found["firm"]["county"]) == (tiers.index(Tier.CHAIN_LEADER), 1)
    assert (found["institution"]["node"], found["institution"]["county"]) == (UNPLACED, 0)


def test_equal_records_are_one_cell_and_many_of_them_several() -> None:
    one = making.need("n-1", "nuts/storage")
    many = tuple(one.model_copy(update={"id": f"n-{place}"}) for place in range(UNPLACED + 3))
    chart = IntegrationMap(date=making.DAY, records=many)
    assert [row["count"] for row in rows(of(chart))] == [UNPLACED, 3]
    assert of(IntegrationMap(date=making.DAY)) == {
        "months": [], "length": 0, "wide": WIDE,
        "columns": dict.fromkeys(("node", "kind", "lane", "county", "tier", "month", "met", "own", "count"), ""),
    }  # fmt: skip


_records = st.lists(
    st.one_of(
        st.builds(
            making.need,
            st.just("n"),
            st.sampled_from(["", *NODES]),
            since=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
            county=st.sampled_from(COUNTIES),
        ),
        st.builds(
            making.achievement,
            st.just("a"),
            st.sampled_from(["", *NODES]),
            since=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
            lane=st.sampled_from([None, *Lane]),
            is_local=st.booleans(),
        ),
        st.builds(
            making.organization,
            st.just("o"),
            st.sampled_from(OrganizationKind),
            st.sampled_from(["", *NODES]),
            tier=st.sampled_from([None, *Tier]),
        ),
    ),
    max_size=40,
)


@given(_records)
def test_every_record_is_counted_once(records: list[Any]) -> None:
    chart = IntegrationMap(
        date=making.DAY,
        records=tuple(one.model_copy(update={"id": str(place)}) for place, one in enumerate(records)),
    )
    cells = of(chart)
    counted: Counter[tuple[str, int, str]] = Counter()
    for row in rows(cells):
        counted[CELL_KINDS[row["kind"]], row["node"], cells["months"][row["month"]]] += row["count"]
    assert counted == Counter(
        (cell_kind(one), NODES.get(one.node, UNPLACED), f"{one.since:%Y-%m}") for one in records
    )
