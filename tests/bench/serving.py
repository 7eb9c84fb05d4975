"""The service under load: 100,000 achievements, eight clients (wrk), beside a route that does nothing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from corpora.records import Achievement, Need
from corpora.store import Origin, Store
from corpora.vocabulary import Kind
from models.encoders import Encoder, default_cache
from models.student import distil
from tests.bench.figures import Figure, seconds
from tests.bench.synthetic import synthetic_achievements

ACHIEVEMENTS = 100_000
CLIENTS = 8
SECONDS = 15
#: Prints the 95th percentile in milliseconds, requests a second, and how many were answered otherwise than 200.
_SCRIPT = """
local paths, turn = {{{paths}}}, {start}
request = function() turn = turn % #paths + 1; return wrk.format("GET", paths[turn]) end
done = function(summary, latency)
  io.write(string.format("MEASURED %f %f %d\\n", latency:percentile(95) / 1000,
    summary.requests / summary.duration * 1e6, summary.errors.status))
end
"""


def large_installation(folder: Path) -> dict[str, str]:
    """Make a data folder of the demo's needs and 100,000 achievements; return the environment that serves it.

    Its encoder is a student: the bundled one would encode for half an hour, and a stored need is not
    encoded again when it is matched.
    """
    demo, data, student = folder / "serving-demo", folder / "large", folder / "student"
    matcher = [sys.executable, "-m", "matcher"]
    environment = os.environ | {"MATCHER_DATA": str(demo)}
    subprocess.run([*matcher, "init", "--demo"], env=environment, check=True, capture_output=True)
    source = Store(demo)
    texts = [record.document for record in source.achievements()]
    queries = [record.document for record in source.needs()]
    data.mkdir()
    source.copy_to(data / "shuanglian.db")
    source.close()
    distil(Encoder("bundled", default_cache()), texts, queries).save(str(student))
    store = Store(data)
    rows = synthetic_achievements(ACHIEVEMENTS)
    made = [
        Origin(
            Achievement(
                id=row["编号"],
                title=row["成果名称"],
                text=row["成果简介"],
                institution=row["完成单位"],
                stage=row["成熟度"],
                modes=row["合作方式"],
                terms=row["合作条件"],
                region=row["所在地区"],
            )
        )
        for row in rows
    ]
    store.take_in(made, "synthetic", "0" * 64, "bench")
    store.close()
    environment |= {
        "MATCHER_DATA": str(data),
        "MATCHER_ENCODER": str(student),
        "MATCHER_CACHE": str(folder / "cache"),
        "MATCHER_LIMITS": "false",
    }
    subprocess.run([*matcher, "index"], env=environment, check=True, capture_output=True)
    return environment


@contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    """Run ``matcher serve`` and give its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "matcher", "serve", "--port", str(port), "--no-worker"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                urlopen(f"{url}/hello", timeout=5).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def under_load(url: str, paths: list[str], folder: Path, clients: int = CLIENTS) -> tuple[float, float]:
    """Return the 95th percentile (ms) and the requests a second when `clients` ask for `paths` in turn."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("the serving bench needs wrk (Debian package wrk)")
    script = folder / "paths.lua"
    listed = ",".join(f'"{path}"' for path in paths)
    script.write_text(_SCRIPT.format(paths=listed, start=0), "utf-8")
    command = [wrk, "-t1", f"-c{clients}", f"-d{SECONDS}s", "--timeout", "10s", "-s", str(script), url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    p95, rate, errors = next(line for line in said.splitlines() if line.startswith("MEASURED")).split()[1:]
    if int(errors):
        raise SystemExit(f"{errors} answers of {paths[0]} … were errors:\n{said}")
    return float(p95), float(rate)


def paths_of_needs(data: Path, form: str) -> list[str]:
    store = Store(data)
    ids = store.ids(Kind.NEED)
    store.close()
    return [form.format(quote(each)) for each in ids]


def seconds_until_matched(url: str, data: Path, like: str) -> float:
    """Return how long a need that was just saved takes to be an answer of the running service."""
    store = Store(data)
    offered = store.achievement(like)
    start = time.perf_counter()
    store.save(Need(id="n-fresh", title=offered.title, text=offered.text), "bench")
    store.close()
    while True:
        with urlopen(f"{url}/api/v1/achievements/{quote(like)}/matches?top=5", timeout=30) as answer:
            if b"n-fresh" in answer.read():
                return time.perf_counter() - start


def serving(folder: Path) -> Iterator[Figure]:
    """The pages and the API with 100,000 achievements and eight clients, beside a route that does nothing."""
    environment = large_installation(folder)
    data = Path(environment["MATCHER_DATA"])
    api = paths_of_needs(data, "/api/v1/needs/{}/matches")
    pages = paths_of_needs(data, "/needs/{}")
    words = (
        "板栗",
        "核桃 油",
        "光伏",
        "钒",
        "香菇 菌棒",
        "塑料 再生",
        "尾矿",
        "中药材 提取",
        "机",
        "设备 改造",
    )
    asked = [f"/search?kind=achievement&q={quote(word)}" for word in words]
    with served(environment) as url:
        first = seconds(lambda: urlopen(f"{url}/", timeout=60).close())
        # Both processes shall have loaded their indexes before anything is measured.
        under_load(url, api[:1], folder)
        hello, hello_rate = under_load(url, ["/hello"], folder)
        # Every need once, so that nothing is remembered: one client, one after the other.
        unseen = sorted(
            seconds(lambda path=path: urlopen(f"{url}{path}", timeout=60).close()) for path in api
        )
        for what, paths in (
            ("GET /api/v1/needs/{id}/matches", api),
            ("需求页 page of a need with matches", pages),
            ("边输边搜 search as you type", asked),
        ):
            # Once unmeasured, so that each process has been asked: what is asked anew stands below.
            under_load(url, paths, folder)
            p95, rate = under_load(url, paths, folder)
            yield Figure(f"{what}, p95, 8 clients", p95, "ms", "hello route", hello)
            yield Figure(f"{what}, 8 clients", rate, "requests/s", "hello route", hello_rate)
        yield Figure("同上，第一次问 the same API route, never asked before, p95, 1 client",
                     1000 * unseen[int(0.95 * len(unseen))], "ms", "hello route, 8 clients", hello)  # fmt: skip
        yield Figure("首页 first page after the server answers", first, "s")
        fresh = seconds_until_matched(url, data, "a-nuts-02")
        yield Figure("新需求可被匹配 until a saved need is matched", fresh, "s", "wanted", 2.0)
