"""The pages of roadshows: the form and its text, planning, the timetable by hand, publishing, the day and after."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from api.pages.roadshowscores import MOST_BYTES
from corpora.cases import Cases
from corpora.jobs import Jobs
from corpora.roadshows import Roadshow, Roadshows, State
from corpora.store import Store
from matcher.jobs import work
from matcher.roadshow.plan import Explanation, Status
from matcher.roadshow.running import keeping, looking
from matcher.settings import Settings
from matcher.tasks import TASKS
from tests.api.browsing import post
from tests.api.roadshowing import plan_of, planned, spec

LogIn = Callable[[str], FlaskClient]
FORM: dict[str, object] = {
    "kind": "event", "title": "表单路演", "date": "2026-12-11", "theme": "chain", "chain": "nuts", "pitching": "y",
    "pitch_start": "09:00", "pitch_end": "11:30", "pitch_count": "4", "meeting": "y", "meet_start": "14:00",
    "meet_end": "17:00", "slot_minutes": "20", "tables": "6", "counties": "洛南县、镇安县", "do": "save",
}  # fmt: skip


@pytest.fixture
def organizer(logged_in: LogIn) -> FlaskClient:
    return logged_in("organizer")


@pytest.fixture
def roadshow(store: Store) -> Roadshow:
    return planned(store)


def fresh(store: Store, roadshow: Roadshow) -> Roadshow:
    return looking.find_roadshow(store, roadshow.id)


def act(client: FlaskClient, store: Store, roadshow: Roadshow, path: str, **data: object) -> TestResponse:
    """Send what a button of the roadshow sends, with the version that is seen now."""
    sent = {"version": fresh(store, roadshow).version, **data}
    return post(client, f"/roadshows/{roadshow.id}/{path}", sent)


def seats(store: Store, roadshow: Roadshow) -> dict[tuple[str, str], tuple[str, int]]:
    meetings = (fresh(store, roadshow).draft or {})["meetings"]
    return {(one["enterprise_id"], one["team_id"]): (one["start"], one["table"]) for one in meetings}


# The form


def test_the_form_makes_a_spec(organizer: FlaskClient, store: Store) -> None:
    rows = {"away_who": ["洛南核溪桃仁有限公司（示例）", ""], "away_from": ["14:30", ""], "away_to": ["", ""],
            "away_not_from": ["15:00", ""], "away_not_to": ["15:30", ""]}  # fmt: skip
    lists = {
        "goals": "minimum,value",
        "pitch_break_from": "10:00",
        "pitch_break_to": "10:15",
        "pitches_must": "a-nuts-01\na-nuts-02",
    }
    answer = post(organizer, "/roadshows/new", {**FORM, **rows, **lists})
    assert answer.status_code == 302, answer.text
    made = looking.find_roadshow(store, int(answer.location.rsplit("/", 1)[1]))
    assert (made.title, made.date, made.owner, made.state) == (
        "表单路演",
        "2026-12-11",
        "organizer",
        State.DRAFT,
    )
    kept = looking.spec_of(made)
    assert kept.theme.chain == "nuts"
    assert kept.enterprises.counties == ("洛南县", "镇安县")
    assert kept.goals[:3] == ("minimum", "value", "gaps")
    assert kept.sessions[0].breaks == ((600, 615),)
    assert kept.pitches.must == ("a-nuts-01", "a-nuts-02")
    away = kept.availability[0]
    assert (away.from_, away.to, away.not_) == (870, None, ((900, 930),))
    # The page of the form says the same again.
    page = organizer.get(f"/roadshows/{made.id}/edit").text
    for said in ("表单路演", 'value="14:30"', "洛南县、镇安县", "a-nuts-02"):
        assert said in page


def test_what_is_wrong_is_said_under_its_field_and_nothing_is_lost(organizer: FlaskClient) -> None:
    wrong = {
        **FORM,
        "meet_end": "13:00",
        "tables": "many",
        "force": "甲，乙，丙",
        "title": "<script>alert(1)</script>",
    }
    answer = post(organizer, "/roadshows/new", wrong)
    assert answer.status_code == 422
    assert re.search(r'id="tables-error".{0,200}请填整数', answer.text, re.S)
    assert re.search(r'id="force-error".{0,200}不是一对', answer.text, re.S)
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    answer = post(organizer, "/roadshows/new", {**wrong, "tables": "0", "force": ""})
    assert answer.status_code == 422
    assert 'id="tables-error"' in answer.text
    answer = post(organizer, "/roadshows/new", {**wrong, "tables": "3", "force": ""})
    assert re.search(r'id="meet_(start|end)-error"', answer.text)
    for typed in ('value="13:00"', 'value="2026-12-11"', "洛南县、镇安县"):
        assert typed in answer.text


def test_form_and_text_say_one_spec(organizer: FlaskClient) -> None:
    answer = post(organizer, "/roadshows/new", {**FORM, "do": "text"})
    text = _text(answer)
    assert "chain: nuts" in text
    # What the form has no field for survives a visit to the form.
    extra = text + 'cancelled: []\npinned: [{start: "14:00", table: 2, enterprise_id: e1, team_id: t1}]\n'
    answer = post(organizer, "/roadshows/new", {"as_text": "1", "spec_text": extra, "do": "form"})
    assert 'name="tables"' in answer.text
    hidden = re.search(r'name="kept" type="hidden" value="([^"]*)"', answer.text)
    assert hidden
    kept = hidden[1].replace("&#39;", "'").replace("&#34;", '"')
    again = post(organizer, "/roadshows/new", {**FORM, "kept": kept, "do": "text"})
    assert "enterprise_id: e1" in _text(again)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: [", "第 "),
        ("colour: red", "colour"),
        ("title: 甲\ndate: 2026-12-11\nsessions: [{kind: meetings, start: '14:00', end: '15:00', tables: 0}]", "tables"),
        ("title: 甲\ndate: 2026-12-11\naffinity: /etc/passwd\nsessions: [{kind: meetings, start: '14:00', end: '15:00', tables: 2}]",
         "affinity"),
        ("!!python/object/apply:os.system ['true']", "SPEC"),
    ],
)  # fmt: skip
def test_a_text_that_is_none_is_shown_again(organizer: FlaskClient, text: str, said: str) -> None:
    answer = post(organizer, "/roadshows/new", {"as_text": "1", "spec_text": text, "do": "save"})
    assert answer.status_code == 422
    assert said in answer.text.split('id="spec-text"')[0]
    assert _text(answer).strip() == text


def test_whoever_was_slower_is_told_and_loses_nothing(
    organizer: FlaskClient, store: Store, roadshow: Roadshow
) -> None:
    keeping.set_public(store, roadshow.id, roadshow.version, True)
    typed = {**FORM, "title": "我改的名字", "version": roadshow.version}
    answer = post(organizer, f"/roadshows/{roadshow.id}/edit", typed)
    assert answer.status_code == 409
    assert "我改的名字" in answer.text
    assert fresh(store, roadshow).title == "核桃板栗专场"
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version
    answer = post(organizer, f"/roadshows/{roadshow.id}/edit", {**typed, "version": version[1]})
    assert answer.status_code == 302
    assert fresh(store, roadshow).title == "我改的名字"


def _text(answer: TestResponse) -> str:
    found = re.search(r'name="spec_text"[^>]*>\n?(.*?)</textarea>', answer.text, re.S)
    assert found, answer.text[:2000]
    return found[1].replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")


# Planning


def test_planning_is_asked_for_and_can_be_stopped(organizer: FlaskClient, store: Store) -> None:
    made = keeping.create(store, spec("待排"), "organizer")
    answer = act(organizer, store, made, "plan", time_limit="15", seed="3")
    assert answer.status_code == 302
    job = next(one for one in Jobs(store).latest() if one.arguments.get("roadshow") == made.id)
    assert (job.task, job.arguments["time_limit"], job.arguments["seed"]) == ("roadshow", 15, 3)
    page = organizer.get(f"/roadshows/{made.id}")
    assert f"/roadshows/{made.id}/status" in page.text
    assert "HX-Refresh" not in organizer.get(f"/roadshows/{made.id}/status").headers
    act(organizer, store, made, "stop")
    assert not Jobs(store).get(job.id).is_open
    assert organizer.get(f"/roadshows/{made.id}/status").headers["HX-Refresh"] == "true"
    assert act(organizer, store, made, "plan", time_limit="99999").status_code == 422


def test_a_collision_is_relaxed_with_one_click(organizer: FlaskClient, store: Store) -> None:
    made = keeping.create(store, spec("冲突", meetings={"max_per_team": 1}), "organizer")
    plan, _ = plan_of(store, looking.spec_of(made))
    edits = ({"path": ["meetings", "max_per_team"], "value": 3},)
    told = Explanation("team_max", "团队 <甲> 必须见 3 家", "team <a> must meet 3", edits)
    failed = replace(plan, agenda=(), meetings=(), status=Status.INFEASIBLE, explanations=(told,))
    made = keeping.set_plan(store, made.id, failed, [], made.spec_number, "organizer")
    page = organizer.get(f"/roadshows/{made.id}").text
    assert "团队 &lt;甲&gt; 必须见 3 家" in page
    assert "每个团队最多几场改为 3" in page
    assert act(organizer, store, made, "relax", explanation="7").status_code == 400
    assert act(organizer, store, made, "relax", explanation="0").status_code == 302
    assert looking.spec_of(fresh(store, made)).meetings.max_per_team == 3
    assert any(one.arguments.get("roadshow") == made.id for one in Jobs(store).latest())
    # Once the SPEC has changed, it is no longer offered.
    assert "团队 &lt;甲&gt;" not in organizer.get(f"/roadshows/{made.id}").text


# The timetable by hand


def test_the_timetable_is_changed_without_a_script(
    organizer: FlaskClient, store: Store, roadshow: Roadshow
) -> None:
    key, pair = "14:00/1/e-1/t-a-nuts-01", ("e-1", "t-a-nuts-01")
    page = organizer.get(f"/roadshows/{roadshow.id}/timetable?card={key}").text
    assert '<option value="15:15/1">' in page
    # Its own enterprise is at another table then.
    assert '<option value="14:25/4">' not in page
    assert act(organizer, store, roadshow, "timetable/move", card=key, place="15:15/1").status_code == 302
    assert seats(store, roadshow)[pair] == ("15:15", 1)
    refused = act(
        organizer, store, roadshow, "timetable/move", card="15:15/1/e-1/t-a-nuts-01", place="14:25/4"
    )
    assert refused.status_code == 422
    assert "14:25" in refused.text.split('role="alert"')[1][:300]
    assert seats(store, roadshow)[pair] == ("15:15", 1)
    act(organizer, store, roadshow, "timetable/undo")
    assert seats(store, roadshow)[pair] == ("14:00", 1)
    act(organizer, store, roadshow, "timetable/redo")
    assert seats(store, roadshow)[pair] == ("15:15", 1)
    act(organizer, store, roadshow, "timetable/pin", card="15:15/1/e-1/t-a-nuts-01")
    assert [one["enterprise_id"] for one in fresh(store, roadshow).spec["pinned"]] == ["e-1"]
    act(organizer, store, roadshow, "timetable/lock", what="start:14:25")
    assert len(fresh(store, roadshow).spec["pinned"]) == 4
    act(organizer, store, roadshow, "timetable/unlock", what="who:e-4")
    assert len(fresh(store, roadshow).spec["pinned"]) == 3
    act(organizer, store, roadshow, "timetable/remove", card="14:50/3/e-4/t-a-nuts-04")
    assert ("e-4", "t-a-nuts-04") not in seats(store, roadshow)
    added = {"enterprise": "e-4", "team": "t-a-nuts-03", "place": "15:15/2"}
    assert act(organizer, store, roadshow, "timetable/add", **added).status_code == 302
    assert seats(store, roadshow)["e-4", "t-a-nuts-03"] == ("15:15", 2)


@pytest.mark.parametrize(
    "sent",
    [
        {"card": "14:00/1/e-1/t-a-nuts-01", "place": ""},
        {"card": "14:00/1/e-1/t-a-nuts-01", "place": "99:99/1"},
        {"card": "14:00/1/e-1/t-a-nuts-01", "place": "14:25/99999999999"},
        {"card": "nobody", "place": "15:15/1"},
        {"card": "14:00/1/e-1/t-a-nuts-01", "place": "15:15/1", "version": "-3"},
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    organizer: FlaskClient, store: Store, roadshow: Roadshow, sent: dict[str, str]
) -> None:
    before = seats(store, roadshow)
    answer = act(organizer, store, roadshow, "timetable/move", **sent)
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.text
    assert seats(store, roadshow) == before


def test_the_script_gets_the_board_alone_and_every_place(
    organizer: FlaskClient, store: Store, roadshow: Roadshow
) -> None:
    key = "14:00/1/e-1/t-a-nuts-01"
    found = organizer.get(f"/roadshows/{roadshow.id}/places?card={key}").get_json()
    marks = {one["place"]: one["mark"] for one in found}
    assert len(marks) == 16
    assert (marks["14:00/1"], marks["15:15/1"], marks["15:15/4"], marks["14:25/4"]) == (
        "here",
        "free",
        "warn",
        "block",
    )
    assert all(one["why"] for one in found if one["mark"] == "block")
    assert organizer.get(f"/roadshows/{roadshow.id}/places?card=nobody").status_code == 404
    sent = {"version": roadshow.version, "card": key, "place": "15:15/4"}
    answer = post(organizer, f"/roadshows/{roadshow.id}/timetable/move", sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="board"')
    assert "hx-swap-oob" in answer.text
    assert 'data-place="15:15/4"' in answer.text


def test_each_rule_is_blocked_warned_of_or_ignored(
    organizer: FlaskClient, store: Store, roadshow: Roadshow
) -> None:
    move = {"card": "14:00/1/e-1/t-a-nuts-01", "place": "15:15/4"}
    act(organizer, store, roadshow, "timetable/rules", **{"rule-spare_table": "block"})
    assert fresh(store, roadshow).severities == {"spare_table": "block"}
    assert act(organizer, store, roadshow, "timetable/move", **move).status_code == 422
    act(organizer, store, roadshow, "timetable/rules", **{"rule-spare_table": "ignore"})
    assert act(organizer, store, roadshow, "timetable/move", **move).status_code == 302
    assert "没有冲突" in organizer.get(f"/roadshows/{roadshow.id}/timetable").text
    answer = act(organizer, store, roadshow, "timetable/rules", **{"rule-spare_table": "maybe"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("sent", "key", "value"),
    [
        ({"what": "call_off", "who": "e-3"}, "cancelled", ["e-3"]),
        ({"what": "meet", "enterprise": "e-1", "team": "t-a-nuts-03"}, "force", [["e-1", "t-a-nuts-03"]]),
        ({"what": "part", "enterprise": "e-1", "team": "t-a-nuts-01"}, "forbid", [["e-1", "t-a-nuts-01"]]),
        ({"what": "there", "who": "e-2", "since": "14:20"}, "availability",
         [{"who": "e-2", "from": "14:20", "to": None, "not": []}]),
    ],
)  # fmt: skip
def test_what_happened_is_planned_anew_from_what_there_is(
    organizer: FlaskClient, store: Store, roadshow: Roadshow, sent: dict[str, str], key: str, value: object
) -> None:
    assert act(organizer, store, roadshow, "happened", **sent).status_code == 302
    assert fresh(store, roadshow).spec[key] == value
    job = next(one for one in Jobs(store).latest() if one.arguments.get("roadshow") == roadshow.id)
    assert job.arguments["base"] is True
    # Two at once would plan from what is not there any more.
    again = act(organizer, store, roadshow, "happened", what="table", table="2")
    assert again.status_code == 422


def test_a_lost_table(organizer: FlaskClient, store: Store, roadshow: Roadshow) -> None:
    assert act(organizer, store, roadshow, "happened", what="table", table="2").status_code == 302
    assert fresh(store, roadshow).spec["sessions"][1]["closed_tables"] == [2]
    assert act(organizer, store, planned(store), "happened", what="table", table="").status_code == 422


# Publishing


def test_published_changed_and_public(
    organizer: FlaskClient, visitor: FlaskClient, logged_in: LogIn, store: Store, roadshow: Roadshow
) -> None:
    bureau, at = logged_in("bureau"), f"/roadshows/{roadshow.id}"
    assert bureau.get(at).status_code == 404
    assert act(organizer, store, roadshow, "publish", do="publish").status_code == 302
    assert fresh(store, roadshow).state is State.PUBLISHED
    # Who does not plan sees what was published, not what is being changed.
    act(organizer, store, roadshow, "timetable/move", card="14:00/1/e-1/t-a-nuts-01", place="15:15/1")
    page = bureau.get(f"{at}/timetable").text
    assert 'form="pin-form"' not in page
    row = page.split('data-place="14:00/1"')[1].split("</td>")[0]
    assert "t-a-nuts-01" in row
    assert "15:15" in organizer.get(f"{at}/publish").text.split('id="changes"')[1].split("</ul>")[0]
    assert bureau.get(f"{at}/publish").status_code == 403
    assert post(bureau, f"{at}/timetable/undo", {"version": "1"}).status_code == 403
    # Visitors see nothing until it is decided, and then the page and the calendar.
    assert visitor.get(at).status_code == 404
    act(organizer, store, roadshow, "publish", do="show")
    assert "核桃板栗专场" in visitor.get(at).text
    assert "核桃板栗专场" in visitor.get("/roadshows").text
    assert visitor.get(f"{at}/papers/page").status_code == 200
    assert visitor.get(f"{at}/papers/calendar").data.startswith(b"BEGIN:VCALENDAR")
    assert visitor.get(f"{at}/papers/word").status_code == 302
    assert visitor.get(f"{at}/papers/plan.json").status_code == 302
    assert visitor.get(f"{at}/day").status_code == 302
    act(organizer, store, roadshow, "publish", do="hide")
    assert visitor.get(at).status_code == 404
    act(organizer, store, roadshow, "publish", do="cancel")
    assert fresh(store, roadshow).state is State.CANCELLED
    act(organizer, store, roadshow, "publish", do="reopen")
    assert fresh(store, roadshow).state is State.PUBLISHED
    assert act(organizer, store, roadshow, "publish", do="discard").status_code == 422


def test_what_breaks_a_rule_that_blocks_is_not_published(organizer: FlaskClient, store: Store) -> None:
    made = planned(store, spec("禁止的", forbid=[["e-1", "t-a-nuts-01"]]))
    answer = act(organizer, store, made, "publish", do="publish")
    assert answer.status_code == 422
    assert fresh(store, made).published is None


def test_papers_and_contacts(organizer: FlaskClient, store: Store, roadshow: Roadshow) -> None:
    content = organizer.get(f"/roadshows/{roadshow.id}/papers.zip").data
    with ZipFile(BytesIO(content)) as archive:
        names = set(archive.namelist())
        assert {"roadshow.docx", "roadshow.xlsx", "roadshow.ics", "roadshow.html", "plan.json"} <= names
        everything = b"".join(archive.read(name) for name in names)
    pages = [
        f"/roadshows/{roadshow.id}{end}" for end in ("", "/timetable", "/people/e-1", "/people/t-a-nuts-01")
    ]
    everything += b"".join(organizer.get(one).data for one in pages)
    phones = [one.contact.phone for one in (*store.needs(), *store.achievements()) if one.contact.phone]
    assert phones
    assert not [one for one in phones if one.encode() in everything]
    assert organizer.get(f"/roadshows/{roadshow.id}/papers/nothing").status_code == 404
    assert organizer.get(f"/roadshows/{roadshow.id}/people/..%2f..").status_code == 404
    assert organizer.get(f"/roadshows/{roadshow.id}/calendars/e-1").data.startswith(b"BEGIN:VCALENDAR")


def test_a_draft_can_be_deleted(organizer: FlaskClient, store: Store, roadshow: Roadshow) -> None:
    assert act(organizer, store, roadshow, "publish", do="discard").location == "/roadshows"
    assert Roadshows(store).roadshow(roadshow.id) is None


# The day and after


def test_check_in_and_walk_in(logged_in: LogIn, store: Store) -> None:
    broker, roadshow = logged_in("broker"), planned(store, spec("当天", 0), publish=True)
    at = f"/roadshows/{roadshow.id}/day"
    assert broker.get(at).status_code == 200
    post(broker, at, {"who": "e-3"})
    assert list(Roadshows(store).arrivals(roadshow.id)) == ["e-3"]
    assert post(broker, at, {"who": "nobody"}).status_code == 422
    post(broker, at, {"who": "e-3", "do": "undo"})
    assert not Roadshows(store).arrivals(roadshow.id)
    page = broker.get(f"{at}?name=新来的公司&team=t-a-nuts-03").text
    places = re.findall(r'<option value="(\d\d:\d\d/\d+)">', page)
    # The spare table first, and not when the team sits elsewhere.
    assert places[0] == "14:25/4"
    assert not [one for one in places if one.startswith("14:00")]
    sent = {"name": "新来的公司", "team": "t-a-nuts-03", "place": places[0]}
    assert act(broker, store, roadshow, "walk-in", **sent).status_code == 302
    assert "新来的公司" in broker.get(at).text
    # Where two were sent the same place, the second is told.
    assert act(broker, store, roadshow, "walk-in", **{**sent, "name": "又一家"}).status_code == 422
    assert (
        act(broker, store, roadshow, "walk-in", **{**sent, "name": "", "place": "15:15/1"}).status_code == 422
    )


def test_outcomes_become_judgements_and_cases(logged_in: LogIn, store: Store) -> None:
    broker, roadshow = logged_in("broker"), planned(store, spec("结果", 0), publish=True)
    at, key = f"/roadshows/{roadshow.id}/results", "14:25/3/e-5/t-a-nuts-04"
    pair = "n-nuts-05", "a-nuts-04"
    assert "还没填 9 场" in broker.get(at).text
    post(broker, at, {"card": key, "result": "no_interest", "note": "价格"})
    judged = store.judgements(need_id=pair[0], achievement_id=pair[1])
    assert [one.level for one in judged if one.author == "broker"] == [2]
    assert Cases(store).of_pair(*pair) is None
    answer = post(
        broker, at, {"card": key, "result": "negotiating", "agreed": "1"}, headers={"HX-Request": "true"}
    )
    assert answer.text.lstrip().startswith('<li class="list-group-item result"')
    case = Cases(store).of_pair(*pair)
    assert case
    assert case.stage == "negotiating"
    assert f"/cases/{case.id}" in broker.get(at).text
    assert "还没填 8 场" in broker.get(at).text
    assert post(broker, at, {"card": key, "result": "great"}).status_code == 422
    assert post(broker, at, {"card": "nobody", "result": "signed"}).status_code == 422
    post(broker, at, {"card": key, "result": "withdraw"})
    assert "还没填 9 场" in broker.get(at).text
    # Not for those who neither plan nor work cases.
    assert logged_in("bureau").get(at).status_code == 403
    assert logged_in("enterprise").get(at).status_code == 403


# The programme


def test_an_event_of_the_programme_becomes_a_form(
    organizer: FlaskClient, store: Store, installation: Settings
) -> None:
    assert 'id="proposals"' not in organizer.get("/roadshows/programme").text
    for wrong in (
        {"count": "0"}, {"count": "x"}, {"count": "3", "start": "2026-13-40"}, {"count": "3", "most": "1"}
    ):  # fmt: skip
        assert post(organizer, "/roadshows/programme", wrong).status_code == 422
    assert post(organizer, "/roadshows/programme", {"count": "3"}).status_code == 302
    # The worker does it; meanwhile the page tells how far that is.
    assert "正在推算" in organizer.get("/roadshows/programme").text
    assert "HX-Refresh" not in organizer.get("/roadshows/programme/status").headers
    work(installation, TASKS, lambda: False)
    assert organizer.get("/roadshows/programme/status").headers["HX-Refresh"] == "true"
    page = organizer.get("/roadshows/programme").text
    assert "推算于" in page
    assert "重新推算" in page
    texts = re.findall(r'name="spec_text" value="([^"]*)"', page)
    assert len(texts) == 3
    text = texts[0].replace("&#39;", "'").replace("&#34;", '"')
    answer = post(organizer, "/roadshows/new", {"as_text": "1", "spec_text": text, "do": "form"})
    assert answer.status_code == 200
    title = re.search(r"title: (.+)", text)
    assert title
    assert title[1].strip() in answer.text
    # Stopped, a second one leaves what was proposed before.
    post(organizer, "/roadshows/programme", {"count": "2"})
    post(organizer, "/roadshows/programme/stop", {})
    page = organizer.get("/roadshows/programme").text
    assert len(re.findall(r'name="spec_text"', page)) == 3


# A file of scores


def test_a_file_of_scores_is_kept_with_the_form(organizer: FlaskClient, store: Store) -> None:
    def send(content: bytes | None, name: str = "评分.csv", **more: object) -> TestResponse:
        sent = {**FORM, "pitching": "", "chain": "", "theme": "", "counties": "", "title": "评分专场", **more}
        if content is not None:
            sent["affinity"] = (BytesIO(content), name)
        return post(organizer, "/roadshows/new", sent, content_type="multipart/form-data")

    for content, said in (
        (b"e1,t1,viel\n", "viel"),
        (b"e1,t1,2\n", "0–1"),
        (b"PK\x03\x04\x00\x00\x00\x00", "评分.csv"),
        (b"e1,t1,0.5\n" * (MOST_BYTES // 9), "4 MB"),
    ):
        answer = send(content)
        assert answer.status_code == 422
        assert said in answer.text
        assert 'value="评分专场"' in answer.text
    # Something else is wrong: the file need not be chosen again.
    answer = send("企业,团队,得分\n甲厂,t1,0.5\n甲厂,t2,1\n".encode("gb18030"), tables="viele")
    assert answer.status_code == 422
    assert "2 对，1 家企业，2 个团队" in answer.text
    carried = re.search(r'<textarea hidden name="affinity_text">\n?(.*?)</textarea>', answer.text, re.S)
    assert carried
    answer = send(None, affinity_text=carried[1], affinity_name="评分.csv")
    assert answer.status_code == 302, answer.text
    number = int(answer.location.rsplit("/", 1)[1])
    assert Roadshows(store).affinity(number) == "企业,团队,得分\n甲厂,t1,0.5\n甲厂,t2,1\n"
    made = looking.find_roadshow(store, number)
    assert looking.spec_of(made).affinity
    # It stays when the form is saved again, and goes when that is asked for.
    at = f"/roadshows/{number}/edit"
    assert "已有一份评分表" in organizer.get(at).text
    sent = {**FORM, "pitching": "", "chain": "", "theme": "", "counties": "", "title": "又改"}
    assert post(organizer, at, {**sent, "version": made.version}).status_code == 302
    assert Roadshows(store).affinity(number)
    made = looking.find_roadshow(store, number)
    assert post(organizer, at, {**sent, "version": made.version, "no_affinity": "1"}).status_code == 302
    assert Roadshows(store).affinity(number) == ""
    assert not looking.spec_of(looking.find_roadshow(store, number)).affinity


# Calendars, and what is for everybody


def uids(content: bytes | str) -> set[str]:
    return {str(one["UID"]) for one in Calendar.from_ical(content).events}


def test_calendars_name_their_entries_alike_everywhere(
    organizer: FlaskClient, visitor: FlaskClient, store: Store
) -> None:
    roadshow = planned(store, publish=True)
    keeping.set_public(store, roadshow.id, fresh(store, roadshow).version, True)
    at = f"/roadshows/{roadshow.id}"
    whole = uids(organizer.get(f"{at}/papers/calendar").data)
    assert whole
    assert uids(visitor.get(f"{at}/papers/calendar").data) == whole
    assert uids(visitor.get(f"/api/v1{at}/calendar.ics").data) == whole
    own = uids(organizer.get(f"{at}/calendars/t-a-nuts-01").data)
    assert own < whole
    with ZipFile(BytesIO(organizer.get(f"{at}/papers.zip").data)) as archive:
        assert uids(archive.read("roadshow.ics")) == whole
        people = [uids(archive.read(one)) for one in archive.namelist() if one.startswith("calendars/")]
        assert own in people
    with ZipFile(BytesIO(organizer.get(f"{at}/papers/calendars").data)) as archive:
        assert own in [uids(archive.read(one)) for one in archive.namelist()]
    # Another title and day are still the same event.
    asked = looking.shown_spec(fresh(store, roadshow)).model_copy(update={"title": "改名专场"})
    keeping.save_spec(store, roadshow.id, asked, fresh(store, roadshow).version)
    assert uids(organizer.get(f"{at}/papers/calendar").data) == whole


def test_everybody_sees_who_is_where_but_not_how_well_they_fit(
    logged_in: LogIn, visitor: FlaskClient, store: Store
) -> None:
    roadshow = planned(store, publish=True)
    keeping.set_public(store, roadshow.id, fresh(store, roadshow).version, True)
    asked = looking.shown_spec(fresh(store, roadshow)).model_copy(update={"venue": "别处"})
    keeping.save_spec(store, roadshow.id, asked, fresh(store, roadshow).version)
    at = f"/roadshows/{roadshow.id}"
    for someone in (visitor, logged_in("enterprise")):
        page, grid = someone.get(at).text, someone.get(f"{at}/timetable").text
        assert "核桃板栗专场" in page
        assert 'id="quality"' not in page
        assert "要求改过" not in page + someone.get("/roadshows").text
        assert "level-badge" not in grid
        assert 'class="who"' in grid
    for role in ("organizer", "bureau", "broker"):
        staff = logged_in(role)
        assert 'id="quality"' in staff.get(at).text
        assert "level-badge" in staff.get(f"{at}/timetable").text
        assert staff.get(f"{at}/papers/plan.json").json["objective"]


def test_who_may_what(logged_in: LogIn, visitor: FlaskClient, store: Store, roadshow: Roadshow) -> None:
    for path in ("/roadshows/new", "/roadshows/programme", f"/roadshows/{roadshow.id}/edit"):
        assert visitor.get(path).status_code == 302
        for role in ("enterprise", "bureau", "broker"):
            assert logged_in(role).get(path).status_code == 403
    assert logged_in("admin").get(f"/roadshows/{roadshow.id}/edit").status_code == 200
    assert 'href="/roadshows"' not in visitor.get("/").text
    assert 'href="/roadshows"' in logged_in("organizer").get("/account").text
    assert visitor.get("/roadshows/999999999999999999").status_code == 404
