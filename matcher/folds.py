"""Folds for honest evaluation, in the two situations that a matching service meets.

*Warm*: somebody has judged some pairs of a need, and its other pairs are asked for; a need may lie on
both sides. *Cold*: the need is new, and lies whole on one side. In both, what is near-identical stays
together, or memory would pass for judgement.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from corpora.errors import BadRequest
from matcher.duplicates import SAME, SAME_TITLES
from matcher.files import Judged
from models.sides import Document
from models.sketch import Likeness, sketch
from models.text import fold

#: Hashes that two sketches share before they are compared: fewer than among stored records, for here
#: a missed pair leaks. Of the pairs of distinct BDCI 2019 titles that are alike, two find all, three
#: miss one in twelve.
_SHARED = 2


def pair_folds(
    judged: Sequence[Judged], achievements: Sequence[Document], folds: int = 5, seed: int = 0
) -> NDArray[np.int64]:
    """Return the fold of each judged pair, shape (n,), for the warm situation.

    Pairs of near-identical achievements share a fold, whichever needs they belong to. Folds are of
    like size and like mixture of levels, as far as groups allow. Raises BadRequest where there is too
    little to divide. Every id in `judged` is an achievement's key.
    """
    groups = _groups_by_key(achievements)
    return _divide(
        judged, np.asarray([groups[achievement_id] for _, achievement_id, _ in judged]), folds, seed
    )


def need_folds(
    judged: Sequence[Judged], needs: Sequence[Document], folds: int = 5, seed: int = 0
) -> NDArray[np.int64]:
    """Return the fold of each judged pair, shape (n,), for the cold situation.

    All the pairs of a need, and of needs near-identical with it, share a fold; achievements may lie on
    both sides, as they do in a corpus that new needs come to. Otherwise as `pair_folds`.
    """
    groups = _groups_by_key(needs)
    return _divide(judged, np.asarray([groups[need_id] for need_id, _, _ in judged]), folds, seed)


def near_identical(documents: Sequence[Document]) -> NDArray[np.int64]:
    """Return the group of each document, shape (n,): the connected components of "says much the same".

    Alike is what `matcher.duplicates` links. Components may chain: among the 12,272 titles of BDCI 2019
    the largest holds 21, all of them one word for word; of distinct titles the largest holds six.
    """
    texts = [(fold(each.title), fold(each.text) if each.text != each.title else "") for each in documents]
    distinct = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    alike = _alike(list(distinct))
    _, group = connected_components(alike, directed=False)
    return np.asarray(group, np.int64)[[distinct[text] for text in texts]]


def _alike(texts: Sequence[tuple[str, str]]) -> csr_matrix:
    """Return which of the n distinct (title, text or "") are alike, shape (n, n), above the diagonal."""
    sketches = [sketch(title, text) for title, text in texts]
    sizes = np.asarray([len(each) for each in sketches], int)
    hashes, columns = np.unique([one for each in sketches for one in each], return_inverse=True)
    has = csr_matrix(
        (np.ones(len(columns), np.int32), (np.repeat(np.arange(len(texts)), sizes), columns)),
        shape=(len(texts), len(hashes)),
    )
    shared = (has @ has.T).tocoo()
    enough = np.minimum(_SHARED, np.minimum(sizes[shared.row], sizes[shared.col]))
    proposed = (shared.row < shared.col) & (shared.data >= enough)
    prepared = [Likeness(title, text) for title, text in texts]
    pairs = [
        (one, other)
        for one, other in zip(shared.row[proposed].tolist(), shared.col[proposed].tolist(), strict=True)
        if prepared[one].similarity(prepared[other])
        >= (SAME if texts[one][1] and texts[other][1] else SAME_TITLES)
    ]
    rows, others = np.asarray(pairs, int).reshape(-1, 2).T
    return csr_matrix((np.ones(len(pairs)), (rows, others)), shape=(len(texts), len(texts)))


def _groups_by_key(documents: Sequence[Document]) -> dict[str, int]:
    groups = near_identical(documents).tolist()
    return {each.key: group for each, group in zip(documents, groups, strict=True)}


def _divide(judged: Sequence[Judged], groups: NDArray[np.int64], folds: int, seed: int) -> NDArray[np.int64]:
    levels = np.asarray([level for *_, level in judged], int)
    most = np.bincount(levels).max() if len(levels) else 0
    if not 2 <= folds <= min(len(np.unique(groups)), most):
        raise BadRequest(
            f"{len(judged)} 条标注（{len(np.unique(groups))} 组互不近似）分不成 {folds} 折；"
            "请用更少的折（至少 2），或多标注一些",
            f"{len(judged)} judgements in {len(np.unique(groups))} unlike groups do not make {folds} folds; "
            "ask for fewer (at least 2), or judge more",
        )
    fold_of = np.empty(len(judged), np.int64)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A level rarer than the folds are many is in not every one of them: nobody can mend that.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for number, (_, held) in enumerate(splitter.split(levels, levels, groups)):
            fold_of[held] = number
    return fold_of
