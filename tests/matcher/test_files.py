"""rank, predict, train and evaluate, on files alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpora.errors import ShuanglianError
from corpora.vocabulary import Kind
from matcher.cli import cli
from matcher.files import Judged, read_documents, read_judgements
from matcher.service import Service


@pytest.fixture(scope="module")
def folder(demo: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as the files that these commands take."""
    made = tmp_path_factory.mktemp("files")
    for name, records in (("needs", demo.store.needs()), ("achievements", demo.store.achievements())):
        rows = [{"id": record.id, "title": record.title, "text": record.text} for record in records]
        (made / f"{name}.jsonl").write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8"
        )
    judged = [f"{one.need_id}\t{one.achievement_id}\t{one.level}\n" for one in demo.store.judgements()]
    (made / "judgements.tsv").write_text("need_id\tachievement_id\tlevel\n" + "".join(judged), "utf-8")
    return made


def run(folder: Path, command: str, *more: object) -> str:
    given = [
        command,
        "--needs",
        folder / "needs.jsonl",
        "--achievements",
        folder / "achievements.jsonl",
        *more,
    ]
    ran = CliRunner().invoke(cli, [str(each) for each in given], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def test_rank_lists_the_best_of_every_need(folder: Path, tmp_path: Path) -> None:
    run(folder, "rank", "--out", tmp_path / "r.tsv", "--top", 7)
    found = rows(tmp_path / "r.tsv")
    assert list(found[0]) == ["need_id", "achievement_id", "rank", "score"]
    assert len(found) == 7 * len({row["need_id"] for row in found}) == 700
    for start in range(0, 700, 7):
        part = found[start : start + 7]
        assert [row["rank"] for row in part] == list("1234567")
        scores = [float(row["score"]) for row in part]
        assert scores == sorted(scores, reverse=True)


def test_predict_answers_every_pair_in_order(folder: Path, tmp_path: Path) -> None:
    run(folder, "predict", "--pairs", folder / "judgements.tsv", "--out", tmp_path / "l.tsv")
    asked, found = rows(folder / "judgements.tsv"), rows(tmp_path / "l.tsv")
    assert list(found[0]) == ["need_id", "achievement_id", "level", "p1", "p2", "p3", "p4", "score"]
    assert [(row["need_id"], row["achievement_id"]) for row in found] == [
        (row["need_id"], row["achievement_id"]) for row in asked
    ]
    for row in found:
        assert row["level"] in "1234"
        assert sum(float(row[f"p{level}"]) for level in range(1, 5)) == pytest.approx(1, abs=1e-4)


def test_a_trained_model_is_used_by_name(folder: Path, tmp_path: Path) -> None:
    run(folder, "train", "--judgements", folder / "judgements.tsv", "--out", tmp_path / "model")
    shipped, own = (
        json.loads(run(folder, "evaluate", "--judgements", folder / "judgements.tsv", "--json", *model))
        for model in ([], ["--model", tmp_path / "model"])
    )
    assert shipped["ndcg@10"] > 0.9
    assert own["ndcg@10"] > 0.9
    assert own["mae"] != shipped["mae"]


def test_segmented_titles_are_put_together(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": "1", "title": "轮毂 焊缝 X射线 自动识别 PLC control system"}\n', "utf-8"
    )
    [document] = read_documents(tmp_path / "a.jsonl", Kind.ACHIEVEMENT)
    assert document.title == "轮毂焊缝X射线自动识别PLC control system"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"id": "1"}\n', "line 1"),
        ('{"id": "1", "title": "x"}\n{"id": "1", "title": "y"}\n', "repeats"),
        ('{"id": "1", "title": "x"}\nnot json\n', "line 2"),
        ("", "no rows"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "n.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(ShuanglianError, match=said):
        read_documents(path, Kind.NEED)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("n-nuts-01\tnobody\t3", "nobody"),
        ("n-nuts-01\ta-nuts-01\t7", "1–4"),
        ("n-nuts-01\ta-nuts-01\t", "1–4"),
    ],
)
def test_bad_judgements_are_refused(folder: Path, tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "j.tsv").write_text(f"need_id\tachievement_id\tlevel\n{row}\n", "utf-8")
    given = ["evaluate", "--needs", folder / "needs.jsonl", "--achievements", folder / "achievements.jsonl",
             "--judgements", tmp_path / "j.tsv"]  # fmt: skip
    ran = CliRunner().invoke(cli, [str(each) for each in given])
    assert isinstance(ran.exception, ShuanglianError)
    assert said in str(ran.exception)


def judged(path: Path, *lines: str, header: str = "need_id\tachievement_id\tlevel") -> list[Judged]:
    path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
    return read_judgements(path, ["n1", "n2"], ["a1", "a2"])


def test_a_contradiction_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(ShuanglianError) as caught:
        judged(tmp_path / "j.tsv", "n1\ta1\t3", "n2\ta1\t1", "n1\ta1\t3", "n1\ta1\t2")
    said = str(caught.value)
    assert "\n" not in said
    assert "j.tsv 第 5 行：n1 – a1 的关联度为 2，第 2 行却为 3" in said
    assert "j.tsv line 5: n1 – a1 has level 2, but 3 on line 2; keep one of them" in said


def test_a_repeated_judgement_counts_once(tmp_path: Path) -> None:
    rows = judged(tmp_path / "j.tsv", "n1\ta1\t3", "n2\ta2\t1", "n1\ta1\t3", "n1\ta2\t1")
    assert rows == [("n1", "a1", 3), ("n2", "a2", 1), ("n1", "a2", 1)]


def test_a_header_without_level_is_named(tmp_path: Path) -> None:
    with pytest.raises(ShuanglianError, match=r"line 1: the header must name level, found .*'score'"):
        judged(tmp_path / "j.tsv", "n1\ta1\t3", header="need_id\tachievement_id\tscore")


def test_evaluate_tells_intervals_and_draws(folder: Path, tmp_path: Path) -> None:
    asked = ["--judgements", folder / "judgements.tsv"]
    metrics = json.loads(run(folder, "evaluate", *asked, "--json", "--plot", tmp_path / "e.svg"))
    for name in [
        "ndcg@10",
        "spearman",
        "mae",
        "contest",
        "calibration_error",
        "aurc",
        "recall@20",
        "coverage",
    ]:
        assert metrics[f"{name}_low"] <= metrics[f"{name}_high"]
    assert metrics["contest"] == pytest.approx(1 / (1 + metrics["mae"]))
    given = rows(folder / "judgements.tsv")
    assert metrics["pairs"] == len(given)
    assert metrics["matchable"] + metrics["unmatchable"] == len({row["need_id"] for row in given})
    assert "风险" in (tmp_path / "e.svg").read_text("utf-8")
    shown = run(folder, "evaluate", *asked)
    assert f"{metrics['mae']:.4f} {metrics['mae_low']:.4f} – {metrics['mae_high']:.4f}" in " ".join(
        shown.split()
    )


def test_a_picture_of_another_format_is_refused_before_the_work(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ShuanglianError, match="cannot draw"):
        run(folder, "evaluate", "--judgements", folder / "judgements.tsv", "--plot", tmp_path / "e.docx")


def test_what_cannot_be_measured_is_null(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "j.tsv").write_text("need_id\tachievement_id\tlevel\nn-nuts-01\ta-nuts-01\t1\n", "utf-8")
    metrics = json.loads(run(folder, "evaluate", "--judgements", tmp_path / "j.tsv", "--json"))
    assert metrics["ndcg@10"] is None
    assert metrics["recall@20"] is None
    assert metrics["mae"] >= 0
    assert metrics["mae_low"] is None


def test_odd_ids_come_back_as_they_were(tmp_path: Path) -> None:
    for name in ("needs", "achievements"):
        (tmp_path / f"{name}.jsonl").write_text(
            json.dumps({"id": 'a"1, x', "title": "板栗去壳"}) + "\n", "utf-8"
        )
    run(tmp_path, "rank", "--out", tmp_path / "r.tsv", "--top", 10**15)
    assert (tmp_path / "r.tsv").read_text("utf-8").splitlines()[1].startswith('a"1, x\ta"1, x\t1\t')


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    (tmp_path / "n.jsonl").write_text('{"id": "1", "title": "\\ud800"}\n', "utf-8")
    with pytest.raises(ShuanglianError, match="broken characters"):
        read_documents(tmp_path / "n.jsonl", Kind.NEED)
