"""Files of scores, well made and not."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import UnreadableFile
from corpora.readers.guard import MAX_TEXT_BYTES
from corpora.readers.scores import read_scores


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "pairs.tsv"
    path.write_bytes(text.encode(encoding))
    return path


def wrong(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_scores(path)
    said = str(caught.value)
    assert "\n" not in said
    assert path.name in said
    assert len(said) < 500
    return said


@pytest.mark.parametrize(
    "text",
    [
        "enterprise_id\tteam_id\tscore\ne1\tt1\t0.5\ne2\tt1\t1\n",
        "e1\tt1\t0.5\ne2\tt1\t1\n",
        "e1,t1,0.5\r\ne2,t1,1.0\r\n",
        "\ufeffscore,team,enterprise\n0.5,t1,e1\n1,t1,e2",
        "企业,团队,得分,备注\ne1,t1,0.5,\ne2,t1,1,好\n",
        "企业；\n".replace("企业；\n", "") + '"e1";"t1";"0.5"\n\n"e2";"t1";"1"\n',
        " e1 \t t1 \t 0.5 \n\n\ne2\tt1\t1e0\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_scores_are_read_however_they_are_written(text: str, encoding: str, tmp_path: Path) -> None:
    if encoding != "utf-8":
        text = text.removeprefix("\ufeff")
    assert read_scores(written(tmp_path, text, encoding)) == {("e1", "t1"): 0.5, ("e2", "t1"): 1.0}


def test_the_order_of_the_file_is_kept(tmp_path: Path) -> None:
    assert list(read_scores(written(tmp_path, "b\tt\t0\na\tt\t0\nb\ts\t0\n"))) == [
        ("b", "t"),
        ("a", "t"),
        ("b", "s"),
    ]


def test_text_among_ten_thousand_numbers_is_one_line(tmp_path: Path) -> None:
    lines = ["enterprise_id\tteam_id\tscore"]
    lines += [f"e{number // 100}\tt{number % 100}\t{number % 97 / 97:.3f}" for number in range(10_000)]
    lines[4321] = "e43\tt20\t强相关"
    said = wrong(written(tmp_path, "\n".join(lines)))
    assert "row 4322: score '强相关' is no number" in said
    assert "more" not in said
    lines[6000:6010] = ["x\ty\tz"] * 10
    assert "(and 10 more bad rows)" in wrong(written(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no scores"),
        (" \n\n", "no scores"),
        ("enterprise_id\tteam_id\tscore\n", "no scores"),
        ("enterprise_id\tteam_id\ne1\tt1\n", "lacks score"),
        ("score\n1\n", "lacks enterprise_id, team_id"),
        ("e1\tt1\n", "row 1: has 2 columns"),
        ("e1\tt1\t0.5\ne2\n", "row 2: has 1 columns"),
        ("e1\tt1\t1.2\n", "1.2 is not within 0–1"),
        ("e1\tt1\t-0.1\n", "-0.1 is not within"),
        ("e1\tt1\tnan\n", "nan is not within"),
        ("e1\tt1\tinf\n", "inf is not within"),
        ("e1\tt1\t85%\n", "'85%' is no number"),
        ("e1\tt1\t\n", "score '' is no number"),
        ("\tt1\t0.5\n", "enterprise_id is empty"),
        ("e1\t \t0.5\n", "team_id is empty"),
        ("e1\tt\x00\t0.5\n", "not printable"),
        (f"{'e' * 201}\tt\t0.5\n", "too long"),
        ("e1\tt1\t0.5\n\ne1\tt1\t0.6\n", "row 3: 'e1 – t1' scores 0.6, but 0.5 in row 1"),
        ('e1\t"t1\t0.5\ne2\tt1\t0.5\n', "columns"),
    ],
)
def test_what_is_wrong_is_one_line(text: str, named: str, tmp_path: Path) -> None:
    assert named in wrong(written(tmp_path, text))


def test_a_pair_may_be_said_twice_alike(tmp_path: Path) -> None:
    assert read_scores(written(tmp_path, "e\tt\t0.5\ne\tt\t0.50\n")) == {("e", "t"): 0.5}


def test_what_is_no_text_or_not_there_is_one_line(tmp_path: Path) -> None:
    wrong(tmp_path / "nowhere.tsv")
    wrong(tmp_path)
    path = tmp_path / "noise.tsv"
    path.write_bytes(bytes(range(256)) * 40)
    wrong(path)
    with path.open("wb") as stream:
        stream.truncate(MAX_TEXT_BYTES + 1)
    assert "too large" in wrong(path)


def test_a_large_file_is_read_in_a_moment(tmp_path: Path) -> None:
    import time

    text = "".join(
        f"e{one}\tt{other}\t0.{one * other % 1000:03d}\n" for one in range(1000) for other in range(200)
    )
    path = written(tmp_path, text)
    started = time.process_time()
    assert len(read_scores(path)) == 200_000
    assert time.process_time() - started < 5
