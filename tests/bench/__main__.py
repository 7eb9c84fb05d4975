"""``make bench``: speed beside a peer or a limit in the same run, and quality where the benchmarks are.

Prints a table and writes figures.json beside this file, which the README renders.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import xlsxwriter
from python_calamine import CalamineWorkbook
from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from corpora.store import Store
from corpora.vocabulary import Kind
from matcher import evaluation, files
from matcher.folds import need_folds, pair_folds
from matcher.intake import import_file
from matcher.learning import learning_curve
from matcher.matches import Scored
from matcher.recommend import Recommender
from matcher.service import Service
from matcher.settings import Settings
from matcher.training import Corpus, fit_ranker
from models.crossencoder import LevelCrossEncoder
from models.encoders import Encoder, default_cache
from models.features import FEATURES
from models.ranker import Ranker
from models.sides import Document
from tests.bench import bdci
from tests.bench.dragging import dragging
from tests.bench.figures import Figure, publish, seconds
from tests.bench.mapping import mapping
from tests.bench.placing import placing
from tests.bench.roadshows import roadshows
from tests.bench.serving import serving
from tests.bench.synthetic import synthetic_achievements

SHARED = Path(__file__).parents[3] / "shared" / "benchmarks"
ROWS = 5_000
ENCODED = 400
QUERIES = 60


def main() -> None:
    """Run the measures named on the command line, or all; figures of the others stay."""
    chosen = [measure for measure in MEASURES if not sys.argv[1:] or measure.__name__ in sys.argv[1:]]
    measured: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for measure in chosen:
            figures = []
            for figure in measure(Path(folder)):
                print(f"… {figure.what}: {figure.value:.4g} {figure.unit}", file=sys.stderr)
                figures.append(figure)
            _print(figures)
            measured[measure.__name__] = [figure._asdict() for figure in figures]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    publish(measured, date=date.today().isoformat(), machine=machine)


def importing(folder: Path) -> Iterator[Figure]:
    """Rows a second of a workbook, beside reading it alone and inserting its rows alone."""
    rows = synthetic_achievements(ROWS)
    path = folder / "成果.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("成果")
        sheet.write_row(0, 0, list(rows[0]))
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, list(row.values()))
    store = Store.create(folder / "import")
    ours = seconds(lambda: import_file(store, path, "bench"))
    again = seconds(lambda: import_file(store, path, "bench"))
    reading = seconds(lambda: CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())
    database = Database(folder / "bare.db")
    inserting = seconds(lambda: database.table("rows").insert_all(rows))
    yield Figure("导入 import, new rows", ROWS / ours, "rows/s", "python-calamine alone", ROWS / reading)
    yield Figure("导入 import, new rows", ROWS / ours, "rows/s", "bare insert_all", ROWS / inserting)
    yield Figure(
        "再次导入 import, same file again", ROWS / again, "rows/s", "python-calamine alone", ROWS / reading
    )


def encoding(folder: Path) -> Iterator[Figure]:
    """Texts a second, beside plain sentence-transformers on the same texts and weights."""
    texts = [str(row["成果简介"]) for row in synthetic_achievements(ENCODED, seed=1)]
    encoder = Encoder("bundled", default_cache())
    model = encoder.model
    model.encode(texts[:8])
    fresh = Encoder("bundled", default_cache())
    fresh.__dict__["model"] = model
    fresh.cache_folder = folder / "vectors"
    ours = seconds(lambda: fresh.encode(texts, "document"))
    cached = seconds(lambda: fresh.encode(texts, "document"))
    plain = seconds(lambda: model.encode_document(texts))
    yield Figure("编码 encode", ENCODED / ours, "texts/s", "sentence-transformers, fp32", ENCODED / plain)
    yield Figure(
        "编码（已缓存） encode, cached",
        ENCODED / cached,
        "texts/s",
        "sentence-transformers, fp32",
        ENCODED / plain,
    )


def matching(folder: Path) -> Iterator[Figure]:
    """Time to a first match in a new process, and of a warm match, beside a bare FAISS search."""
    environment = os.environ | {"MATCHER_DATA": str(folder / "demo")}
    command = [sys.executable, "-m", "matcher"]
    subprocess.run([*command, "init", "--demo"], env=environment, check=True, capture_output=True)
    subprocess.run([*command, "index"], env=environment, check=True, capture_output=True)
    asked = [*command, "match", "--need", "n-nuts-01", "--json"]
    first = seconds(lambda: subprocess.run(asked, env=environment, check=True, capture_output=True))
    typed = [*command, "match", "--text", f"从未问过的一句话 {time.time()}", "--json"]
    unseen = seconds(lambda: subprocess.run(typed, env=environment, check=True, capture_output=True))
    bare_start = seconds(lambda: subprocess.run([sys.executable, "-c", "import faiss"], check=True))
    yield Figure(
        "首次匹配 first match of a new process, known need",
        first,
        "s",
        "python -c 'import faiss'",
        bare_start,
    )
    yield Figure(
        "首次匹配 first match of a new process, unseen words",
        unseen,
        "s",
        "python -c 'import faiss'",
        bare_start,
    )
    service = Service(Settings(data=folder / "demo", cache=default_cache()))
    ids = (service.store.ids(Kind.NEED) * 2)[: QUERIES + 5]
    for need_id in ids:
        service.match_need(need_id)
    times = [seconds(lambda each=need_id: service.match_need(each)) for need_id in ids]
    index = faiss.IndexFlatIP(384)
    achievements = service.recommender().indexes.achievements
    index.add(achievements.vectors("text", achievements.keys))
    query = service.recommender().indexes.indexed_needs(ids[:1]).texts
    bare = [seconds(lambda: index.search(query, 10)) for _ in range(QUERIES)]
    yield Figure(
        "热匹配 p95 of a warm, explained match",
        _p95(times) * 1000,
        "ms",
        "bare FAISS search",
        _p95(bare) * 1000,
    )


def ranking(_: Path) -> Iterator[Figure]:
    """The public judgements in both situations, each pair predicted by a ranker that never saw it."""
    if not bdci.FOLDER.is_dir():
        return
    source = bdci.read_bdci()
    corpus = source.corpus(Encoder("bundled", default_cache()))
    titles = {one.key: one.title for one in source.achievements}
    recalls: list[tuple[float, int]] = []
    # The sum of the dense and lexical z-scores of the whole text.
    likeness = corpus.pairs[1]
    sums = likeness[:, [FEATURES.index("dense_text"), FEATURES.index("lexical")]].sum(1)
    fusion = {one[:2]: float(each) for one, each in zip(source.judged, sums, strict=True)}
    for situation, folds in (
        ("warm", pair_folds(source.judged, source.achievements)),
        ("cold", need_folds(source.judged, source.needs)),
    ):
        ndcgs, plain_ndcgs, predicted, levels = [], [], [], []
        for part in range(5):
            held = [one for one, fold in zip(source.judged, folds, strict=True) if fold == part]
            seen = [one for one, fold in zip(source.judged, folds, strict=True) if fold != part]
            recommend = Recommender(corpus.indexes, fit_ranker([corpus.judged_only(seen)]), 0.6)
            said = files.predict(recommend, [one[:2] for one in held])
            true = [level for *_, level in held]
            ndcgs.append(evaluation.evaluate_predictions(said, true)["ndcg@10"])
            plain = _fused(fusion, said)
            plain_ndcgs.append(evaluation.evaluate_predictions(plain, true)["ndcg@10"])
            predicted += said
            levels += true
            if situation == "cold":
                found = evaluation.evaluate_ranking(recommend, source.needs, held, titles)
                recalls.append((float(found["recall@20"] or 0), int(found["needs_with_recall@20"] or 0)))
        metrics = evaluation.evaluate_predictions(predicted, levels, 0.6)
        name = {"warm": "warm (judged needs, other pairs)", "cold": "cold (needs never seen)"}[situation]
        mean = float(np.mean([value or 0 for value in ndcgs]))
        fused = float(np.mean([value or 0 for value in plain_ndcgs]))
        yield Figure(f"nDCG@10, {name}, bdci", mean, "", "plain fusion, same pairs", fused)
        yield Figure(f"1/(1+MAE), {name}, bdci", float(metrics["contest"] or 0), "", "constant 2", 0.625)
        yield Figure(
            f"calibration error, {name}, bdci", float(metrics["calibration_error"] or 0), "", "wanted", 0.04
        )
    recall = sum(value * count for value, count in recalls) / sum(count for _, count in recalls)
    yield Figure("recall@20 of 12,272, cold, bdci", recall, "", "design's plain fusion", 0.41)
    yield from _speed(corpus)


def learning(_: Path) -> Iterator[Figure]:
    """The learning curve: needs that the ranker never saw, after so many judgements of each."""
    if not bdci.FOLDER.is_dir():
        return
    source = bdci.read_bdci()
    points = learning_curve(source.corpus(Encoder("bundled", default_cache())), source.needs)
    for point in points:
        what = f"nDCG@10 of a new need's other pairs after {point.judgements} judgements, bdci"
        yield Figure(what, point.ndcg, "", "after none", points[0].ndcg)
        what = f"1/(1+MAE) of a new need's other pairs after {point.judgements} judgements, bdci"
        yield Figure(what, point.contest, "", "after none", points[0].contest)


def _speed(corpus: Corpus) -> Iterator[Figure]:
    """Predicting 100 candidates of one need, warm, beside what the cross-encoder takes for them."""
    recommend = Recommender(corpus.indexes, fit_ranker([corpus]), 0.6)
    need_id = corpus.judged[0][0]
    ids = corpus.indexes.achievements.keys[:100]
    recommend.score_pairs(need_id, ids)
    ours = seconds(lambda: recommend.score_pairs(need_id, ids))
    reader = LevelCrossEncoder(Encoder("bundled", default_cache()))
    asked = [(corpus.needs[need_id].title, "一种耐高温的多孔陶瓷膜及其制备方法")] * 100
    reader.predict_proba(asked)
    reading = seconds(lambda: reader.predict_proba(asked))
    yield Figure(
        "预测100项 predict 100 candidates", ours * 1000, "ms", "cross-encoder, 100 titles", reading * 1000
    )


def _fused(likeness: Mapping[tuple[str, str], float], predicted: list[Scored]) -> list[Scored]:
    """The same pairs scored by the untrained fusion."""
    return [replace(one, score=likeness[one.need_id, one.achievement_id]) for one in predicted]


def finding_abstracts(_: Path) -> Iterator[Figure]:
    """Each title of csl asks for its own abstract."""
    path = SHARED / "csl" / "papers.jsonl"
    if not path.is_file():
        return
    papers = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    asked = [Document(paper["id"], paper["title"], paper["title"]) for paper in papers]
    offered = [Document(paper["id"], paper["text"][:200], paper["text"]) for paper in papers]
    indexes = files.indexed(asked, offered, Encoder("bundled", default_cache()))
    recommend = Recommender(indexes, Ranker.load(), 0.6)
    ranks = [
        next((1 / place for place, one in enumerate(found, 1) if one.achievement_id == one.need_id), 0.0)
        for found in files.rank(recommend, asked, 10)
    ]
    yield Figure(
        "MRR@10, title finds its abstract among 1,000 (csl)", float(np.mean(ranks)), "", "wanted", 0.985
    )


MEASURES = (
    importing,
    encoding,
    matching,
    ranking,
    learning,
    finding_abstracts,
    serving,
    roadshows,
    dragging,
    placing,
    mapping,
)


def _p95(times: list[float]) -> float:
    return float(np.percentile(times, 95))


def _print(figures: list[Figure]) -> None:
    shown = Table("指标 what", "值 value", "对照 beside", "值 value", "比 ratio")
    for figure in figures:
        peer = "" if figure.peer_value is None else f"{figure.peer_value:.4g}"
        ratio = "" if not figure.peer_value else f"{figure.value / figure.peer_value:.3g}"
        shown.add_row(figure.what, f"{figure.value:.4g} {figure.unit}", figure.peer, peer, ratio)
    Console().print(shown)


if __name__ == "__main__":
    main()
