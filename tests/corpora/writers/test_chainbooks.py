"""Chains as workbooks and as YAML read back the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from corpora.chains import Chain, Node, Position, chains, read_chain
from corpora.readers.chainbooks import read_chains
from corpora.writers.chainbooks import chain_text, write_chains

WORDS = st.lists(
    st.text("茶叶、，；;, =+-@/\"'#:ab1{}[]&*!|>%", min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool), max_size=4,
).map(lambda found: tuple(dict.fromkeys(found)))  # fmt: skip
TEXT = st.text("茶 叶\n，=+-@:#\"'<>&ab", max_size=30).map(str.strip)
NAMES = st.sampled_from(
    ["茶叶", "=1+1", "@SUM(A1)", "-2", "null", "007", "1.0", "NO", "<b>茶</b>", "# 茶", "a: b"]
)


@st.composite
def some_chain(draw: st.DrawFn) -> Chain:
    nodes = tuple(
        Node(
            id=f"n{number}",
            zh=draw(NAMES),
            en=draw(NAMES),
            position=Position.MIDSTREAM,
            description=draw(TEXT),
            products=draw(WORDS),
            keywords=draw(WORDS),
            classes=draw(WORDS),
            supplies=tuple(f"n{other}" for other in range(number) if draw(st.booleans())),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    return Chain(
        id="some", zh=draw(NAMES), en=draw(NAMES), description=draw(TEXT), sources=draw(WORDS), nodes=nodes
    )


def test_the_shipped_chains_read_back_the_same(tmp_path: Path) -> None:
    write_chains(tmp_path / "all.xlsx", chains().values())
    assert {one.id: one for one in read_chains(tmp_path / "all.xlsx")} == dict(chains())


@pytest.mark.parametrize("chain", chains().values(), ids=list(chains()))
def test_a_shipped_chain_as_text_reads_back_the_same(chain: Chain) -> None:
    assert read_chain(chain_text(chain), "f") == chain


@given(chain=some_chain())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_its_words_hold_a_chain_reads_back_the_same(chain: Chain, tmp_path: Path) -> None:
    path = tmp_path / "some.xlsx"
    write_chains(path, [chain])
    assert read_chains(path) == [chain]
    assert read_chain(chain_text(chain), "f") == chain


def test_a_workbook_offers_the_positions_and_room_for_more(tmp_path: Path) -> None:
    write_chains(tmp_path / "one.xlsx", [chains()["nuts"]])
    book = CalamineWorkbook.from_path(tmp_path / "one.xlsx")
    assert book.sheet_names == ["产业链", "环节"]
    rows = book.get_sheet_by_name("环节").to_python()
    assert rows[2][:3] == ["产业链编号 chain id", "环节编号* node id", "环节名称* node name"]
    assert rows[3][1:6] == ["growing", "良种与栽培", "varieties and orchards", "上游", ""]
