"""No text, and no need, is on both sides of a fold."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import BadRequest
from corpora.vocabulary import Kind
from matcher.duplicates import SAME_TITLES
from matcher.files import Judged, read_documents, read_judgements
from matcher.folds import near_identical, need_folds, pair_folds
from models.sides import Document
from models.sketch import Likeness

#: Few words, so that titles are often the same or nearly so.
_TITLES = st.lists(st.sampled_from(["板栗", "去壳", "冷藏", "钒渣", "提取", "装置", "光伏", "监测"]),
                   min_size=1, max_size=6).map("".join)  # fmt: skip


@st.composite
def corpora(draw: st.DrawFn) -> tuple[list[Judged], list[Document], list[Document]]:
    """Judged pairs, each pair once, with their needs and achievements."""
    needs, achievements = (
        [Document(f"{kind}{place}", title, title) for place, title in enumerate(titles)]
        for kind in "na"
        for titles in [draw(st.lists(_TITLES, min_size=3, max_size=12))]
    )
    chosen = draw(
        st.lists(st.tuples(st.sampled_from(needs), st.sampled_from(achievements)), min_size=4, unique=True)
    )
    judged = [(need.key, one.key, draw(st.integers(1, 4))) for need, one in chosen]
    return judged, needs, achievements


@settings(max_examples=150, deadline=None)
@given(corpora(), st.integers(2, 4), st.integers(0, 3))
def test_groups_never_straddle_and_every_pair_has_one_fold(
    corpus: tuple[list[Judged], list[Document], list[Document]], folds: int, seed: int
) -> None:
    judged, needs, achievements = corpus
    for divide, side, documents in ((need_folds, 0, needs), (pair_folds, 1, achievements)):
        group = dict(zip((each.key for each in documents), near_identical(documents).tolist(), strict=True))
        try:
            fold = divide(judged, documents, folds, seed)
        except BadRequest:
            counts = np.bincount([level for *_, level in judged])
            assert len({group[one[side]] for one in judged}) < folds or counts.max() < folds
            continue
        assert fold.shape == (len(judged),)
        assert set(fold.tolist()) == set(range(folds))
        of_group: dict[int, int] = {}
        for one, number in zip(judged, fold.tolist(), strict=True):
            assert of_group.setdefault(group[one[side]], number) == number
        assert (fold == divide(judged, documents, folds, seed)).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(_TITLES, min_size=1, max_size=15))
def test_alike_titles_are_of_one_group(titles: list[str]) -> None:
    group = near_identical([Document(str(place), title, title) for place, title in enumerate(titles)])
    for one, title in enumerate(titles):
        for other in range(one):
            if title == titles[other]:
                assert group[one] == group[other]


def test_near_identical_is_what_duplicates_links() -> None:
    text = "我们的冻栗仁出库时黄亮，化开不到一小时就泛灰，磕碰过的地方尤其黑，去年被扣款九十多万元，想请人来看看。"
    documents = [
        Document("1", "冻栗仁发灰", f"冻栗仁发灰\n{text}"),
        Document("2", "冻栗仁变灰黑", f"冻栗仁变灰黑\n{text.replace('九十多', '近百')}"),
        Document("3", "通讯基站风光互补发电系统", "通讯基站风光互补发电系统"),
        Document("4", "通讯基站 风光互补发电系统产品", "通讯基站 风光互补发电系统产品"),
        Document("5", "冻栗仁发灰", "冻栗仁发灰\n完全不同的另一段话，讲的是钒渣里怎样提钒，酸浸还是碱浸。"),
    ]
    one, two, three, four, five = near_identical(documents).tolist()
    assert one == two
    assert three == four
    assert len({one, three, five}) == 3


def test_too_little_to_divide_is_said() -> None:
    twins = [Document(str(place), "板栗去壳装置", "板栗去壳装置") for place in range(6)]
    judged = [("n", each.key, 1) for each in twins]
    with pytest.raises(BadRequest, match="1 unlike groups do not make 5 folds"):
        pair_folds(judged, twins)
    with pytest.raises(BadRequest, match="do not make 1 folds"):
        pair_folds(judged, twins, 1)
    with pytest.raises(BadRequest, match="0 judgements"):
        need_folds([], twins)


@pytest.mark.benchmarks
def test_public_judgements_divide_evenly_in_seconds(bdci: Path) -> None:
    needs = read_documents(bdci / "needs.jsonl", Kind.NEED)
    achievements = read_documents(bdci / "achievements.jsonl", Kind.ACHIEVEMENT)
    judged = read_judgements(bdci / "train.tsv", (n.key for n in needs), (a.key for a in achievements))
    start = time.perf_counter()
    groups = near_identical(achievements)
    assert time.perf_counter() - start < 10
    # No chain swallows the corpus: the largest group is one title, word for word.
    sizes = np.bincount(groups)
    assert sizes.max() <= 25
    assert (
        len({each.title for each, group in zip(achievements, groups, strict=True) if group == sizes.argmax()})
        == 1
    )
    true = np.asarray([level for *_, level in judged])
    for fold in (pair_folds(judged, achievements), need_folds(judged, needs)):
        counts = np.bincount(fold)
        assert counts.max() - counts.min() < 0.02 * counts.mean()
        strong = [(true[fold == number] >= 3).mean() for number in range(5)]
        assert max(strong) - min(strong) < 0.01


@pytest.mark.benchmarks
def test_hardly_an_alike_pair_is_missed(bdci: Path) -> None:
    """Every pair of a sample of the distinct titles, compared outright."""
    titles = sorted({each.title for each in read_documents(bdci / "achievements.jsonl", Kind.ACHIEVEMENT)})[
        ::4
    ]
    groups = near_identical([Document(title, title, title) for title in titles])
    prepared = [Likeness(title, "") for title in titles]
    alike = [
        (one, other) for one in range(len(titles)) for other in range(one)
        if prepared[one].similarity(prepared[other]) >= SAME_TITLES
    ]  # fmt: skip
    assert alike
    assert all(groups[one] == groups[other] for one, other in alike)
