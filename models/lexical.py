"""The lexical index: tantivy over character n-grams (BM25)."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
import tantivy

from corpora.errors import StaleIndex
from corpora.files import trouble
from models.ngrams import NgramWeights, buckets, grams
from models.text import fold
from models.vectors import Hits

_TOKENIZER = "ngrams"
_HEAP_BYTES = 64 * 2**20
#: Of a long query the rarest n-grams find as well as all of them, sooner.
_QUERY_GRAMS = 192


class LexicalIndex:
    """Keys and texts on disk in `folder`, or in memory without one; each ``update`` is one commit."""

    def __init__(self, folder: Path | None = None) -> None:
        schema = (
            tantivy.SchemaBuilder()
            .add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
            .add_text_field("body", stored=False, tokenizer_name=_TOKENIZER, index_option="freq")
            .build()
        )
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(schema, path=str(folder) if folder else None)
        except (ValueError, OSError) as error:
            if "No space" in str(error):
                raise trouble(folder or Path(), OSError(errno.ENOSPC, "No space left on device")) from error
            raise StaleIndex(
                f"全文索引 {folder} 损坏（{error}）；请运行 matcher index --rebuild",
                f"the lexical index {folder} is damaged ({error}); run `matcher index --rebuild`",
            ) from error
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(1, 2, False)).build()
        self._index.register_tokenizer(_TOKENIZER, analyzer)
        self._schema = schema
        self._folder = folder

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def update(self, texts: Iterable[tuple[str, str]], removed: Collection[str] = ()) -> None:
        """Add or replace (key, text) pairs and remove keys, in one commit.

        Raises DataFolderTrouble where the folder cannot be written.
        """
        try:
            writer = self._index.writer(_HEAP_BYTES, 1)
            for key in removed:
                writer.delete_documents_by_term("key", key)
            for key, text in texts:
                writer.delete_documents_by_term("key", key)
                writer.add_document(tantivy.Document(key=key, body=fold(text)))
            writer.commit()
            writer.wait_merging_threads()
        except ValueError as error:  # what tantivy makes of every fault, a full disk's too
            raise trouble(self._folder or Path(), OSError(str(error))) from error
        self._index.reload()

    def search(
        self, text: str, k: int, weights: NgramWeights, allowed: Collection[str] | None = None
    ) -> Hits:
        """Return the k best (key, BM25) for the text, its n-grams boosted by `weights`, best first."""
        rarest = _rarest(text, weights)
        if not rarest or k <= 0:
            return []
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(
                tantivy.Query.term_query(self._schema, "body", gram, "freq"), weight))
            for gram, weight in rarest
        ]  # fmt: skip
        query = tantivy.Query.boolean_query(clauses)
        if allowed is not None:
            within = tantivy.Query.const_score_query(
                tantivy.Query.term_set_query(self._schema, "key", list(allowed)), 0.0
            )
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, within)])
        searcher = self._index.searcher()
        hits = searcher.search(query, k, count=False).hits
        return [(str(searcher.doc(address)["key"][0]), float(score)) for score, address in hits]


def _rarest(text: str, weights: NgramWeights) -> list[tuple[str, float]]:
    """Return the query's distinct n-grams with their weights, heaviest first, at most _QUERY_GRAMS."""
    counts = Counter(grams(text))
    if not counts:
        return []
    distinct = list(counts)
    weight = (1 + np.log(list(counts.values()))) * weights.idf(buckets(distinct))
    order = np.argsort(-weight, kind="stable")[:_QUERY_GRAMS]
    return [(distinct[position], float(weight[position])) for position in order]
