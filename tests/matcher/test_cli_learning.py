"""judge, learn, suggest and train on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpora.errors import ShuanglianError
from matcher import rankers
from matcher.cli import cli
from matcher.service import Service
from matcher.settings import Settings
from models.encoders import default_cache
from models.ranker import Ranker


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo of our own, to write to."""
    folder = tmp_path_factory.mktemp("learning") / "data"
    assert run(folder, "init", "--demo").exit_code == 0
    return folder


def run(data: Path, *given: object) -> Result:
    return CliRunner(env={"MATCHER_DATA": str(data)}).invoke(cli, [str(each) for each in given])


def test_a_verdict_counts_at_once(data: Path) -> None:
    service = Service(Settings(data=data, cache=default_cache()))
    need_id = "n-tailings-05"
    before = service.match_need(need_id, top=3).matches
    judged = before[0].achievement.id
    assert run(data, "judge", need_id, judged, 1).exit_code == 0
    after = {match.achievement.id: match for match in service.match_need(need_id, top=100).matches}
    assert after[judged].scored.score < before[0].scored.score
    service.close()


def test_verdicts_come_from_a_file_too(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "j.tsv"
    path.write_text("need_id\tachievement_id\tlevel\nn-nuts-02\ta-nuts-09\t2\nn-nuts-03\ta-nuts-09\t1\n")
    ran = run(data, "judge", "--file", path)
    assert ran.exit_code == 0
    assert "2" in ran.output


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("n-nuts-01", "a-nuts-01"),
        ("n-nuts-01", "a-nuts-01", 7),
        ("n-nuts-01", "a-nuts-01", "strong"),
        ("n-nuts-01", "--file", "j.tsv"),
        ("n-nuts-01", "a-nuts-01", 3, "--file", "j.tsv"),
    ],
)
def test_half_a_verdict_or_two_at_once_are_refused(data: Path, given: tuple[object, ...]) -> None:
    assert run(data, "judge", *given).exit_code == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("n-nuts-02\tnobody\t2", "no achievement_id 'nobody'"),
        ("n-nuts-02\ta-nuts-09\t5", "1–4"),
        ("n-nuts-01\ta-nuts-09\t1\nn-nuts-01\ta-nuts-09\t2", "keep one"),
    ],
)
def test_a_file_with_a_bad_line_stores_none_of_it(data: Path, tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "j.tsv"
    path.write_text(f"need_id\tachievement_id\tlevel\nn-energy-01\ta-nuts-09\t1\n{row}\n", "utf-8")
    ran = run(data, "judge", "--file", path)
    assert isinstance(ran.exception, ShuanglianError)
    assert said in str(ran.exception)
    service = Service(Settings(data=data, cache=default_cache()))
    assert ("n-energy-01", "a-nuts-09") not in service.verdicts()
    service.close()


def test_learning_reports_and_switches_nothing_when_dry(data: Path) -> None:
    ran = run(data, "learn", "--dry-run", "--json")
    said = json.loads(ran.stdout)
    assert said["switched"] is False
    assert isinstance(said["better"], bool)
    assert said["before"].keys() == said["after"].keys() >= {"mae", "contest"}
    assert not (data / "rankers").exists()
    assert isinstance(run(data, "learn", "--rollback").exception, ShuanglianError)


@pytest.mark.parametrize("asked", [("--rollback", "--dry-run"), ("--rollback", "--curve")])
def test_learn_does_one_thing(data: Path, asked: tuple[str, ...]) -> None:
    assert run(data, "learn", *asked).exit_code == 2


def test_the_way_back_is_told_to_programs_too(tmp_path: Path) -> None:
    first = rankers.switch_to(tmp_path, Ranker.load())
    rankers.switch_to(tmp_path, Ranker.load())
    for folder in (str(first), None):
        assert json.loads(run(tmp_path, "learn", "--rollback", "--json").stdout) == {"in_use": folder}


def test_a_match_says_why(data: Path) -> None:
    answer = json.loads(run(data, "match", "--need", "n-nuts-01", "--top", 2, "--json").stdout)
    for match in answer["matches"]:
        assert match["reasons"]
    for option, key, side in (
        ("--need", "n-nuts-01", "enterprise"),
        ("--achievement", "a-nuts-02", "professor"),
    ):
        why = json.loads(run(data, "match", option, key, "--top", 1, "--json").stdout)["matches"][0][
            "reasons"
        ]
        shown = "".join(run(data, "match", option, key, "--top", 1).stdout.split())
        for reason in why:
            mark = "↑" if reason["effect"] > 0 else "↓"
            for language in ("zh", "en"):
                assert "".join(reason[side][language].split()) in shown
            assert mark + "".join(reason[side]["zh"].split()) in shown


def test_a_learnt_ranker_that_is_gone_is_one_clear_line(data: Path) -> None:
    shutil.rmtree(rankers.switch_to(data, Ranker.load()))
    ran = run(data, "match", "--need", "n-nuts-01")
    assert isinstance(ran.exception, ShuanglianError)
    assert "learn --rollback" in str(ran.exception)
    assert run(data, "learn", "--rollback").exit_code == 0
    assert run(data, "match", "--need", "n-nuts-01", "--top", 1).exit_code == 0


def test_suggestions_are_printed_and_given_to_programs(data: Path) -> None:
    said = json.loads(run(data, "suggest", "--top", 3, "--json").stdout)
    assert len(said) == 3
    assert set(said[0]) == {"need_id", "achievement_id", "doubt", "adequate_probability"}
    assert said[0]["need_id"] in run(data, "suggest", "--top", 3).output.replace("\n", "")


@pytest.fixture(scope="module")
def files(demo: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("files")
    for name, records in (("needs", demo.store.needs()), ("achievements", demo.store.achievements())):
        rows = [{"id": record.id, "title": record.title, "text": record.text} for record in records]
        (made / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return made


HEADER = "need_id\tachievement_id\tlevel\n"
PAIRS = [
    f"n-{chain}-0{i}\ta-{chain}-0{j}" for chain in ("nuts", "fungi") for i in (1, 2, 3) for j in range(1, 10)
]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER + "".join(f"{pair}\t2\n" for pair in PAIRS), "at least two"),
        (HEADER + "".join(f"{pair}\t{i % 4 + 1}\n" for i, pair in enumerate(PAIRS[:3])), "at least 30"),
        (HEADER + "n-nuts-01\ta-nuts-01\t5\n", "1–4"),
        (HEADER + "n-nuts-01\tnobody\t3\n", "nobody"),
        (HEADER + "n-nuts-01\ta-nuts-01\t3\nn-nuts-01\ta-nuts-01\t1\n", "keep one"),
    ],
)
def test_what_cannot_be_learnt_from_leaves_the_old_model_as_it_was(
    files: Path, tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / "j.tsv").write_text(content)
    old = tmp_path / "model"
    old.mkdir()
    (old / "ranker.json").write_text("as it was")
    ran = train(files, tmp_path / "j.tsv", old)
    assert isinstance(ran.exception, ShuanglianError)
    assert said in str(ran.exception)
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("j.tsv", "model")] == []
    assert [path.name for path in old.iterdir()] == ["ranker.json"]
    assert (old / "ranker.json").read_text() == "as it was"


def test_a_model_keeps_to_its_encoder(files: Path, tmp_path: Path, tiny_folder: Path) -> None:
    (tmp_path / "j.tsv").write_text(
        HEADER + "".join(f"{pair}\t{i % 4 + 1}\n" for i, pair in enumerate(PAIRS))
    )
    assert train(files, tmp_path / "j.tsv", tmp_path / "model").exit_code == 0
    asked = ["predict", "--needs", files / "needs.jsonl", "--achievements", files / "achievements.jsonl",
             "--pairs", tmp_path / "j.tsv", "--out", tmp_path / "l.tsv", "--model", tmp_path / "model"]  # fmt: skip
    assert run(tmp_path, *asked).exit_code == 0
    assert len((tmp_path / "l.tsv").read_text().splitlines()) == len(PAIRS) + 1
    refused = run(tmp_path, *asked, "--encoder", tiny_folder)
    assert "--encoder" in str(refused.exception)


def train(files: Path, judgements: Path, out: Path) -> Result:
    return run(out.parent, "train", "--ranker-only", "--needs", files / "needs.jsonl", "--achievements",
               files / "achievements.jsonl", "--judgements", judgements, "--out", out)  # fmt: skip
