"""The student: an encoder that adds up vectors of word pieces, distilled from a full one.

A StaticEmbedding (cost grows with words, not layers) whose vectors are the ridge regression of the
teacher's sentence vectors on the pieces that the sentences hold: in closed form, without training.
The pieces are learnt from the corpus itself, as are their vectors; cf. Tulkens & van Dongen, "Model2Vec",
2024, which distils from the pieces alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from models.cache import Vectors
from models.encoders import Encoder

_PIECES = 24_000
#: Texts that the regression is solved over, at most: memory grows with their square.
MOST_TEXTS = 12_000
#: Of the mean square of a text's bag: longer texts have smaller ones.
_RIDGE = 0.15


def distil(teacher: Encoder, documents: Sequence[str], queries: Sequence[str] = (), seed: int = 0) -> Any:
    """Return a SentenceTransformer that imitates the teacher on texts like these.

    Each text teaches in its role, so that asked and offered texts end up where the teacher puts them.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    tokenizer = _tokenizer([*documents, *queries])
    texts, vectors = _sample(teacher, documents, queries, seed)
    pieces = _bags(tokenizer, texts)
    centre = vectors.mean(0)
    gram = np.asarray((pieces @ pieces.T).todense(), np.float32)
    gram[np.diag_indices_from(gram)] += _RIDGE * gram.diagonal().mean()
    factor = cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    weights = pieces.T @ cho_solve(factor, vectors - centre) + centre
    static = StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(np.asarray(weights, np.float32)))
    return SentenceTransformer(modules=[static, Normalize()], device="cpu")


def _sample(
    teacher: Encoder, documents: Sequence[str], queries: Sequence[str], seed: int
) -> tuple[list[str], Vectors]:
    """Return up to MOST_TEXTS distinct texts with the teacher's vectors, shape (n, d)."""
    chance = np.random.default_rng(seed)
    roles = [(text, "document") for text in dict.fromkeys(documents)]
    roles += [(text, "query") for text in dict.fromkeys(queries)]
    chosen = [roles[place] for place in chance.permutation(len(roles))[:MOST_TEXTS].tolist()]
    texts, vectors = [], []
    for role in ("document", "query"):
        part = [text for text, its in chosen if its == role]
        if part:
            texts += part
            vectors.append(teacher.encode(part, role, "蒸馏 distilling"))
    return texts, np.vstack(vectors)


def _tokenizer(texts: Iterable[str]) -> Any:
    """Learn pieces of the texts: SentencePiece's unigram model (Kudo, 2018)."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation("removed")]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=_PIECES,
        special_tokens=["[UNK]"],
        unk_token="[UNK]",
        max_piece_length=6,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _bags(tokenizer: Any, texts: Sequence[str]) -> csr_matrix:
    """Return each text's pieces, shape (n, pieces), rows summing to 1: what StaticEmbedding averages."""
    ids = [encoded.ids for encoded in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
    lengths = np.asarray([len(each) for each in ids])
    data = np.repeat(1 / np.maximum(lengths, 1), lengths).astype(np.float32)
    flat = np.asarray([piece for each in ids for piece in each], np.int64)
    rows = np.repeat(np.arange(len(ids)), lengths)
    return csr_matrix((data, (rows, flat)), shape=(len(ids), tokenizer.get_vocab_size()))
