"""An open installation: answers follow the store at once, in every service that has it open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora.errors import UnknownRecord
from corpora.records import Judgement, Need
from corpora.store import Store
from corpora.submissions import Submissions
from corpora.vocabulary import Kind
from matcher.matches import Recommendation
from matcher.overrides import choose_probability
from matcher.rankers import roll_back, switch_to
from matcher.recommend import Filters
from matcher.service import Service
from matcher.settings import Settings
from models.ranker import Ranker


@pytest.fixture
def two(demo: Service, demo_settings: Settings, tmp_path: Path) -> Iterator[tuple[Service, Service]]:
    """Two services on one copy of the demo, as two worker processes have them."""
    shutil.copytree(demo_settings.data, tmp_path / "data")
    settings = demo_settings.model_copy(update={"data": tmp_path / "data"})
    services = Service(settings), Service(settings)
    yield services
    for service in services:
        service.close()


def found(answer: Recommendation) -> list[str]:
    return [match.need.id for match in answer.matches]


def test_a_saved_need_is_matched_everywhere_and_a_deleted_one_nowhere(two: tuple[Service, Service]) -> None:
    ours, theirs = two
    offered = ours.store.achievement("a-nuts-02")
    for service in two:
        service.match_achievement(offered.id)
    need = Need(id="n-new", title=offered.title, text=offered.text, enterprise="某厂")
    ours.store.save(need, "test")
    assert [found(service.match_achievement(offered.id))[0] for service in two] == ["n-new"] * 2
    assert theirs.match_need("n-new").matches[0].achievement.id == offered.id
    theirs.store.delete(Kind.NEED, "n-new", "test")
    assert all("n-new" not in found(service.match_achievement(offered.id)) for service in two)
    with pytest.raises(UnknownRecord):
        ours.match_need("n-new")


def test_updates_in_place_are_those_of_a_fresh_start(two: tuple[Service, Service]) -> None:
    ours, theirs = two
    ours.match_need("n-nuts-01")
    kept = ours.recommender().indexes
    changed = ours.store.need("n-nuts-02").model_copy(
        update={"title": "柿饼霜层不匀", "text": "想让霜出得匀"}
    )
    ours.store.save(changed, "test")
    ours.store.delete(Kind.ACHIEVEMENT, "a-nuts-03", "test")
    assert ours.recommender().indexes is kept
    # The other loads what was written: both must say the same.
    for need_id in ("n-nuts-01", "n-nuts-02"):
        assert ours.match_need(need_id).as_json() == theirs.match_need(need_id).as_json()


def test_an_answer_is_remembered_until_the_store_or_a_verdict_changes(two: tuple[Service, Service]) -> None:
    service, other = two
    first = service.match_need("n-nuts-01")
    assert service.match_need("n-nuts-01") is first
    assert service.match_need("n-nuts-01", filters=Filters(min_stage=7)) is not first
    pair = first.matches[-1].scored
    other.store.judge([Judgement(need_id=pair.need_id, achievement_id=pair.achievement_id, level=4)], "甲")
    second = service.match_need("n-nuts-01")
    assert second is not first
    other.store.save(other.store.need("n-nuts-01").model_copy(update={"title": "另一个题目"}), "test")
    assert service.match_need("n-nuts-01").query.title == "另一个题目"


def test_what_is_not_public_is_left_out_for_the_public(two: tuple[Service, Service]) -> None:
    service, _ = two
    offered = service.store.achievement("a-nuts-02")
    service.store.save(Need(id="n-secret", title=offered.title, text=offered.text), "test")
    hide(service.store, "n-secret")
    assert found(service.match_achievement(offered.id))[0] == "n-secret"
    public = service.match_achievement(offered.id, top=5, public=True)
    assert "n-secret" not in found(public)
    assert len(public.matches) == 5
    with pytest.raises(UnknownRecord):
        service.match_need("n-secret", public=True)
    assert service.match_need("n-secret").matches


def test_given_pairs_are_explained_in_their_order(demo: Service) -> None:
    ids = [match.achievement.id for match in demo.match_need("n-nuts-01", top=4).matches]
    compared = demo.compare("n-nuts-01", ids[::-1])
    assert [match.achievement.id for match in compared] == ids[::-1]
    listed = {match.achievement.id: match for match in demo.match_need("n-nuts-01", top=4).matches}
    for match in compared:
        assert match.scored.level == listed[match.achievement.id].scored.level
        assert match.scored.score == pytest.approx(listed[match.achievement.id].scored.score, abs=1e-4)
        assert match.reasons
    assert demo.compare("n-nuts-01", []) == []
    with pytest.raises(UnknownRecord):
        demo.compare("n-nuts-01", ["a-nowhere"])


def test_a_need_that_is_not_stored_is_matched(demo: Service) -> None:
    draft = demo.store.need("n-nuts-01").model_copy(update={"id": "draft"})
    assert demo.match_draft(draft, 3).matches[0].achievement.id == (
        demo.match_need("n-nuts-01", 3).matches[0].achievement.id
    )


def hide(store: Store, need_id: str) -> None:
    """Make the need one that an enterprise submitted and nobody has approved."""
    with store.transaction():
        store.db.execute(
            "INSERT INTO submissions (code, need_id, title, key_digest, status, reason, consent_at, created_at,"
            " updated_at) VALUES ('C', ?, '', 'k', 'pending', '', '', '', '')",
            [need_id],
        )
    assert need_id in Submissions(store).hidden()


def test_a_newly_learnt_ranker_and_a_chosen_threshold_are_taken_up_at_once(
    two: tuple[Service, Service],
) -> None:
    service, _ = two
    first = service.match_need("n-nuts-01")
    folder = switch_to(service.settings.data, Ranker.load(None))
    assert service.match_need("n-nuts-01") is not first
    assert service.recommender().ranker.manifest_["learnt_at"]
    assert folder.is_dir()
    roll_back(service.settings.data)
    service.match_need("n-nuts-01")
    assert "learnt_at" not in service.recommender().ranker.manifest_
    choose_probability(service.store, "0.999", "admin")
    answer = service.match_need("n-nuts-01")
    assert (answer.threshold, answer.adequate) == (0.999, False)
