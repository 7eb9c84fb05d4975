"""Commands on files alone: rank, predict, train, evaluate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from corpora.files import replacing_folder
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
from matcher.matches import Scored
from matcher.model import Model
from matcher.recommend import Recommender
from models.encoders import Encoder
from models.sides import Document

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
    _, recommend = _opened(asked, offered, model, encoder)
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
    opened, recommend = _opened(asked, offered, model, encoder)
    files.write_predictions(out_path, _predict(opened, recommend, wanted, asked, offered))
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
@click.option(
    "--ranker-only",
    is_flag=True,
    help="只训练排序模型，不微调编码器（几十秒）。 Fit the ranker alone, in seconds, not the encoders.",
)
@encoder_option
def train(
    needs: Sequence[Path],
    achievements: Sequence[Path],
    judgements: Sequence[Path],
    out_path: Path,
    ranker_only: bool,
    encoder: str | None,
) -> None:
    """用标注训练模型。

    Fit a model to judged pairs and write it to a folder that --model takes: with 1,000 judgements or
    more the bundled encoder and a cross-encoder learn too, which takes some 25 minutes for 7,000 on two
    cores. Repeat the three files together to learn from several corpora; then no judged pairs are kept
    beside the model. What was in the folder stays if anything fails.
    """
    from matcher.tuned import Source, fit_model

    if not len(needs) == len(achievements) == len(judgements):
        raise click.UsageError(
            "三种文件的个数要相同 / give --needs, --achievements and --judgements equally often"
        )
    sources = []
    for needs_path, achievements_path, judgements_path in zip(needs, achievements, judgements, strict=True):
        asked, offered = _read(needs_path, achievements_path)
        judged = files.read_judgements(
            judgements_path, (one.key for one in asked), (one.key for one in offered)
        )
        sources.append(Source(asked, offered, judged))
    chosen = settings()
    encode = Encoder(encoder or chosen.encoder, chosen.cache)
    with replacing_folder(out_path) as folder:
        fit_model(sources, encode, folder, ranker_only=ranker_only, say=err.print)
    err.print(f"{sum(len(source.judged) for source in sources)} 条标注 judgements → {out_path}")


@click.command()
@_both
@click.option("--out", "out_path", type=FOLDER, required=True, help="编码器文件夹。 Folder for the encoder.")
@encoder_option
def distil(needs: Path, achievements: Path, out_path: Path, encoder: str | None) -> None:
    """从编码器蒸馏出“学生”：快几十倍，略逊一点。

    Distil a student from the encoder over these texts: a static encoder, many times as fast and a little
    worse, that --encoder and MATCHER_ENCODER take as a folder.
    """
    from models.student import distil as distil_from

    asked, offered = _read(needs, achievements)
    chosen = settings()
    student = distil_from(
        Encoder(encoder or chosen.encoder, chosen.cache),
        [one.text for one in offered],
        [text for one in asked for text in (one.title, one.text)],
    )
    with replacing_folder(out_path) as folder:
        student.save(str(folder), create_model_card=False)
    err.print(f"学生编码器 student → {out_path}")


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
    opened, recommend = _opened(asked, offered, model, encoder)
    predicted = _predict(opened, recommend, [one[:2] for one in judged], asked, offered)
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


def _opened(
    asked: list[Document], offered: list[Document], folder: Path | None, encoder: str | None
) -> tuple[Model, Recommender]:
    chosen = settings()
    model = Model(folder, chosen, encoder)
    indexes = files.indexed(asked, offered, model.encoder)
    return model, model.recommender(indexes, chosen.adequate_probability)


def _predict(
    model: Model,
    recommend: Recommender,
    pairs: Sequence[tuple[str, str]],
    asked: list[Document],
    offered: list[Document],
) -> list[Scored]:
    return model.reread(
        files.predict(recommend, pairs), {one.key: one for one in asked}, {one.key: one for one in offered}
    )


def _metrics_table(metrics: Metrics) -> Table:
    shown = table("指标", "metric", "值 value", "95% 区间 interval")
    for name, label in evaluation.NAMES.items():
        low, high = (metrics.get(f"{name}_{end}") for end in ("low", "high"))
        interval = "" if low is None or high is None else f"{low:.4f} – {high:.4f}"
        value = metrics[name]
        said = "—" if value is None else f"{value:.4f}" if isinstance(value, float) else f"{value}"
        shown.add_row(label, name, said, interval)
    return shown
