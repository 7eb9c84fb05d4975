"""The picture of an evaluation, in each format, with and without a Chinese font."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.font_manager import FontEntry, fontManager
from matplotlib.image import imread

from corpora.errors import BadRequest, DataFolderTrouble
from matcher.matches import Scored
from matcher.plots import chinese_font, draw

PAIRS = [
    Scored(f"n{place // 4}", f"a{place}", 2, (0.1, 0.9 - place / 100, place / 100, 0.0), float(place % 4))
    for place in range(80)
]
LEVELS = [1 + (place * 7) % 4 for place in range(80)]
#: What matplotlib itself brings: none of it Chinese, one of it a box for every letter.
LATIN = [each for each in fontManager.ttflist if "mpl-data" in each.fname]


def test_a_picture_keeps_its_shape(tmp_path: Path) -> None:
    draw(tmp_path / "e.png", PAIRS, LEVELS, 0.6)
    picture = imread(tmp_path / "e.png")
    assert picture.shape[:2] == (960, 1600)
    assert picture[..., :3].std() > 0.05


def test_svg_keeps_text_as_text_in_both_languages(tmp_path: Path) -> None:
    for fonts in (None, LATIN):
        assert draw(tmp_path / "e.svg", PAIRS, LEVELS, 0.6, fonts)
        content = (tmp_path / "e.svg").read_text("utf-8")
        for said in ("预测概率 predicted probability", "作答的需求", "threshold 0.6: 5 / 20"):
            assert said in content


def test_without_a_chinese_font_the_labels_are_english(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    assert chinese_font(LATIN) is None
    assert not draw(tmp_path / "e.png", PAIRS, LEVELS, 0.6, LATIN)
    assert not draw(tmp_path / "e.pdf", PAIRS, LEVELS, 0.6, LATIN)
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]  # no boxes


def test_a_chinese_font_is_found_where_there_is_one(tmp_path: Path) -> None:
    name = chinese_font(fontManager.ttflist)
    if name is None:
        pytest.skip("this machine has no Chinese font")
    assert draw(tmp_path / "e.png", PAIRS, LEVELS, 0.6)
    gone = FontEntry("/nowhere/gone.ttf", 0, "Gone Sans SC")
    assert chinese_font([gone, *fontManager.ttflist]) == name


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_same_judgements_give_the_same_bytes(tmp_path: Path, form: str) -> None:
    one, other = tmp_path / f"1.{form}", tmp_path / f"2.{form}"
    for path in (one, other):
        draw(path, PAIRS, LEVELS, 0.6)
    assert one.read_bytes() == other.read_bytes()


def test_little_can_be_drawn_too(tmp_path: Path) -> None:
    assert draw(tmp_path / "one.svg", PAIRS[:1], LEVELS[:1], 0.99)
    assert "threshold 0.99: 0 / 1" in (tmp_path / "one.svg").read_text("utf-8")


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"cannot draw 'e.gif'; let its name end in .svg, .png, .pdf"):
        draw(tmp_path / "e.gif", PAIRS, LEVELS, 0.6)
    with pytest.raises(DataFolderTrouble, match="no such folder"):
        draw(tmp_path / "none" / "e.svg", PAIRS, LEVELS, 0.6)


def test_no_other_command_waits_for_matplotlib() -> None:
    code = "import sys, matcher.cli.batch; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
