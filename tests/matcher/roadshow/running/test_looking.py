"""Looking: who may see what of a roadshow, and what anybody is told."""

from __future__ import annotations

import pytest

from corpora.accounts import User
from corpora.errors import UnknownRecord
from corpora.roadshows import Roadshow
from corpora.store import Store
from matcher.accounts import find_user
from matcher.roadshow.running import keeping, looking
from tests.matcher.roadshow.halls import plan


@pytest.mark.parametrize("number", [0, 404, 2**63, 2**80])
def test_what_is_not_there_is_not_found(store: Store, number: int) -> None:
    with pytest.raises(UnknownRecord, match=str(number)):
        keeping.find_roadshow(store, number)


def test_who_sees_a_roadshow_depends_on_whether_it_is_out(store: Store, drafted: Roadshow) -> None:
    people: dict[str, User | None] = {name: find_user(store, name) for name in ("org", "li", "qi")}
    people["visitor"] = None

    def seers() -> set[str]:
        return {name for name, user in people.items() if keeping.visible(store, user)}

    assert seers() == {"org"}
    out = keeping.publish(store, drafted.id, drafted.version)
    assert seers() == {"org", "li"}
    public = keeping.set_public(store, out.id, out.version, True)
    assert seers() == {"org", "li", "qi", "visitor"}
    keeping.set_public(store, out.id, public.version, False)
    with pytest.raises(UnknownRecord):
        keeping.find_visible(store, out.id, None)
    assert keeping.find_visible(store, out.id, people["li"]).id == out.id


def test_the_public_is_told_who_is_where_and_no_more() -> None:
    hall = plan(forbid=[["e2", "t1"]], availability=[{"who": "t3", "to": "15:00"}])
    told = looking.in_public(hall)
    assert told["meetings"][0] == {
        "start": "14:00", "end": "14:20", "table": 1, "enterprise_id": "e1", "team_id": "t1", "need_id": "n-e1",
        "achievement_id": "a-t1",
    }  # fmt: skip
    assert told.keys() == {
        "title", "date", "agenda", "meetings", "visits", "enterprises", "teams", "titles", "spec",
    }  # fmt: skip
    assert told["spec"].keys() == {"title", "date", "timezone", "venue", "organizer", "sessions"}
