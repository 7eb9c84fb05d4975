"""n-gram weights are scikit-learn's TF-IDF, and can be taken back."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from models.ngrams import NgramWeights, count

TEXTS = ["板栗板栗仁护色", "石煤提钒", "提钒废水", "废旧地膜清洗再生"]


def test_weights_agree_with_tfidfvectorizer() -> None:
    weights = NgramWeights()
    counts = count(TEXTS)
    weights.learn(counts)
    ours = weights.weigh(counts)
    peer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True).fit_transform(TEXTS)
    assert np.allclose((ours @ ours.T).toarray(), (peer @ peer.T).toarray(), atol=1e-4)


def test_width_case_and_punctuation_do_not_count() -> None:
    assert (count(["ＴＲＬ６，≥９５％"]) != count(["trl 6 ≥95%"])).nnz == 0
