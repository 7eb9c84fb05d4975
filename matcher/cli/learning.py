"""Commands by which the service learns: judge, learn, suggest."""

from __future__ import annotations

from pathlib import Path

import click

from corpora.errors import shorten
from corpora.records import Judgement
from corpora.vocabulary import Kind
from matcher.cli.common import (
    FILE,
    err,
    json_option,
    model_option,
    open_service,
    open_store,
    out,
    say_json,
    settings,
    table,
)


@click.command()
@click.argument("need_id", required=False)
@click.argument("achievement_id", required=False)
@click.argument("level", type=click.IntRange(1, 4), required=False)
@click.option("--note", default="", help="说明。 A remark.")
@click.option(
    "--file", "path", type=FILE, help="TSV：need_id achievement_id level。 Many at once, from a file."
)
def judge(
    need_id: str | None, achievement_id: str | None, level: int | None, note: str, path: Path | None
) -> None:
    """标注关联度（4 强 … 1 无），一对或一个文件。

    Store your level for a pair, or for those of a file: 4 strong, 3 fairly strong, 2 weak, 1 none. It
    counts at once for other pairs like it; `matcher learn` learns more from it.
    """
    from matcher.files import read_judgements

    if (level is None) if path is None else (need_id is not None):
        raise click.UsageError(
            "请给出 需求编号 成果编号 关联度，或 --file / give NEED_ID ACHIEVEMENT_ID LEVEL, or --file"
        )
    chosen = settings()
    with open_store(chosen.data) as store:
        if path is not None:
            judged = read_judgements(path, store.ids(Kind.NEED), store.ids(Kind.ACHIEVEMENT))
        else:
            judged = [(need_id or "", achievement_id or "", level or 0)]
        count = store.judge(
            [
                Judgement(need_id=need, achievement_id=achievement, level=given, note=note)
                for need, achievement, given in judged
            ],
            chosen.who,
        )
    said = f"{count} 条 pairs" if path else f"{need_id} × {achievement_id} = {level}"
    out.print(f"已标注 judged: {said}")


@click.command()
@click.option("--rollback", is_flag=True, help="退回上一个排序模型。 Return to the ranker before.")
@click.option("--curve", is_flag=True, help="画出学习曲线的数据。 Show the learning curve instead.")
@click.option("--dry-run", is_flag=True, help="只比较，不切换。 Compare, switch nothing.")
@json_option
def learn(rollback: bool, curve: bool, dry_run: bool, as_json: bool) -> None:
    """用已有的标注改进排序模型；确实更好才换。

    Grow the ranker on the judgements in the store, compare it with the one in use on judgements that
    neither has seen there, and switch only where it is better beyond doubt. The old one is kept.
    """
    from matcher import rankers
    from matcher.indexing import document
    from matcher.learning import learn_here, learning_curve

    if rollback + curve + dry_run > 1:
        raise click.UsageError(
            "--rollback、--curve、--dry-run 至多给一个 / give at most one of --rollback, --curve, --dry-run"
        )
    chosen = settings()
    if rollback:
        folder = rankers.roll_back(chosen.data)
        if as_json:
            say_json({"in_use": str(folder) if folder else None})
            return
        out.print(f"现在使用 now in use: {folder or '自带的排序模型 the shipped ranker'}")
        return
    with open_service(None, None) as service:
        if curve:
            needs = [document(record) for record in service.store.needs()]
            points = learning_curve(service.corpus(), needs)
            if as_json:
                say_json([point._asdict() for point in points])
                return
            shown = table("标注数 judged", "nDCG@10", "1/(1+MAE)", "需求 needs")
            for point in points:
                shown.add_row(
                    str(point.judgements), f"{point.ndcg:.3f}", f"{point.contest:.3f}", str(point.needs)
                )
            out.print(
                shown
                if points
                else "没有标注满 25 条的需求，画不出曲线。 No need has 25 judgements: there is no curve to show."
            )
            return
        learnt, switched = learn_here(service, dry_run=dry_run)
    if as_json:
        say_json(learnt.as_json() | {"switched": switched})
        return
    shown = table("留出标注 held out", "现用 in use", "新 new")
    for name, before in learnt.before.items():
        shown.add_row(name, f"{before:.4f}", f"{learnt.after[name]:.4f}")
    out.print(shown)
    interval = (
        ""
        if learnt.gain_low is None
        else f"（95% 区间 interval {learnt.gain_low:+.4f} … {learnt.gain_high:+.4f}）"
    )
    out.print(f"改进 gain {learnt.gain:+.4f}{interval}")
    out.print(
        f"{learnt.judgements} 条标注 judgements · {learnt.needs} 项需求 needs；"
        f"预测关联度 predicted level: 升 raised {learnt.raised}，降 lowered {learnt.lowered}"
    )
    if switched:
        out.print(
            "已换用新模型；退回用 matcher learn --rollback。 Switched; `matcher learn --rollback` undoes it."
        )
    elif learnt.better:
        out.print("新模型更好，但未切换（--dry-run）。 Better, but not switched.")
    else:
        out.print("不能确定更好，保留现用的。 Not better beyond doubt: the ranker in use stays.")


@click.command()
@click.option("--need", "need_id", metavar="ID", help="只看这项需求。 This need only.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 1000), help="几对。 How many.")
@model_option
@json_option
def suggest(need_id: str | None, top: int, model: Path | None, as_json: bool) -> None:
    """哪些配对最值得请人标注。

    Suggest the pairs whose judgement would teach the most: near the top of a list, and doubtful.
    """
    from matcher.indexing import document
    from matcher.learning import suggest as suggest_from

    with open_service(model, None) as service:
        needs = [service.store.need(need_id)] if need_id else list(service.store.needs())
        judged = service.corpus().judged
        found = suggest_from(service.recommender(), map(document, needs), judged, top)
        titles = {
            record.id: record.label
            for record in (*needs, *service.store.achievements([one.achievement_id for one in found]))
        }
    if as_json:
        say_json([one._asdict() for one in found])
        return
    if not found:
        err.print("没有可建议的配对。 Nothing to suggest.")
        return
    shown = table("需求 need", "成果 achievement", "≥3级\nP(≥3)", "疑度\nbits")
    for one in found:
        shown.add_row(
            f"{one.need_id} {shorten(titles[one.need_id], 24)}",
            f"{one.achievement_id} {shorten(titles[one.achievement_id], 24)}",
            f"{one.adequate_probability:.0%}",
            f"{one.doubt:.2f}",
        )
    out.print(shown)
    out.print("标注用 judge with: matcher judge NEED_ID ACHIEVEMENT_ID LEVEL")
