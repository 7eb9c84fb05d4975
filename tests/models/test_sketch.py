"""Sketches bring near-duplicates together and keep others apart."""

from __future__ import annotations

from models.sketch import SHARED, Likeness, sketch

TEXT = "我们的冻栗仁发到沿海馅料厂，出库时黄亮，化开不到一小时就泛灰，磕碰过的地方尤其黑，去年被扣款九十多万元，想请人来看看。"
TITLE = "冷冻栗仁化冻后发灰发黑"


def shared(one: tuple[str, str], other: tuple[str, str]) -> int:
    return len(set(sketch(*one)) & set(sketch(*other)))


def test_an_edited_copy_shares_the_sketch() -> None:
    edited = TEXT.replace("沿海", "南方").replace("，想请人来看看", "")
    assert shared((TITLE, TEXT), (f"关于{TITLE}的问题", edited)) >= SHARED


def test_another_need_of_the_field_does_not() -> None:
    other = "板栗入冷库三个月以后霉果超过一成，翻拣要三十个人，想找能提前挑出霉果又不伤好果的办法。"
    assert shared((TITLE, TEXT), ("板栗冷藏霉变早期分选", other)) < SHARED


def test_likeness_is_of_the_text_where_there_is_one() -> None:
    same_text = Likeness(TITLE, TEXT).similarity(Likeness("求助", TEXT))
    same_title = Likeness(TITLE, TEXT).similarity(Likeness(TITLE, "完全不同的另一段话，讲的是钒渣。"))
    assert same_text == 100
    assert same_title < 40
    assert Likeness(TITLE, "").similarity(Likeness(TITLE, "")) == 100
