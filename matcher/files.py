"""Working on files alone: rank, predict, train and evaluate without a store."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path

from tqdm import tqdm

from corpora.errors import UnreadableFile, shorten
from corpora.files import replacing
from corpora.readers.jsonlines import read_lines
from corpora.records import MAX_TITLE
from corpora.vocabulary import Kind
from matcher.matches import Scored
from matcher.recommend import Recommender
from models.encoders import Encoder
from models.indexes import Indexes
from models.sides import Document

Judged = tuple[str, str, int]
#: A space between two Chinese characters parts nothing: segmented titles are put together again.
_CHINESE_SPACE = re.compile(r"(?<=[\u3400-\u9fff])[ \t]+(?=\S)|(?<=\S)[ \t]+(?=[\u3400-\u9fff])")

#: Half of a pair of surrogates is no character, and no library takes it.
_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")


def read_documents(path: Path, kind: Kind) -> list[Document]:
    """Return the documents of a JSONL file of {"id", "title" and/or "text", "indicators", "keywords"}.

    Raises UnreadableFile for the first line that has no id or says nothing, and for a repeated id.
    """
    if not path.is_file():
        raise UnreadableFile(f"文件 {path} 不存在；请检查路径", f"{path} does not exist; check the path")
    documents: dict[str, Document] = {}
    for number, row in read_lines(path):
        if isinstance(row, str):
            zh, _, en = row.partition("/ ")
            raise _bad_line(path, number, zh, en)
        key = str(row.get("id") or "").strip()
        title, text = (_CHINESE_SPACE.sub("", str(row.get(name) or "").strip()) for name in ("title", "text"))
        more = row.get("indicators" if kind is Kind.NEED else "keywords") or []
        if any(ord(letter) < 32 for letter in key) or _HALF_CHARACTER.search(key + title + text):
            raise _bad_line(
                path, number, "id 里有控制字符，或文字不完整", "the id or a text holds broken characters"
            )
        if not key or not (title or text):
            raise _bad_line(path, number, "要有 id，以及 title 或 text", "needs an id, and a title or a text")
        if key in documents:
            raise _bad_line(path, number, f"id“{shorten(key)}”重复", f"the id '{shorten(key)}' repeats")
        parts = [title, text, *(map(str, more) if isinstance(more, list) else [str(more)])]
        whole = "\n".join(part for part in parts if part)
        documents[key] = Document(key, title or text[:MAX_TITLE], whole)
    if not documents:
        raise UnreadableFile(f"文件 {path} 里没有一行", f"{path} has no rows")
    return list(documents.values())


def read_pairs(path: Path, needs: Iterable[str], achievements: Iterable[str]) -> list[tuple[str, str]]:
    """Return the (need_id, achievement_id) rows of a TSV file; both ids must be known."""
    return [(need_id, achievement_id) for _, need_id, achievement_id, _ in _rows(path, needs, achievements)]


def read_judgements(path: Path, needs: Iterable[str], achievements: Iterable[str]) -> list[Judged]:
    """Return the (need_id, achievement_id, level) rows of a TSV file, repeated rows once; levels are 1–4.

    Raises UnreadableFile for a header without level, and for the first row whose level is none or
    contradicts an earlier row's.
    """
    judged: dict[tuple[str, str], tuple[int, int]] = {}
    for number, need_id, achievement_id, row in _rows(path, needs, achievements):
        if "level" not in row:
            raise _bad_line(path, 1, f"表头缺 level（关联度），现为 {shorten(list(row))}",
                            f"the header must name level, found {shorten(list(row))}")  # fmt: skip
        level = str(row["level"] or "").strip()
        if level not in ("1", "2", "3", "4"):
            raise _bad_line(path, number, f"关联度应为 1–4，现为“{shorten(level)}”",
                            f"the level must be 1–4, found '{shorten(level)}'")  # fmt: skip
        before, said = judged.setdefault((need_id, achievement_id), (number, int(level)))
        if said != int(level):
            pair = f"{shorten(need_id)} – {shorten(achievement_id)}"
            raise _bad_line(path, number, f"{pair} 的关联度为 {level}，第 {before} 行却为 {said}；请只留一条",
                            f"{pair} has level {level}, but {said} on line {before}; keep one of them")  # fmt: skip
    if not judged:
        raise UnreadableFile(f"文件 {path} 里没有一条标注", f"{path} holds no judgements")
    return [(*pair, level) for pair, (_, level) in judged.items()]


def indexed(needs: Sequence[Document], achievements: Sequence[Document], encoder: Encoder) -> Indexes:
    """Index both files in memory."""
    indexes = Indexes(encoder)
    indexes.update_achievements(achievements, progress="成果 achievements")
    indexes.update_needs(needs, progress="需求 needs")
    return indexes


def rank(recommend: Recommender, needs: Sequence[Document], top: int) -> Iterator[list[Scored]]:
    """Yield the `top` best achievements of each need, in the file's order."""
    for need in tqdm(needs, desc="排序 rank", unit="项", disable=None):
        side = recommend.indexes.indexed_needs([need.key])
        yield recommend.rank_achievements(side, need.key, need.text, top)


def predict(recommend: Recommender, pairs: Sequence[tuple[str, str]]) -> list[Scored]:
    """Return the prediction of each pair, in order."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for need_id, achievement_id in pairs:
        wanted[need_id].append(achievement_id)
    scored = {
        (one.need_id, one.achievement_id): one
        for need_id, achievement_ids in wanted.items()
        for one in recommend.score_pairs(need_id, achievement_ids)
    }
    return [scored[pair] for pair in pairs]


def write_ranking(path: Path, rankings: Iterable[Sequence[Scored]]) -> None:
    """Write need_id, achievement_id, rank and score, best first."""
    _write(path, "need_id achievement_id rank score", (
        (one.need_id, one.achievement_id, place, f"{one.score:.6f}")
        for ranking in rankings for place, one in enumerate(ranking, 1)
    ))  # fmt: skip


def write_predictions(path: Path, predictions: Iterable[Scored]) -> None:
    """Write need_id, achievement_id, level, the probability of each level, and score."""
    _write(path, "need_id achievement_id level p1 p2 p3 p4 score", (
        (one.need_id, one.achievement_id, one.level, *(f"{p:.6f}" for p in one.probabilities), f"{one.score:.6f}")
        for one in predictions
    ))  # fmt: skip


def _write(path: Path, columns: str, rows: Iterable[Sequence[object]]) -> None:
    with replacing(path) as stream:
        text = TextIOWrapper(stream, encoding="utf-8", newline="")
        writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        writer.writerow(columns.split())
        writer.writerows(rows)
        text.flush()
        text.detach()


def _rows(
    path: Path, needs: Iterable[str], achievements: Iterable[str]
) -> Iterator[tuple[int, str, str, dict[str, str]]]:
    known = {"need_id": set(needs), "achievement_id": set(achievements)}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
            if not known.keys() <= set(reader.fieldnames or ()):
                raise _bad_line(path, 1, f"表头应有 need_id 和 achievement_id，现为 {shorten(reader.fieldnames)}",
                                f"the header must name need_id and achievement_id, found {shorten(reader.fieldnames)}")  # fmt: skip
            for number, row in enumerate(reader, 2):
                for column, ids in known.items():
                    if row[column] not in ids:
                        raise _bad_line(path, number, f"没有这个 {column}：“{shorten(row[column])}”；请检查编号",
                                        f"there is no {column} '{shorten(row[column])}'; check the id")  # fmt: skip
                yield number, row["need_id"], row["achievement_id"], row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(f"文件 {path} 读不了（{error}）；应为 UTF-8 的 TSV",
                             f"{path} cannot be read ({error}); it should be UTF-8 TSV") from error  # fmt: skip


def _bad_line(path: Path, number: int, zh: str, en: str) -> UnreadableFile:
    return UnreadableFile(f"文件 {path.name} 第 {number} 行：{zh}", f"{path.name} line {number}: {en}")
