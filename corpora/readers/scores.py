"""Files of scores: how well an enterprise and a team fit, said by somebody else."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from corpora.errors import UnreadableFile, shorten
from corpora.readers.delimited import decode
from corpora.readers.guard import MAX_TEXT_BYTES

#: Headings, in lower case, of each column.
_HEADINGS = {
    "enterprise": ("enterprise_id", "enterprise", "企业", "企业编号", "企业名称", "企业id"),
    "team": ("team_id", "team", "团队", "团队编号", "团队名称", "团队id"),
    "score": ("score", "affinity", "得分", "分数", "评分", "契合度"),
}
_NAMES = "enterprise_id、team_id、score", "enterprise_id, team_id, score"
_LONGEST_ID = 200


def read_scores(path: Path) -> dict[tuple[str, str], float]:
    """Read rows of enterprise, team, score from tab- or comma-separated text; a header is optional.

    Raises UnreadableFile, naming the first bad row and how many there are.
    """
    rows = _rows(path)
    columns = _columns(path, rows[0][1]) if rows else None
    body = rows[1:] if columns else rows
    if not body:
        raise UnreadableFile(
            f"文件 {path.name} 里一行得分也没有；每行写 {_NAMES[0]}",
            f"{path.name} holds no scores; give rows of {_NAMES[1]}",
        )
    scores: dict[tuple[str, str], float] = {}
    lines: dict[tuple[str, str], int] = {}
    bad: list[tuple[int, str, str]] = []
    for line, row in body:
        try:
            pair, score = _read(row, columns or (0, 1, 2))
        except _Bad as error:
            bad.append((line, error.zh, error.en))
            continue
        if scores.setdefault(pair, score) != score:
            said = shorten(" – ".join(pair))
            bad.append(
                (
                    line,
                    f"“{said}”得分 {score:g}，第 {lines[pair]} 行却是 {scores[pair]:g}",
                    f"'{said}' scores {score:g}, but {scores[pair]:g} in row {lines[pair]}",
                )
            )
        lines.setdefault(pair, line)
    if bad:
        line, zh, en = bad[0]
        rest = (
            (f"（另有 {len(bad) - 1} 行有错）", f" (and {len(bad) - 1} more bad rows)")
            if bad[1:]
            else ("", "")
        )
        raise UnreadableFile(
            f"文件 {path.name} 第 {line} 行：{zh}；请改正{rest[0]}",
            f"{path.name}, row {line}: {en}; correct it{rest[1]}",
        )
    return scores


class _Bad(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def _read(row: Sequence[str], columns: Sequence[int]) -> tuple[tuple[str, str], float]:
    if len(row) <= max(columns):
        raise _Bad(f"只有 {len(row)} 列，应有 {_NAMES[0]}", f"has {len(row)} columns; {_NAMES[1]} are needed")
    enterprise, team, number = (row[column].strip() for column in columns)
    for one, name in ((enterprise, "enterprise_id"), (team, "team_id")):
        if not one:
            raise _Bad(f"{name} 是空的", f"{name} is empty")
        if len(one) > _LONGEST_ID or not one.isprintable():
            raise _Bad(
                f"{name} “{shorten(one)}”太长或有控制字符",
                f"{name} '{shorten(one)}' is too long or not printable",
            )
    try:
        score = float(number)
    except ValueError:
        raise _Bad(f"score “{shorten(number)}”不是数", f"score '{shorten(number)}' is no number") from None
    if not 0 <= score <= 1:  # nan is neither
        raise _Bad(f"score {shorten(number)} 不在 0–1 之间", f"score {shorten(number)} is not within 0–1")
    return (enterprise, team), score


def _columns(path: Path, first: Sequence[str]) -> tuple[int, int, int] | None:
    """Return where the columns are by the header; None where the first row is none."""
    said = [cell.strip().lower() for cell in first]
    found = {
        name: next((place for place, cell in enumerate(said) if cell in words), None)
        for name, words in _HEADINGS.items()
    }
    if all(place is None for place in found.values()):
        return None
    places = [place for place in found.values() if place is not None]
    if len(places) < len(found):
        missing = "、".join(_HEADINGS[name][0] for name, place in found.items() if place is None)
        raise UnreadableFile(
            f"文件 {path.name} 的表头缺 {missing}；应有 {_NAMES[0]}",
            f"the header of {path.name} lacks {missing.replace('、', ', ')}; it needs {_NAMES[1]}",
        )
    return places[0], places[1], places[2]


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows that hold anything, numbered from 1 as a spreadsheet does."""
    try:
        if path.stat().st_size > MAX_TEXT_BYTES:
            raise UnreadableFile(
                f"文件 {path.name} 太大，最多 {MAX_TEXT_BYTES // 2**20} MB；请只留 {_NAMES[0]} 三列",
                f"{path.name} is too large, at most {MAX_TEXT_BYTES // 2**20} MB; keep only {_NAMES[1]}",
            )
        text = decode(path.read_bytes(), path.name)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise UnreadableFile(
            f"affinity 文件 {path.name} 打不开（{said}）；路径相对于 SPEC，请检查",
            f"the affinity file {path.name} cannot be opened ({said}); its path is relative to the SPEC, check it",
        ) from error
    text = text.removeprefix("\ufeff")
    head = next((line for line in io.StringIO(text) if line.strip()), "")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max("\t,;", key=head.count))
    found: list[tuple[int, list[str]]] = []
    try:
        for row in rows:
            if any(map(str.strip, row)):
                found.append((rows.line_num, row))
    except csv.Error as error:
        raise UnreadableFile(
            f"文件 {path.name} 第 {rows.line_num} 行读不了（{error}）；请检查引号",
            f"{path.name} cannot be read at row {rows.line_num} ({error}); check its quotes",
        ) from error
    return found
