"""Commands on files alone: rank, predict, train, evaluate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from corpora.vocabulary import Kind
from matcher import evaluation, files, plots
from matcher.bootstrap import Metrics
from matcher.cli.common import (
    FILE,
    FOLDER,
    encoder_option,
    err,
    json_option,
    model_option,
    out,
    say_json,
    settings,
    table,
)
from matcher.recommend import Recommender
from matcher.training import Corpus, fit_ranker
from models.encoders import Encoder
from models.indexes import Document
from models.ranker import OrdinalRanker

_needs = click.option(
    "--needs", type=FILE, required=True, help="需求 JSONL。 Needs, JSONL of id, title, text."
)
_achievements = click.option(
    "--achievements", type=FILE, required=True, help="成果 JSONL。 Achievements, JSONL of id, title, text."
)
_judgements = click.option(
    "--judgements", type=FILE, required=True, help="标注 TSV：need_id achievement_id level。 Judged pairs."
)


def _both(command: Callable[..., Any]) -> Callable[..., Any]:
    return _needs(_achievements(command))


@click.command()
@_both
@click.option("--out", "out_path", type=FILE, required=True, help="输出 TSV。 Output TSV.")
@click.option(
    "--top",
    default=20,
    show_default=True,
    type=click.IntRange(1),
    help="每项需求的成果数。 Achievements per need.",
)
@model_option
@encoder_option
def rank(
    needs: Path, achievements: Path, out_path: Path, top: int, model: Path | None, encoder: str | None
) -> None:
    """为每项需求排出成果。

    Rank achievements for each need: need_id, achievement_id, rank, score. Where the list is cut,
    repeats of one text make room for other texts.
    """
    asked, offered = _read(needs, achievements)
    recommend = _recommender(asked, offered, model, encoder)
    files.write_ranking(out_path, files.rank(recommend, asked, top))
    err.print(f"已写入 written: {out_path}")


@click.command()
@_both
@click.option("--pairs", type=FILE, required=True, help="TSV：need_id achievement_id。 Pairs to predict.")
@click.option("--out", "out_path", type=FILE, required=True, help="输出 TSV。 Output TSV.")
@model_option
@encoder_option
def predict(
    needs: Path, achievements: Path, pairs: Path, out_path: Path, model: Path | None, encoder: str | None
) -> None:
    """预测成对的关联度。

    Predict pairs: need_id, achievement_id, level, p1–p4, score. The level minimises the expected
    absolute error.
    """
    asked, offered = _read(needs, achievements)
    wanted = files.read_pairs(pairs, (one.key for one in asked), (one.key for one in offered))
    recommend = _recommender(asked, offered, model, encoder)
    files.write_predictions(out_path, files.predict(recommend, wanted))
    err.print(f"已写入 written: {out_path}")


@click.command()
@click.option(
    "--needs", type=FILE, multiple=True, required=True, help="需求 JSONL，可多次。 Needs; may be repeated."
)
@click.option(
    "--achievements", type=FILE, multiple=True, required=True, help="成果 JSONL。 Achievements, as often."
)
@click.option(
    "--judgements", type=FILE, multiple=True, required=True, help="标注 TSV。 Judged pairs, as often."
)
@click.option("--out", "out_path", type=FOLDER, required=True, help="模型文件夹。 Folder for the model.")
@encoder_option
def train(
    needs: Sequence[Path],
    achievements: Sequence[Path],
    judgements: Sequence[Path],
    out_path: Path,
    encoder: str | None,
) -> None:
    """用标注训练排序模型。

    Fit the ranker to judged pairs and write it to a folder that --model takes. Repeat the three files
    together to learn from several corpora.
    """
    if not len(needs) == len(achievements) == len(judgements):
        raise click.UsageError(
            "三种文件的个数要相同 / give --needs, --achievements and --judgements equally often"
        )
    chosen = settings()
    encode = Encoder(encoder or chosen.encoder, chosen.cache)
    corpora = []
    for needs_path, achievements_path, judgements_path in zip(needs, achievements, judgements, strict=True):
        asked, offered = _read(needs_path, achievements_path)
        judged = files.read_judgements(
            judgements_path, (one.key for one in asked), (one.key for one in offered)
        )
        corpora.append(
            Corpus(files.indexed(asked, offered, encode), {one.key: one.title for one in asked}, judged)
        )
    fit_ranker(corpora).save(out_path)
    err.print(f"{sum(len(corpus.judged) for corpus in corpora)} 条标注 judgements → {out_path}")


@click.command()
@_both
@_judgements
@model_option
@encoder_option
@json_option
@click.option(
    "--plot",
    type=FILE,
    help="校准图与风险–覆盖图。 Draw reliability and risk–coverage: .svg, .png or .pdf.",
)
def evaluate(
    needs: Path,
    achievements: Path,
    judgements: Path,
    model: Path | None,
    encoder: str | None,
    as_json: bool,
    plot: Path | None,
) -> None:
    """用标注评价排序模型，给出 95% 区间。

    Evaluate predictions and ranking against judged pairs, with 95 % intervals over needs: nDCG@10,
    Spearman, MAE and 1/(1+MAE), recall@20 over all the achievements, calibration error, and the risk
    and coverage of answering where level ≥ 3 is probable enough (MATCHER_ADEQUATE_PROBABILITY). A
    model evaluated on the judgements that it was trained on flatters itself.
    """
    if plot:
        plots.check_format(plot)
    asked, offered = _read(needs, achievements)
    judged = files.read_judgements(judgements, (one.key for one in asked), (one.key for one in offered))
    recommend = _recommender(asked, offered, model, encoder)
    predicted = files.predict(recommend, [(need_id, achievement_id) for need_id, achievement_id, _ in judged])
    levels = [level for _, _, level in judged]
    metrics = evaluation.evaluate_predictions(predicted, levels, recommend.adequate_probability)
    titles = {one.key: one.title for one in offered}
    metrics |= evaluation.evaluate_ranking(recommend, asked, judged, titles)
    if as_json:
        say_json(metrics)
    else:
        out.print(_metrics_table(metrics))
    if plot:
        if not plots.draw(plot, predicted, levels, recommend.adequate_probability):
            err.print("没有找到中文字体，图上只有英文 / no Chinese font found: the labels are English alone")
        err.print(f"已写入 written: {plot}")


def _read(needs: Path, achievements: Path) -> tuple[list[Document], list[Document]]:
    return files.read_documents(needs, Kind.NEED), files.read_documents(achievements, Kind.ACHIEVEMENT)


def _recommender(
    asked: list[Document], offered: list[Document], model: Path | None, encoder: str | None
) -> Recommender:
    chosen = settings()
    ranker = OrdinalRanker.load(model)
    indexes = files.indexed(asked, offered, Encoder(encoder or chosen.encoder, chosen.cache))
    return Recommender(indexes, ranker, chosen.adequate_probability)


def _metrics_table(metrics: Metrics) -> Table:
    shown = table("指标", "metric", "值 value", "95% 区间 interval")
    for name, label in evaluation.NAMES.items():
        low, high = (metrics.get(f"{name}_{end}") for end in ("low", "high"))
        interval = "" if low is None or high is None else f"{low:.4f} – {high:.4f}"
        value = metrics[name]
        said = "—" if value is None else f"{value:.4f}" if isinstance(value, float) else f"{value}"
        shown.add_row(label, name, said, interval)
    return shown
