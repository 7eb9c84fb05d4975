"""Numbers of nodes, counties and lanes, on records counted by hand and on any records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from corpora.vocabulary import OrganizationKind, Tier
from matcher.chainmap.integration import Lane, LaneNumbers, Numbers, Placed, Topic
from matcher.chainmap.measures import Counted, Family, Memory, family_of, numbers_of, on_nodes, summed
from matcher.chainmap.measures import count as count_nodes
from tests.matcher.chainmap.making import CHAINS, achievement, answer, firm, need, organization

FAMILY = family_of({chain.id: chain for chain in CHAINS})
NODES = sorted(FAMILY.above)


def count(records: Iterable[Placed], family: Family, topics: Sequence[Topic] = ()) -> Counted:
    return count_nodes(on_nodes(records, family), family, topics)


def numbers(records: list[Placed], node: str, topics: tuple[Topic, ...] = ()) -> Numbers:
    return count(records, FAMILY, topics).numbers(node)


def test_a_family_knows_parents_parts_and_whom_they_supply() -> None:
    assert FAMILY.above["nuts/freezing"] == ("nuts/freezing", "nuts/kernels")
    assert FAMILY.below["nuts/kernels"] == ("nuts/kernels", "nuts/freezing")
    # Stores supply the kernels, and with them their part.
    assert FAMILY.supplied["nuts/storage"] == ("nuts/freezing", "nuts/kernels")
    assert FAMILY.supplied["nuts/kernels"] == ()


def test_firms_of_the_whole_may_do_a_part_of_it() -> None:
    records = [firm("o1", "nuts/kernels"), firm("o2", "nuts/freezing")]
    part, whole = numbers(records, "nuts/freezing"), numbers(records, "nuts/kernels")
    assert (part.firms, part.wider_firms, part.suppliers) == (1, 1, 2)
    assert (whole.firms, whole.wider_firms, whole.suppliers) == (2, 0, 2)


def test_every_kind_of_record_is_counted_in_its_place() -> None:
    records = [
        need("n1", "nuts/kernels", answers=[answer("a1", 0.9)]),
        need("n2", "nuts/kernels"),
        need("n3", "nuts/kernels"),
        achievement("a1", "nuts/kernels", lane=Lane.PILOT, is_local=True),
        achievement("a2", "nuts/kernels", lane=Lane.PILOT, is_local=False),
        achievement("a3", "nuts/kernels", lane=Lane.LAB, is_local=True),
        firm("o1", "nuts/kernels", Tier.CHAIN_LEADER),
        firm("o2", "nuts/kernels", Tier.SEED),
        organization("o3", OrganizationKind.PILOT_BASE, "nuts/kernels"),
        organization("o4", OrganizationKind.PARK, "nuts/kernels"),
        # Those who do research stand there, and are no elements of it.
        organization("o5", OrganizationKind.UNIVERSITY, "nuts/kernels"),
    ]
    assert numbers(records, "nuts/kernels") == Numbers(
        needs=3, met=1, unmet=2, achievements=3, local_achievements=2, ready=1, firms=2, leaders=1, elements=2
    )


def test_a_part_counts_for_the_whole_and_not_the_other_way_round() -> None:
    records = [need("n1", "nuts/freezing"), need("n2", "nuts/kernels")]
    assert numbers(records, "nuts/freezing").needs == 1
    assert numbers(records, "nuts/kernels").needs == 2


def test_a_record_is_counted_on_its_first_node_alone() -> None:
    records = [need("n1", ["nuts/shells", "nuts/storage", "energy/cells"])]
    assert [node for node in NODES if numbers(records, node).needs] == ["nuts/shells"]


def test_dependants_are_the_enterprises_on_the_nodes_that_are_supplied_each_once() -> None:
    records = [
        firm("o1", "nuts/kernels"),
        firm("o2", "nuts/freezing"),
        firm("o3", "nuts/shells"),
        firm("o4", "nuts/storage"),
        organization("o5", OrganizationKind.FUND, "nuts/kernels"),
    ]
    assert numbers(records, "nuts/storage").dependants == 2
    assert numbers(records, "nuts/orchards").dependants == 1
    # What is inside a node is not downstream of it.
    assert numbers(records, "nuts/kernels").dependants == 0


def test_topics_count_for_the_node_that_they_are_near_and_those_above() -> None:
    topics = (
        Topic(id="t1", zh="速冻", terms=("速冻",), records=(), near="nuts/freezing"),
        Topic(id="t2", zh="飞机", terms=("飞机",), records=(), near=""),
    )
    assert numbers([], "nuts/freezing", topics).topics == 1
    assert numbers([], "nuts/kernels", topics).topics == 1
    assert numbers([], "nuts/shells", topics).topics == 0


def test_a_county_counts_its_own_and_achievements_from_everywhere() -> None:
    records = [
        need("n1", "nuts/storage", county="商州区"),
        need("n2", "nuts/storage", county="镇安县", answers=[answer("a1", 0.9)]),
        achievement("a1", "nuts/storage", county="碑林区"),
        firm("o1", "nuts/storage", county="镇安县"),
        firm("o2", "nuts/kernels", county="商州区"),
        firm("o3", "nuts/kernels", county="柞水县"),
    ]
    counted = count(records, FAMILY)
    whole = counted.numbers("nuts/storage")
    found = counted.counties("nuts/storage", whole, ["商州区", "镇安县", "柞水县"])
    assert found == {
        "商州区": Numbers(needs=1, unmet=1, achievements=1, dependants=1),
        "镇安县": Numbers(needs=1, met=1, achievements=1, firms=1),
        # It has nothing there, but an enterprise that depends on it.
        "柞水县": Numbers(achievements=1, dependants=1),
    }


def test_lanes_come_in_order_and_what_has_none_is_told_where_there_is_such() -> None:
    records = [
        need("n1", "nuts/freezing", lane=Lane.PILOT),
        achievement("a1", "nuts/kernels", lane=Lane.LAB),
        organization("o1", OrganizationKind.FUND, "nuts/kernels", lane=None),
    ]
    found = count(records, FAMILY).lane_numbers("nuts/kernels")
    assert list(found) == ["research", "development", "lab", "pilot", "production", ""]
    assert found["pilot"] == LaneNumbers(needs=1)
    assert found["lab"] == LaneNumbers(achievements=1)
    assert found[""] == LaneNumbers(organizations=1)
    assert "" not in count([], FAMILY).lane_numbers("nuts/kernels")


@st.composite
def records(draw: st.DrawFn) -> list[Placed]:
    found = []
    for number in range(draw(st.integers(0, 25))):
        where = draw(st.sampled_from([*NODES, "", "gone/node"]))
        county = draw(st.sampled_from(["商州区", "镇安县", ""]))
        make = draw(st.sampled_from([need, achievement, firm]))
        more = {"lane": draw(st.sampled_from([None, *Lane]))}
        if make is achievement:
            more["is_local"] = draw(st.booleans())
        if make is need:
            more["met"] = draw(st.booleans())
        found.append(make(f"r{number}", where, county=county, since=date(2026, 1, 1), **more))
    return found


@given(records())
def test_sums_over_top_nodes_and_the_unplaced_are_the_sums_over_records(drawn: list[Placed]) -> None:
    counted = count(drawn, FAMILY)
    top = [f"{chain.id}/{node.id}" for chain in CHAINS for node in chain.nodes if not node.parent]
    placed = summed(counted.numbers(node) for node in top)
    unplaced = numbers_of(one for one in drawn if one.node not in FAMILY.above)
    whole = summed([placed, unplaced]).model_copy(update={"dependants": 0})
    assert whole == numbers_of(drawn)
    assert whole.needs == whole.met + whole.unmet
    kinds = Counter(one.kind for one in drawn)
    assert (whole.needs, whole.achievements, whole.firms) == (
        kinds["need"], kinds["achievement"], kinds["organization"],
    )  # fmt: skip


@given(records())
def test_lanes_of_a_node_sum_to_its_records(drawn: list[Placed]) -> None:
    counted = count(drawn, FAMILY)
    for node in NODES:
        found = counted.lane_numbers(node).values()
        said = counted.numbers(node)
        assert sum(one.needs for one in found) == said.needs
        assert sum(one.achievements for one in found) == said.achievements
        assert sum(one.organizations for one in found) == said.firms


@given(records(), records())
def test_what_is_remembered_changes_nothing(one: list[Placed], other: list[Placed]) -> None:
    memory = Memory()
    for drawn in (one, other, other[1:], one):
        grouped = on_nodes(drawn, FAMILY)
        assert count_nodes(grouped, FAMILY, (), memory) == count_nodes(grouped, FAMILY)
