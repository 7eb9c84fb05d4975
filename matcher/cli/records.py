"""Commands that bring records in and out: init, import, export, template, index, judge, duplicates."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpora.errors import ShuanglianError
from corpora.records import Judgement
from corpora.store import Store
from corpora.vocabulary import Kind, use_extension
from matcher.cli.common import (
    FILE,
    FOLDER,
    encoder_option,
    err,
    fail,
    json_option,
    open_store,
    out,
    say_json,
    settings,
    table,
)
from matcher.intake import FileReport, import_file, importing

if TYPE_CHECKING:
    from corpora.readers import Rejection

_LABELS = {
    Kind.ACHIEVEMENT: "成果 achievement",
    Kind.NEED: "需求 need",
    Kind.ORGANIZATION: "机构 organization",
}
#: Rejections shown on the terminal; --rejects and --json give all.
_SHOWN = 20
_kind_option = click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    help="种类，默认从表头判断。 Default: told by the headings.",
)


@click.command()
@click.option("--demo", is_flag=True, help="装入示例数据。 Load the demo corpora.")
def init(demo: bool) -> None:
    """建立数据文件夹。

    Make the data folder (MATCHER_DATA, default ./data) and its store, or bring an older one up to date.
    """
    chosen = settings()
    store = Store.create(chosen.data)
    try:
        if demo:
            with importing(chosen.data):
                _load_demo(store)
        counts = store.counts()
    finally:
        store.close()
    out.print(f"数据文件夹 data folder: {chosen.data}")
    out.print(
        f"成果 achievements {counts['achievements']} · 需求 needs {counts['needs']} · 机构 organizations "
        f"{counts['organizations']} · 标注 judgements {counts['judgements']} · 近似 near-duplicates {counts['duplicates']}"
    )


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_kind_option
@click.option(
    "--map",
    "overrides",
    multiple=True,
    metavar="HEADING=FIELD",
    help="指明一列是哪个字段，可多次。 What a column means; may be repeated.",
)
@click.option("--vocabulary", type=FILE, help="补充词表 YAML。 More words for headings and values.")
@click.option(
    "--rejects",
    "rejects_path",
    type=FILE,
    help="把拒收的行写成 Excel，改好可再导入。 Write rejected rows to Excel.",
)
@json_option
def import_(
    files: Sequence[Path], kind: str | None, overrides: Sequence[str], vocabulary: Path | None,
    rejects_path: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """导入 Excel、CSV、JSONL 或 Word 文件。

    Import xlsx, csv, jsonl or docx files with Chinese or English headings. Good rows are stored even
    where others are rejected; the same file twice changes nothing. Exit status 1 where anything was
    rejected.

    --map 的字段 fields: title text keywords institution inventors stage form ip fields modes terms
    registration_number · indicators deadline budget ip_wanted min_stage enterprise · name kind tier ·
    id region county contact_name contact_phone contact_email
    """
    chosen = settings()
    if vocabulary:
        use_extension(vocabulary)
    mapping = dict(_parted(pair) for pair in overrides)
    reports: list[FileReport] = []
    refused: list[tuple[Path, ShuanglianError]] = []
    with open_store(chosen.data) as store, importing(chosen.data):
        for path in files:
            try:
                reports += import_file(store, path, chosen.who, Kind(kind) if kind else None, mapping)
            except ShuanglianError as error:
                refused.append((path, error))
    rejected = [(report.file, rejection) for report in reports for rejection in report.rejected]
    if as_json:
        failures = [{"file": path.name, "error": str(error)} for path, error in refused]
        say_json({"files": [report.as_json() for report in reports], "failed": failures})
    else:
        _print_reports(reports, rejected)
    for _, refusal in refused:
        print(f"错误 error: {refusal}", file=sys.stderr)
    if rejects_path and rejected:
        from corpora.writers.rejects import write_rejects

        # After the report: where this file cannot be written, its reasons are still on the screen.
        write_rejects(rejects_path, rejected)
    if rejected:
        rows = len({(file, rejection.sheet, rejection.row) for file, rejection in rejected})
        where = f"，已写入 {rejects_path}" if rejects_path else "，用 --rejects FILE 写出以便修改"
        there = f"written to {rejects_path}" if rejects_path else "write them out with --rejects FILE"
        fail(f"{rows} 行被拒收，其余已入库{where}", f"{rows} rows rejected, the others are stored; {there}")
    if refused:
        sys.exit(1)


@click.command()
@click.argument("path", type=FILE)
@click.option(
    "--kind", type=click.Choice([kind.value for kind in Kind]), required=True, help="种类。 What to export."
)
@click.option(
    "--with-contacts", is_flag=True, help="带联系方式（隐私）。 Include contacts, which are private."
)
def export(path: Path, kind: str, with_contacts: bool) -> None:
    """导出为 Excel、CSV、JSONL 或 Word。

    Export records to .xlsx, .csv, .jsonl or .docx, by the file's suffix; contacts only when asked.
    """
    from corpora.writers.records import write_records

    with open_store(settings().data) as store:
        records = list(store.records(Kind(kind)))
    write_records(path, records, with_contacts=with_contacts)
    out.print(f"{len(records)} 条 records → {path}")


@click.command()
@click.option("--out", "folder", type=FOLDER, default=Path(), help="放到哪个文件夹。 Where to write.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in Kind]), help="哪一种，默认全部。 Which; default: all."
)
def template(folder: Path, kind: str | None) -> None:
    """写出空白的 Excel 和 Word 表。

    Write the blank Excel and Word forms that import cleanly.
    """
    from corpora.writers.templates import write_templates

    for path in write_templates(folder, [Kind(kind)] if kind else list(Kind)):
        out.print(str(path))


@click.command()
@encoder_option
@click.option("--rebuild", is_flag=True, help="全部重建。 Build everything anew.")
def index(encoder: str | None, rebuild: bool) -> None:
    """让索引跟上数据。

    Bring the indexes, of matching and of search, up to date with the store; what was encoded before is not
    encoded again.
    """
    from matcher.indexing import bring_up_to_date
    from matcher.search import Search
    from models.encoders import Encoder

    chosen = settings()
    with open_store(chosen.data) as store:
        indexes, done = bring_up_to_date(
            store, chosen.data, Encoder(encoder or chosen.encoder, chosen.cache), rebuild=rebuild, progress=True,
            notice=err.print,
        )  # fmt: skip
        Search(chosen.data).catch_up(store)
    out.print(
        f"索引已是最新 indexes up to date: 成果 achievements {len(indexes.achievements)} · 需求 needs "
        f"{len(indexes.needs)}（更新 updated {done.updated}，移除 removed {done.removed}）"
    )


@click.command()
@json_option
def duplicates(as_json: bool) -> None:
    """列出近似重复的记录。

    List near-duplicates, each with the record that came first; both are kept.
    """
    with open_store(settings().data) as store:
        found = [(link, store.get(link.kind, link.id), store.get(link.kind, link.original_id))
                 for kind in (Kind.NEED, Kind.ACHIEVEMENT) for link in store.duplicates(kind)]  # fmt: skip
    if as_json:
        say_json([{"kind": link.kind, "id": link.id, "original_id": link.original_id,
                   "similarity": round(link.similarity, 1)} for link, _, _ in found])  # fmt: skip
        return
    if not found:
        out.print("没有近似重复。 No near-duplicates.")
        return
    shown = table("相似 %", "编号 id", "名称 title", "与之相似 resembles")
    for link, one, other in found:
        shown.add_row(f"{link.similarity:.0f}", link.id, one.label, f"{other.id} {other.label}")
    out.print(shown)


def _load_demo(store: Store) -> None:
    """Bring in the demo's files through the importers, then its judgements."""
    folder = resources.files("corpora") / "demo" / "files"
    with resources.as_file(folder) as files:
        reports = [
            report
            for path in sorted(files.iterdir())
            if path.suffix != ".tsv"
            for report in import_file(store, path, "demo")
        ]
        lines = (files / "judgements.tsv").read_text("utf-8").splitlines()[1:]
    judged = [
        dict(zip(("need_id", "achievement_id", "level"), line.split("\t"), strict=True)) for line in lines
    ]
    store.judge([Judgement.model_validate(row) for row in judged], "demo")
    _print_reports(reports, [])


def _print_reports(reports: Sequence[FileReport], rejected: Sequence[tuple[str, Rejection]]) -> None:
    if not reports:
        return
    shown = table(
        "文件 file", "种类 kind", "新增\nnew", "更新\nupd.", "未变\nsame", "重复\ndup.", "拒收\nrej."
    )
    for column in shown.columns[2:]:
        column.justify = "right"
    for report in reports:
        rows = len({(rejection.sheet, rejection.row) for rejection in report.rejected})
        counts = (report.accepted, report.updated, report.unchanged, report.duplicates, rows)
        shown.add_row(report.file, _LABELS[report.kind], *map(str, counts))
    out.print(shown)
    for report in reports:
        if report.unknown:
            headings = "、".join(report.unknown)
            out.print(
                f"{report.file}：未识别的列 columns not understood: {headings} （可用 use --map 列名=字段）",
                style="yellow",
            )
        for one, other, similarity in report.links:
            out.print(f"近似 near-duplicate ({similarity:.0f} %): {one} ≈ {other}，均已保留 both kept")
    if rejected:
        reasons = table("位置 where", "列 column", "值 value", "原因 reason")
        for file, rejection in rejected[:_SHOWN]:
            where = f"{file} {rejection.sheet} 第{rejection.row}行"
            reasons.add_row(where, rejection.column, rejection.value, rejection.reason)
        out.print(reasons)
        if len(rejected) > _SHOWN:
            out.print(f"… 还有 {len(rejected) - _SHOWN} 处 more")


def _parted(pair: str) -> tuple[str, str]:
    heading, sign, name = pair.rpartition("=")
    if not sign or not heading:
        raise click.BadParameter(f"“{pair}”应写成 列名=字段 / write HEADING=FIELD", param_hint="--map")
    return heading, name.strip()
