"""The map tells one truth: what is counted agrees on the page, in the workbook, in the book, and by SQL over map.json."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import docx
import networkx as nx
import numpy as np
import openpyxl
import pytest

from corpora.records import Organization
from matcher.chainmap.building import build
from matcher.chainmap.printing.folder import write_folder
from matcher.service import Service
from matcher.settings import Settings

DAY, LATER = date(2026, 12, 1), date(2026, 12, 15)
COUNTED = (
    "needs",
    "met",
    "unmet",
    "achievements",
    "local_achievements",
    "ready",
    "firms",
    "leaders",
    "elements",
)
#: Each record on the node where it is counted and on all that this one is a part of.
SQL = """
with recursive inside(node, above) as (
    select key, key from nodes
    union
    select inside.node, nodes.chain || '/' || nodes.parent from inside join nodes on nodes.key = inside.above
    where nodes.parent <> ''
)
select
    above,
    sum(kind = 'need') as needs,
    sum(kind = 'need' and met) as met,
    sum(kind = 'need' and not met) as unmet,
    sum(kind = 'achievement') as achievements,
    sum(kind = 'achievement' and is_local) as local_achievements,
    sum(kind = 'achievement' and is_local and lane in ('pilot', 'production')) as ready,
    sum(coalesce(organization_kind, '') = 'enterprise') as firms,
    sum(coalesce(organization_kind, '') = 'enterprise' and coalesce(tier, '') = 'chain_leader') as leaders,
    sum(coalesce(organization_kind, '') in ('platform', 'pilot_base', 'transfer_agency', 'fund', 'park')) as elements
from inside left join records on records.node = inside.node
group by above
"""
Counts = Mapping[str, int]
#: A day as it is written, in data and in what is proposed for one.
DATE = re.compile(r"20\d\d-\d\d-\d\d")
#: Names and business of organizations of which nobody said what they are.
KINDLESS = (
    ("秦岭板栗贮藏保鲜合作社", "板栗采后贮运与气调保鲜，冷库"),
    ("丹江文史社", "地方志整理"),
)


@pytest.fixture(scope="module")
def held(demo_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The demo with two organizations of no known kind, as lists that were imported have them."""
    data = tmp_path_factory.mktemp("held") / "data"
    shutil.copytree(demo_settings.data, data)
    service = Service(demo_settings.model_copy(update={"data": data}))
    for place, (name, text) in enumerate(KINDLESS):
        service.store.save(Organization(id=f"nokind-{place}", name=name, text=text, county="商州区"), "t")
    yield service
    service.close()


@pytest.fixture(scope="module")
def folder(held: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("map")
    write_folder(place, build(held, day=DAY))
    return place


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Any]:
    """What map.json says, without the code that wrote it."""
    found: dict[str, Any] = json.loads((folder / "map.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def counted(told: dict[str, Any]) -> dict[str, Counts]:
    """By node, and by chain, what SQL counts over the records."""
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    database.execute("create table nodes (key, chain, parent)")
    database.execute("create table records (kind, node, lane, met, is_local, organization_kind, tier)")
    database.executemany(
        "insert into nodes values (?, ?, ?)",
        [(one["key"], one["chain"], one["node"]["parent"]) for one in nodes(told)],
    )
    database.executemany(
        "insert into records values (?, ?, ?, ?, ?, ?, ?)",
        [
            (one["kind"], one["spots"][0]["node"] if one["spots"] else "", one["lane"], one["met"], one["is_local"],
             one["organization_kind"], one["tier"])
            for one in told["records"]
        ],
    )  # fmt: skip
    found: dict[str, Counts] = {
        row["above"]: {name: row[name] or 0 for name in COUNTED} for row in database.execute(SQL)
    }
    for chain in told["chains"]:
        top = [found[one["key"]] for one in chain["nodes"] if not one["node"]["parent"]]
        found[chain["id"]] = {name: sum(one[name] for one in top) for name in COUNTED}
    return found


def nodes(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for chain in told["chains"] for one in chain["nodes"]]


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    """A sheet's rows by the English line of its headings."""
    page = openpyxl.load_workbook(folder / "map.xlsx", read_only=True)[name]
    rows = list(page.iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if "\n" in str(row[0]))
    names = [str(cell).split("\n")[-1] for cell in rows[head]]
    return [dict(zip(names, row, strict=True)) for row in rows[head + 1 :]]


def test_there_is_something_to_count(told: dict[str, Any], counted: dict[str, Counts]) -> None:
    assert len(told["chains"]) >= 12
    assert sum(bool(one["spots"]) for one in told["records"]) > 300
    assert sum(counted[one["id"]]["unmet"] for one in told["chains"]) > 5


def test_the_map_says_what_sql_counts(told: dict[str, Any], counted: dict[str, Counts]) -> None:
    for one in [*nodes(told), *told["chains"]]:
        key = one.get("key") or one["id"]
        assert {name: one["numbers"][name] for name in COUNTED} == counted[key], key
    placed = {key: sum(counted[one["id"]][key] for one in told["chains"]) for key in COUNTED}
    for name in COUNTED:
        assert told["numbers"][name] == placed[name] + told["unplaced"][name], name


ENGLISH = {"local_achievements": "local achievements", "ready": "ready local achievements", "firms": "local firms",
           "leaders": "chain leaders", "dependants": "firms downstream"}  # fmt: skip


def test_the_workbook_says_the_same(folder: Path, told: dict[str, Any], counted: dict[str, Counts]) -> None:
    rows = {row["key"]: row for row in table(folder, "环节 nodes")}
    assert list(rows) == [one["key"] for one in nodes(told)]
    for one in nodes(told):
        for name in (*COUNTED, "dependants"):
            expected = counted[one["key"]][name] if name in COUNTED else one["numbers"][name]
            assert rows[one["key"]][ENGLISH.get(name, name)] == expected, (one["key"], name)
    chains = table(folder, "总览 overview")
    for chain, row in zip(told["chains"], chains, strict=False):
        assert row["chain"] == chain["zh"]
        assert {name: row[ENGLISH.get(name, name)] for name in COUNTED} == counted[chain["id"]]
        assert {kind: row[kind] for kind in ("fill", "upgrade", "build", "balanced")} == {
            kind: sum(
                one["verdict"]["verdict"] == kind for one in chain["nodes"] if not one["node"]["parent"]
            )
            for kind in ("fill", "upgrade", "build", "balanced")
        }


def test_the_lists_of_the_workbook_have_every_record_once(
    folder: Path, told: dict[str, Any], counted: dict[str, Counts]
) -> None:
    everything: Counter[str] = Counter()
    for kind, sheet in (
        ("need", "需求 needs"),
        ("achievement", "成果 achievements"),
        ("organization", "机构 organizations"),
    ):
        rows = table(folder, sheet)
        here = Counter(row["key of the node"] for row in rows)
        expected = Counter(
            one["spots"][0]["node"] for one in told["records"] if one["kind"] == kind and one["spots"]
        )
        assert here == expected
        everything.update(f"{kind}:{row['id']}" for row in rows)
        if kind == "need":
            unmet = Counter(row["key of the node"] for row in rows if row["met"].endswith("unmet"))
            leaves = {
                one["key"]
                for one in nodes(told)
                if not any(each["node"]["parent"] == one["node"]["id"] for each in nodes(told))
            }
            assert {key: unmet[key] for key in leaves} == {key: counted[key]["unmet"] for key in leaves}
    everything.update(
        f"{row['kind'].split()[-1]}:{row['id']}" for row in table(folder, "未归链 unplaced") if row["id"]
    )
    assert everything == Counter(f"{one['kind']}:{one['id']}" for one in told["records"])


def test_the_book_says_the_same(folder: Path, told: dict[str, Any], counted: dict[str, Counts]) -> None:
    document = docx.Document(str(folder / "map.docx"))
    tables = [[[cell.text for cell in row.cells] for row in one.rows] for one in document.tables]
    of_chains = [rows for rows in tables if rows[0][:2] == ["环节 node", "裁定 verdict"] and len(rows[0]) > 3]
    assert len(of_chains) == len(told["chains"])
    names = ("needs", "unmet", "achievements", "firms", "dependants")
    words = {"fill": "补链", "upgrade": "升链", "build": "建链", "balanced": "平衡", "thin": "证据不足"}
    for chain, (_, *rows) in zip(told["chains"], of_chains, strict=True):
        assert [row[0].removeprefix("└ ") for row in rows] == [one["node"]["zh"] for one in chain["nodes"]]
        for one, row in zip(chain["nodes"], rows, strict=True):
            expected = {**counted[one["key"]], "dependants": one["numbers"]["dependants"]}
            assert row[1] == words[one["verdict"]["verdict"]]
            assert row[2:7] == [str(expected[name]) for name in names]
    overview = next(rows for rows in tables if rows[0][0] == "产业链 chain" and "缺\nunmet" in rows[0])
    for chain, row in zip(told["chains"], overview[1:], strict=False):
        assert row[0] == chain["zh"]
        assert row[-5:-1] == [str(counted[chain["id"]][name]) for name in names[:4]]


def test_the_page_says_the_same(folder: Path, told: dict[str, Any], counted: dict[str, Counts]) -> None:
    data = page_data(folder)
    fields = data["number_fields"]
    assert [one["key"] for one in data["nodes"]] == [one["key"] for one in nodes(told)]
    for one in data["nodes"]:
        numbers = dict(zip(fields, one["numbers"], strict=True))
        assert {name: numbers[name] for name in COUNTED} == counted[one["key"]]
    for one in data["chains"]:
        numbers = dict(zip(fields, one["numbers"], strict=True))
        assert {name: numbers[name] for name in COUNTED} == counted[one["id"]]


def test_what_the_page_counts_itself_is_the_same(folder: Path, told: dict[str, Any]) -> None:
    data = page_data(folder)
    inside = {one["key"]: one["node"]["parent"] for one in nodes(told)}
    keys, words = [one["key"] for one in data["nodes"]], data["words"]
    cells = [one[0] for one in words["cells"]]
    lanes, tiers = ([one[0] for one in words[name]] for name in ("lanes", "tiers"))
    found: dict[str, Counter[str]] = {key: Counter() for key in (*keys, "", "all")}
    for row in rows_of(data["cube"]):
        kind = cells[row["kind"]]
        lane = lanes[row["lane"]] if row["lane"] < len(lanes) else ""
        tier = tiers[row["tier"]] if row["tier"] < len(tiers) else ""
        named = {
            "need": ["needs", "met" if row["met"] else "unmet"],
            "achievement": ["achievements"]
            + (["local_achievements"] if row["own"] else [])
            + (["ready"] if row["own"] and lane in ("pilot", "production") else []),
            "firm": ["firms"] + (["leaders"] if tier == "chain_leader" else []),
            "element": ["elements"],
            "institution": [],
        }[kind]
        key = keys[row["node"]] if row["node"] < len(keys) else ""
        for where in ("all", *above(key, inside)):
            found[where].update(dict.fromkeys(named, row["count"]))
    for one in nodes(told):
        assert {name: found[one["key"]][name] for name in COUNTED} == {
            name: one["numbers"][name] for name in COUNTED
        }, one["key"]
    assert {name: found["all"][name] for name in COUNTED} == {name: told["numbers"][name] for name in COUNTED}
    assert {name: found[""][name] for name in COUNTED} == {name: told["unplaced"][name] for name in COUNTED}
    # Those of no known kind are on the map, one of them on a node, and are counted as nothing.
    kindless = [one for one in told["records"] if one["id"].startswith("nokind-")]
    assert [one["organization_kind"] for one in kindless] == [None] * len(KINDLESS)
    assert any(one["spots"] for one in kindless)


def above(key: str, inside: Mapping[str, str]) -> list[str]:
    """The node with all that it is a part of; of what is unplaced "" alone."""
    found = [key]
    while parent := inside.get(found[-1], ""):
        found.append(f"{key.split('/')[0]}/{parent}")
    return found


def page_data(folder: Path) -> dict[str, Any]:
    page = (folder / "map.html").read_text("utf-8")
    (text,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


def rows_of(cube: dict[str, Any]) -> list[dict[str, int]]:
    """The cells that the page sums, one a row."""
    columns = {
        name: np.frombuffer(base64.b64decode(text), "<u2" if name in cube["wide"] else "u1").tolist()
        for name, text in cube["columns"].items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def test_the_network_says_the_same(folder: Path, told: dict[str, Any]) -> None:
    graph = nx.read_graphml(folder / "map.graphml")
    here = Counter(
        (target.removeprefix("node:"), graph.nodes[source]["kind"])
        for source, target, kind in graph.edges(data="kind")
        if kind == "stands_on"
    )
    assert here == Counter((one["spots"][0]["node"], one["kind"]) for one in told["records"] if one["spots"])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_records_and_date_give_the_same_bytes(held: Service, folder: Path, tmp_path: Path) -> None:
    write_folder(tmp_path, build(held, day=DAY))
    first, second = contents(folder), contents(tmp_path)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_another_date_changes_dates_alone(held: Service, folder: Path) -> None:
    after = build(held, day=LATER)
    assert after.date == LATER
    before = (folder / "map.json").read_text("utf-8").rstrip("\n")
    assert DATE.sub("", after.model_dump_json()) == DATE.sub("", before)
    assert after.model_dump_json() != before
