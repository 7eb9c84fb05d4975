"""The pages of the integration map: what is told to whom, a person's word, and what was withdrawn."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from corpora.accounts import Accounts
from corpora.jobs import Jobs
from corpora.maps import Maps
from corpora.overrides import Overrides
from corpora.ownchains import OwnChains
from corpora.placements import Placements
from corpora.store import Store
from corpora.submissions import Status, Submissions
from corpora.vocabulary import Kind
from matcher.chainmap import looking
from matcher.chainmap.integration import IntegrationMap, VerdictKind
from matcher.jobs import work
from matcher.settings import Settings
from matcher.tasks import TASKS
from tests.api.browsing import post

LogIn = Callable[[str], FlaskClient]

pytestmark = pytest.mark.usefixtures("charted")


@pytest.fixture
def bureau(logged_in: LogIn) -> FlaskClient:
    return logged_in("bureau")


def words(answer: str) -> str:
    """Return what a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer)).split())


# Looking


def test_the_first_page_says_the_numbers_and_the_worst_gaps(
    visitor: FlaskClient, chart: IntegrationMap
) -> None:
    said = words(visitor.get("/map").text)
    assert str(chart.numbers.unmet) in said
    for gap in chart.gaps[:3]:
        assert words(gap.zh) in said
        assert all(words(one.zh) in said for one in gap.fillers[:3])
    # Every node is there for those whose browser runs no scripts.
    assert all(one.node.zh in said for chain in chart.chains for one in chain.nodes)


def test_both_languages(visitor: FlaskClient, chart: IntegrationMap) -> None:
    visitor.set_cookie("language", "en")
    said = words(visitor.get("/map").text)
    assert words(chart.gaps[0].en) in said
    assert "The three worst gaps" in said


def test_a_node_tells_its_rule_numbers_and_records(visitor: FlaskClient, chart: IntegrationMap) -> None:
    gap = next(one for one in chart.gaps if one.needs)
    report = chart.nodes[gap.node]
    said = words(visitor.get(f"/map/nodes/{gap.node}").text)
    assert words(report.verdict.zh) in said
    assert report.verdict.date.isoformat() in said
    assert all(chart.by_key[f"need:{one}"].title in said for one in gap.needs)
    numbers = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", visitor.get(f"/map/nodes/{gap.node}").text)
    assert dict(numbers)["技术需求"] == str(report.numbers.needs)
    assert dict(numbers)["企业"] == str(report.numbers.firms)


def test_a_county_narrows_the_lists(visitor: FlaskClient, chart: IntegrationMap) -> None:
    report = next(one for one in chart.nodes.values() if len(one.counties) > 1 and one.numbers.firms > 2)
    firms = looking.node_view(chart, report.key).firms
    county = next(one.county for one in firms if one.county)
    page = visitor.get(f"/map/nodes/{report.key}", query_string={"county": county}).text
    listed = page[page.index('id="firms"') :].partition("</section>")[0]
    assert all((one.title in listed) == (one.county == county) for one in firms)
    assert f"就{county}来看" in page


@pytest.mark.parametrize(
    "asked", ["tier=x", "lane=x", "since=2026-13-01", "since=2026-12-01&until=2026-11-01"]
)
def test_a_filter_that_makes_no_sense_is_told(
    visitor: FlaskClient, chart: IntegrationMap, asked: str
) -> None:
    answer = visitor.get(f"/map/nodes/{next(iter(chart.nodes))}?{asked}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_what_is_not_there_is_not_found(visitor: FlaskClient) -> None:
    for path in (
        "/map/nodes/none", "/map/nodes/nuts/none", "/map/papers/none", "/map/assets/none.js", "/map/assets/../looking.py",
        "/map/data.json?id=999", "/map/compare?from=999", "/map/chains.xlsx?id=none",
    ):  # fmt: skip
        assert visitor.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "page", ["gaps", "actions", "collaborations", "topics", "unplaced", "compare", "chains"]
)
def test_every_list_opens(visitor: FlaskClient, page: str) -> None:
    answer = visitor.get(f"/map/{page}")
    assert answer.status_code == 200, answer.text


def test_the_data_of_the_page_is_sent_once(visitor: FlaskClient, chart: IntegrationMap) -> None:
    answer = visitor.get("/map/data.json")
    assert answer.is_json
    again = visitor.get("/map/data.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    page = visitor.get("/map").text
    for name in re.findall(r'(?:src|href)="(/map/assets/[^"]+)"', page):
        assert visitor.get(unescape(name)).status_code == 200, name


def test_a_record_tells_where_it_stands(
    visitor: FlaskClient, bureau: FlaskClient, chart: IntegrationMap
) -> None:
    placed = next(one for one in chart.records if one.kind is Kind.NEED and one.spots)
    page = visitor.get(f"/needs/{placed.id}").text
    assert f"/map/nodes/{placed.node}" in page
    assert "/map/placements" not in page
    assert "/map/placements" in bureau.get(f"/needs/{placed.id}").text


# Papers


def test_papers_are_made_of_the_map(visitor: FlaskClient, bureau: FlaskClient, chart: IntegrationMap) -> None:
    said = json.loads(visitor.get("/map/papers/json").data)
    assert said["numbers"] == chart.numbers.model_dump()
    assert visitor.get("/map/papers/excel").status_code == 302
    book = load_workbook(BytesIO(bureau.get("/map/papers/excel").data), read_only=True)
    assert len(book.sheetnames) > 5
    page = visitor.get("/map").text
    assert "/map/papers/page" in page
    assert "/map/papers/excel" not in page


# A person's word


def test_a_verdict_is_overridden_with_a_reason_at_once(
    visitor: FlaskClient, bureau: FlaskClient, store: Store, chart: IntegrationMap
) -> None:
    report = next(one for one in chart.nodes.values() if one.verdict.verdict is VerdictKind.THIN)
    path = f"/map/nodes/{report.key}"
    assert post(bureau, f"{path}/verdict", {"verdict": "build", "reason": " "}).status_code == 422
    answer = post(bureau, f"{path}/verdict", {"verdict": "build", "reason": "县里已引进 <b>龙头</b> 企业"})
    assert answer.status_code == 302
    page = visitor.get(path).text
    assert "县里已引进 &lt;b&gt;龙头&lt;/b&gt; 企业" in page
    assert "人工改为“建链”" in words(page)
    # Who it was is for those alone who are logged in.
    assert "bureau" not in page
    assert "bureau" not in visitor.get("/map/papers/json").text
    assert "bureau" in bureau.get(path).text
    assert "verdict" in next(Accounts(store).entries(who="bureau", limit=1)).action
    assert post(bureau, f"{path}/verdict", {"verdict": "", "reason": ""}).status_code == 302
    assert "人工改为" not in visitor.get(path).text
    assert [one.verdict for one in Overrides(store).log(report.key)] == ["build", None]


def test_who_may_override(visitor: FlaskClient, logged_in: LogIn, chart: IntegrationMap) -> None:
    path = f"/map/nodes/{next(iter(chart.nodes))}/verdict"
    assert "/login" in post(visitor, path, {"verdict": "fill", "reason": "不"}).location
    for role in ("broker", "organizer", "enterprise"):
        assert post(logged_in(role), path, {"verdict": "fill", "reason": "不"}).status_code == 403
    assert post(logged_in("admin"), path, {"verdict": "nonsense", "reason": "不"}).status_code == 400


def test_a_placement_is_corrected(logged_in: LogIn, store: Store, chart: IntegrationMap) -> None:
    broker = logged_in("broker")
    placed = next(one for one in chart.records if one.kind is Kind.ACHIEVEMENT and one.spots)
    other = next(key for key in chart.nodes if key != placed.node)
    page = broker.get("/map/placements", query_string={"kind": "achievement", "id": placed.id}).text
    assert placed.title in unescape(page)
    form = {"kind": "achievement", "id": placed.id, "lane": "pilot", "reason": "看过原文"}
    answer = post(broker, "/map/placements", {**form, "node": [other, "", placed.node]})
    assert answer.status_code == 302, answer.text
    said = Placements(store).current()[(Kind.ACHIEVEMENT, placed.id)]
    assert (said.nodes, said.lane, said.who) == ((other, placed.node), "pilot", "broker")
    page = broker.get(f"/achievements/{placed.id}").text
    assert "人工归类" in page
    assert f"/map/nodes/{other}" in page
    assert post(broker, "/map/placements", {**form, "node": ["-", "", ""], "lane": ""}).status_code == 302
    assert Placements(store).current()[(Kind.ACHIEVEMENT, placed.id)].nodes == ()
    assert post(broker, "/map/placements", {**form, "node": ["", "", ""], "lane": ""}).status_code == 302
    assert (Kind.ACHIEVEMENT, placed.id) not in Placements(store).current()
    assert post(broker, "/map/placements", {**form, "node": ["nuts/none"]}).status_code in (404, 422)
    assert post(logged_in("organizer"), "/map/placements", {**form, "node": [other]}).status_code == 403


# What was withdrawn


def test_a_need_that_was_sent_back_is_not_named(
    visitor: FlaskClient, store: Store, chart: IntegrationMap
) -> None:
    gap = next(one for one in chart.gaps if one.needs)
    need = chart.by_key[f"need:{gap.needs[0]}"]
    assert need.title in unescape(visitor.get(f"/map/nodes/{need.node}").text)
    submissions = Submissions(store)
    made = submissions.add("T-sent-back", need.id, need.title, "0" * 64, None)
    submissions.update(made.code, need.title, Status.RETURNED)
    try:
        for path in (
            "/map",
            "/map/gaps",
            "/map/actions",
            f"/map/nodes/{need.node}",
            "/map/data.json",
            "/map/papers/json",
        ):
            said = visitor.get(path).text
            assert need.title not in unescape(said), path
            assert f'href="/needs/{need.id}"' not in said, path
        numbers = json.loads(visitor.get("/map/papers/json").data)["numbers"]
        assert numbers == chart.numbers.model_dump()
    finally:
        submissions.update(made.code, need.title, Status.APPROVED)
    assert need.title in unescape(visitor.get(f"/map/nodes/{need.node}").text)


def test_what_was_deleted_is_not_named(visitor: FlaskClient, store: Store, chart: IntegrationMap) -> None:
    placed = next(one for one in chart.records if one.kind is Kind.ACHIEVEMENT and one.spots)
    assert placed.title in unescape(visitor.get(f"/map/nodes/{placed.node}").text)
    store.delete(Kind.ACHIEVEMENT, placed.id, "test")
    for path in ("/map", "/map/gaps", f"/map/nodes/{placed.node}", "/map/data.json", "/map/papers/json"):
        assert placed.title not in unescape(visitor.get(path).text), path


# Chains


def test_chains_come_back_changed(bureau: FlaskClient, visitor: FlaskClient, store: Store) -> None:
    taken = visitor.get("/map/chains.xlsx?id=nuts").data
    assert visitor.get("/map/chains").text.count("随程序来的") == 0
    files = [
        (BytesIO(taken), "nuts.xlsx"),
        (BytesIO(b"id: [\n"), "bad.yaml"),
        (BytesIO(b"PK\x03\x04"), "x.xlsx"),
    ]
    answer = post(bureau, "/map/chains", {"files": files}, content_type="multipart/form-data")
    # The good one is taken, and of the others it is said what is wrong.
    assert answer.status_code == 422
    assert "bad.yaml" in answer.text
    assert "x.xlsx" in answer.text
    assert list(OwnChains(store).own()) == ["nuts"]
    assert post(bureau, "/map/chains/nuts/remove", {}).status_code == 302
    assert not OwnChains(store).own()
    assert post(bureau, "/map/chains/nuts/remove", {}).status_code == 404
    assert "/login" in post(visitor, "/map/chains", {"files": []}).location


# Building


def test_the_worker_builds_the_map(
    bureau: FlaskClient, visitor: FlaskClient, store: Store, installation: Settings
) -> None:
    before = Maps(store).newest()
    assert "/login" in post(visitor, "/map/build", {}).location
    assert post(bureau, "/map/build", {}).status_code == 302
    assert "正在建图谱" in bureau.get("/map").text
    assert "HX-Refresh" not in bureau.get("/map/status").headers
    work(installation, TASKS, lambda: False)
    job = Jobs(store).latest_of("map")
    assert job
    assert job.state == "done", (job.zh, job.result)
    assert bureau.get("/map/status").headers["HX-Refresh"] == "true"
    assert Maps(store).newest() > before


def test_two_dates_are_compared(visitor: FlaskClient, store: Store, chart: IntegrationMap) -> None:
    kept = Maps(store).latest()
    assert kept
    report = next(one for one in chart.nodes.values() if one.verdict.verdict is VerdictKind.THIN)
    changed = report.verdict.model_copy(update={"verdict": VerdictKind.BUILD})
    chains = tuple(
        chain.model_copy(update={"nodes": tuple(
            one.model_copy(update={"verdict": changed}) if one.key == report.key else one for one in chain.nodes
        )})
        for chain in chart.chains
    )  # fmt: skip
    from matcher.chainmap.comparing import summary

    earlier = IntegrationMap.model_validate(
        chart.model_dump() | {"chains": [one.model_dump() for one in chains]}
    )
    Maps(store).add(
        "2020-01-01", kept.revision, kept.mark, "bureau", summary(earlier), earlier.model_dump_json().encode()
    )
    old = next(one for one in Maps(store).all() if one.date == "2020-01-01")
    Maps(store).add(
        kept.date,
        kept.revision,
        kept.mark,
        "bureau",
        Maps(store).summary(kept.id),
        chart.model_dump_json().encode(),
    )
    page = visitor.get(f"/map/compare?from={old.id}").text
    assert report.node.zh in page
    assert "建链" in words(page)
    assert visitor.get(f"/map/data.json?id={old.id}").is_json


# Without a map


def test_without_a_map_the_page_says_what_to_do(
    visitor: FlaskClient, bureau: FlaskClient, store: Store
) -> None:
    with store.transaction():
        store.db.execute("DELETE FROM maps")
    assert "还没有建图谱" in visitor.get("/map").text
    assert "建图谱</button>" in bureau.get("/map").text
    for path in ("/map/gaps", "/map/topics", "/map/nodes/nuts", "/map/nodes/nuts/foods"):
        assert visitor.get(path).headers["Location"] == "/map"
    assert visitor.get("/map/papers/json").status_code == 404
    assert visitor.get("/needs/n-nuts-01").status_code == 200
