"""The figures: what they say, the same bytes every time, with and without a Chinese font, any text, any map."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from matplotlib.image import imread

from corpora.chains import chains
from matcher.chainmap.integration import IntegrationMap
from matcher.chainmap.printing import drawing
from matcher.chainmap.printing.chainfigure import figure_height, laid_out
from matcher.chainmap.printing.drawing import DPI, wrapped
from matcher.chainmap.printing.figures import (
    chain_picture,
    overview_picture,
    write_figure_folder,
    write_figures,
    write_overview,
)
from matcher.chainmap.printing.overview import WIDTH, height, portions
from tests.matcher.chainmap.making import CHAINS, DAY, chart, rich


@pytest.fixture
def no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "chinese_font", lambda fonts: None)


def words(svg: bytes) -> str:
    """Return what an SVG says that keeps its text as text."""
    return "\n".join("".join(one.itertext()) for one in etree.fromstring(svg).iter("{*}text"))


@pytest.mark.usefixtures("no_font")
def test_the_overview_names_chains_and_top_nodes_with_their_verdicts_and_unmet_needs() -> None:
    said = words(overview_picture(rich(), "svg"))
    for text in (
        "板栗核桃",
        "光伏储能",
        "采后贮运与保鲜",
        "果壳利用",
        "上游 upstream",
        "补链 fill 1",
        "升链 upgrade 1",
    ):
        assert text in said
    assert "速冻栗仁" not in said  # a sub-node is left to its chain's figure
    lines = said.split("\n")
    assert lines[lines.index("采后贮运与保鲜") + 1] == "2"
    assert sorted(letter for letter in lines if letter in "补升建平少") == sorted(
        [*"补升建平少", *"少补升建少少"]
    )


@pytest.mark.usefixtures("no_font")
def test_a_chains_figure_has_every_node_with_its_numbers() -> None:
    nuts = rich().chains[0]
    said = words(chain_picture(nuts, "svg"))
    for text in ("速冻栗仁", "frozen kernels", "需2（缺2）成1 企1", "需1 成1 企1", "最长 1 条"):
        assert text in said


@pytest.mark.usefixtures("no_font")
def test_without_a_chinese_font_pixels_say_it_in_english(recwarn: pytest.WarningsRecorder) -> None:
    picture = imread(io.BytesIO(overview_picture(rich(), "png")))
    assert picture[..., :3].std() > 0.05
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]  # no boxes


def test_letters_are_shapes_where_the_font_is_here() -> None:
    svg = overview_picture(rich(), "svg")
    root = etree.fromstring(svg)
    if not list(root.iter("{*}text")):
        assert len(list(root.iter("{*}use"))) > 50
    assert not [
        one for one in root.iter() if isinstance(one.tag, str) and one.tag.endswith(("script", "image"))
    ]


def test_pictures_are_200_to_the_inch(tmp_path: Path) -> None:
    write_overview(tmp_path / "map.png", rich())
    tall, wide = imread(tmp_path / "map.png").shape[:2]
    assert wide == pytest.approx((WIDTH + 0.06) * DPI, abs=2)
    assert tall == pytest.approx(height(rich().chains) * DPI, abs=2)


@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_same_map_gives_the_same_bytes_and_no_time(form: str) -> None:
    first, second = overview_picture(rich(), form), overview_picture(rich(), form)
    assert first == second
    nuts = rich().chains[0]
    assert chain_picture(nuts, form) == chain_picture(nuts, form)
    assert not re.search(rb"<dc:date>", first)


def test_a_figure_a_chain_in_a_folder_and_in_an_archive(tmp_path: Path) -> None:
    write_figure_folder(tmp_path / "figures", rich())
    assert sorted(one.name for one in (tmp_path / "figures").iterdir()) == ["energy.svg", "nuts.svg"]
    for name in ("1.zip", "2.zip"):
        write_figures(tmp_path / name, rich())
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert archive.namelist() == ["map.svg", "nuts.svg", "energy.svg"]
        assert archive.read("nuts.svg") == (tmp_path / "figures" / "nuts.svg").read_bytes()


@pytest.mark.usefixtures("no_font")
def test_a_map_of_nothing_says_so() -> None:
    assert "还没有记录" in words(overview_picture(IntegrationMap(date=DAY), "svg"))
    assert "板栗核桃" in words(overview_picture(chart(), "svg"))


@pytest.mark.usefixtures("no_font")
def test_a_dollar_is_no_formula_and_a_bracket_no_markup() -> None:
    odd = CHAINS[1].model_copy(update={"zh": r"价 $\frac$ <b>&", "en": "$x_"})
    said = words(overview_picture(chart(chains=[odd]), "svg"))
    assert r"$\frac$" in said
    assert "<b>&" in said


def test_no_boxes_of_a_chain_lie_on_each_other() -> None:
    shipped = chart(chains=chains().values())
    for chain in shipped.chains:
        places = laid_out(chain)
        assert set(places) == {one.node.id for one in chain.nodes}
        for one, other in combinations(places.values(), 2):
            beside = one.right <= other.left or other.right <= one.left
            assert beside or one.top + one.height <= other.top or other.top + other.height <= one.top
        assert max(one.right for one in places.values()) <= WIDTH + 1e-9
        assert figure_height(chain) < 7


def test_the_overview_is_parted_by_height_and_no_chain_is_lost() -> None:
    shipped = chart(chains=chains().values())
    parts = portions(shipped, 4)
    assert [one.id for part in parts for one in part] == [one.id for one in shipped.chains]
    assert len(parts) > 1
    assert all(height(part) <= 4 for part in parts)
    assert portions(IntegrationMap(date=DAY), 4) == [[]]


@given(st.text(max_size=60), st.floats(0.4, 3), st.integers(1, 3))
@settings(deadline=None)
def test_text_is_wrapped_within_its_lines_and_only_its_end_is_lost(
    text: str, width: float, lines: int
) -> None:
    found = wrapped(text, width, 7, lines)
    assert 1 <= len(found) <= lines
    shown = "".join(found).replace(" ", "")
    whole = "".join(drawing.cell_text(text).split())
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


def test_lines_are_even_and_none_begins_with_a_comma() -> None:
    assert wrapped("设备联网、监测与改造服务", 0.75, 7, 2) == ["设备联网、监", "测与改造服务"]
    assert wrapped("检验标准五六、七", 0.63, 7, 2)[1][0] != "、"
