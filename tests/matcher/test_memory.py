"""What people judged works at once, and after the program has ended."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from corpora.records import Judgement
from corpora.vocabulary import Kind
from matcher.cli import cli
from matcher.service import Service
from matcher.settings import Settings
from models.encoders import default_cache


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A demo of our own, to write to."""
    data = tmp_path_factory.mktemp("memory") / "data"
    ran = CliRunner(env={"MATCHER_DATA": str(data)}).invoke(cli, ["init", "--demo"], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return Settings(data=data, cache=default_cache())


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    opened = Service(settings)
    yield opened
    opened.close()


def judge(service: Service, need_id: str, achievement_id: str, level: int, author: str = "") -> None:
    one = Judgement(need_id=need_id, achievement_id=achievement_id, level=level, author=author)
    service.store.judge([one], "broker")


def scores(service: Service, need_id: str) -> dict[str, float]:
    return {one.achievement.id: one.scored.score for one in service.match_need(need_id, top=200).matches}


def test_a_verdict_lowers_what_was_first_and_its_twin(service: Service) -> None:
    before = scores(service, "n-fungi-01")
    judge(service, "n-fungi-01", "a-fungi-04", 1)
    after = scores(service, "n-fungi-01")
    for one in ("a-fungi-04", "a-fungi-04-b"):
        assert after[one] < before[one]
    judge(service, "n-fungi-01", "a-fungi-04", 4)
    assert scores(service, "n-fungi-01")["a-fungi-04"] > before["a-fungi-04"]


def test_the_first_match_judged_none_is_lower_in_the_next_answer(service: Service) -> None:
    first = service.match_need("n-energy-04", top=1).matches[0]
    judge(service, "n-energy-04", first.achievement.id, 1)
    assert scores(service, "n-energy-04")[first.achievement.id] < first.scored.score


def test_a_verdict_outlives_the_program(settings: Settings, service: Service) -> None:
    judge(service, "n-herbs-10", "a-herbs-03", 1)
    judge(service, "n-herbs-10", "a-herbs-03-b", 1)
    here = scores(service, "n-herbs-10")
    for content in (None, b"not an archive"):
        if content is not None:
            (settings.data / "indexes" / "neighbours.npz").write_bytes(content)
        later = Service(settings)
        assert scores(later, "n-herbs-10") == pytest.approx(here, abs=1e-5)
        later.close()


def test_a_verdict_goes_with_its_record(service: Service) -> None:
    judge(service, "n-tailings-01", "a-tailings-04", 4)
    service.recommender()
    service.store.delete(Kind.ACHIEVEMENT, "a-tailings-04", "broker")
    assert "a-tailings-04" not in scores(service, "n-tailings-01")
    assert ("n-tailings-01", "a-tailings-04") not in service.verdicts()


def test_verdicts_of_several_people_are_one_and_are_shown(settings: Settings, service: Service) -> None:
    for author, level in (("a", 2), ("b", 3), ("c", 3)):
        judge(service, "n-plastics-07", "a-plastics-18", level, author)
    assert service.verdicts()["n-plastics-07", "a-plastics-18"] == 3
    ran = CliRunner(env={"MATCHER_DATA": str(settings.data), "COLUMNS": "80"}).invoke(
        cli, ["match", "--achievement", "a-plastics-18", "--top", "100"]
    )
    told = ran.output.split("n-plastics-07")[1].split("\n\n")[0]
    assert "已标注 judged: 3 较强相关" in told


def test_what_cannot_be_remembered_is_worked_out_again(settings: Settings, service: Service) -> None:
    service.recommender()
    stamp = settings.data / "indexes" / "neighbours.json"
    here = scores(service, "n-nuts-01")
    stamp.write_text(json.dumps({"version": "another"}), "utf-8")
    later = Service(settings)
    assert scores(later, "n-nuts-01") == pytest.approx(here, abs=1e-5)
    assert "identity" in json.loads(stamp.read_text("utf-8"))
    later.close()
