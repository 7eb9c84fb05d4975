"""Roadshows that plan themselves: gap, seconds and memory beside greedy assignment and the textbook model.

Every measure runs in a process of its own, so that its peak memory is its own: this module, called with
what to do, prints one line of JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from matcher.roadshow.gathering.affinity import event_of
from matcher.roadshow.plan import Plan
from matcher.roadshow.planner import plan
from matcher.roadshow.specs.reading import spec_from
from tests.bench.figures import Figure
from tests.matcher.roadshow.checker import violations
from tests.matcher.roadshow.generator import hall
from tests.matcher.roadshow.textbook import Facts, Textbook, greedy


class Size(NamedTuple):
    """An event's size, and what is wanted of its plan: seconds, gap (a share of the bound), and memory (GiB)."""

    enterprises: int
    teams: int
    slots: int
    tables: int
    seconds: float
    gap: float
    memory: float = 4.0

    @property
    def said(self) -> str:
        return f"{self.enterprises:,}×{self.teams}×{self.slots}×{self.tables}"


SIZES = (
    Size(60, 25, 8, 12, 10, 0.001),
    Size(300, 80, 20, 40, 60, 0.005),
    Size(1000, 200, 24, 80, 300, 0.03),
)
FLAVOURS = {False: "都全天在场 all there all day", True: "有人只来一段 some for a part of the day"}
_GIB = 2**30


def roadshows(_: Path) -> Iterator[Figure]:
    """Generated events of three sizes, each with everybody always there and with windows; then a cancellation."""
    for size in SIZES:
        for windows, flavour in FLAVOURS.items():
            what = f"路演 roadshow {size.said}, {flavour}"
            ours = _asked("plan", size, windows)
            book = _asked("textbook", size, windows)
            rule = _asked("greedy", size, windows)
            limit = f"wanted; {ours['violations']} rules are broken"
            yield Figure(f"{what}: gap to the proven bound", 100 * ours["gap"], "%", limit, 100 * size.gap)
            lost = 100 * (1 - rule["value"] / ours["bound"])
            yield Figure(f"{what}: gap", 100 * ours["gap"], "%", "greedy assignment, to our bound", lost)
            if "value" in book:
                peer = f"textbook model after {book['seconds']:.0f} s, to its bound"
                left = 100 * (1 - book["value"] / book["bound"])
                yield Figure(f"{what}: gap", 100 * ours["gap"], "%", peer, left)
            else:
                peer = f"textbook model: does not fit into {size.memory:.0f} GiB"
                yield Figure(f"{what}: gap", 100 * ours["gap"], "%", peer)
            yield Figure(f"{what}: time", ours["seconds"], "s", "wanted", size.seconds)
            yield Figure(f"{what}: peak memory", ours["memory"], "GiB", "wanted", size.memory)
    for windows, flavour in FLAVOURS.items():
        what = f"一队退出后重排 replan after a cancellation, {SIZES[0].said}, {flavour}"
        again = _asked("replan", SIZES[0], windows)
        yield Figure(f"{what}: time", again["seconds"], "s", "wanted", 10)
        yield Figure(f"{what}: meetings moved", again["moved"], "", "provably the fewest", again["least"])


def _asked(task: str, size: Size, windows: bool) -> dict[str, Any]:
    """Return what a process of its own says; without a value where its memory is not enough."""
    command = [sys.executable, "-m", "tests.bench.roadshows", task, str(SIZES.index(size)), str(int(windows))]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    if ran.returncode:
        # Only the textbook model may be too large; what else fails is no figure.
        if task != "textbook" or not ("MemoryError" in ran.stderr or "bad_alloc" in ran.stderr):
            raise RuntimeError(ran.stderr)
        return {}
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def _run(task: str, size: Size, windows: bool) -> dict[str, Any]:
    spec, rows, _ = hall(size.enterprises, size.teams, size.slots, size.tables, windows)
    if task == "greedy":
        return greedy(spec, rows)._asdict()
    if task == "textbook":
        # As much as the plan may have; what the loader maps but does not use counts too.
        resource.setrlimit(resource.RLIMIT_AS, (int((size.memory + 1) * _GIB),) * 2)
        return Textbook(Facts(spec, rows)).most_value(size.seconds)._asdict()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pairs.tsv")
        path.write_text("".join(f"{one}\t{other}\t{score}\n" for one, other, score in rows), "utf-8")
        first = _planned(spec, Path(folder), size)
        if task == "plan":
            return {
                "value": first.objective,
                "bound": first.bound,
                "gap": first.gap,
                "seconds": first.seconds,
                "violations": len(violations(spec, first.as_json(), rows)),
                "memory": _peak(),
            }
        # The team with most meetings calls off: that leaves most room for a mess.
        teams = [one.team_id for one in first.meetings]
        changed = spec | {"cancelled": [max(sorted({*teams}), key=teams.count)]}
        second = _planned(changed, Path(folder), size, first)
    before, after = (
        {(one.start, one.table, one.enterprise_id, one.team_id) for one in made.meetings}
        for made in (first, second)
    )
    stayed = len(before & after)
    most = Textbook(Facts(changed, rows)).most_kept(first.as_json()["meetings"])
    called_off = sum(one.team_id in changed["cancelled"] for one in first.meetings)
    return {
        "seconds": second.seconds,
        "moved": len(before) - called_off - stayed,
        "least": len(before) - called_off - most,
    }


def _peak() -> float:
    """Return the peak memory of this process in GiB; getrusage would count that of its parent too."""
    (line,) = (one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / _GIB


def _planned(spec: dict[str, Any], folder: Path, size: Size, base: Plan | None = None) -> Plan:
    event = event_of(spec_from(spec, files=True), folder, base)
    return plan(event, base=base, time_limit=size.seconds)


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1], SIZES[int(sys.argv[2])], sys.argv[3] == "1")))
