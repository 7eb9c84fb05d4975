"""Published figures: one file, rendered into the README and checked by a test."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

FIGURES = Path(__file__).with_name("figures.json")
README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)
_ABLATION_BLOCK = re.compile(r"(<!-- ablation -->\n).*?(<!-- /ablation -->)", re.DOTALL)


class Figure(NamedTuple):
    """One measured value, and what it stands beside."""

    what: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None


def seconds(run: Callable[[], Any]) -> float:
    """Return how long `run` takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def as_markdown() -> str:
    """Return the figures as the README shows them."""
    content = json.loads(FIGURES.read_text("utf-8"))
    lines = [
        f"Measured {content['date']} on {content['machine']} with `make bench`.",
        "",
        "| what | value | beside | value | ratio |",
        "| --- | ---: | --- | ---: | ---: |",
    ]
    for figure in (figure for figures in content["figures"].values() for figure in figures):
        peer = figure["peer_value"]
        ratio = f"{figure['value'] / peer:.3g}" if peer else ""
        shown = "" if peer is None else f"{peer:,.4g} {figure['unit']}".strip()
        value = f"{figure['value']:,.4g} {figure['unit']}".strip()
        lines.append(f"| {figure['what']} | {value} | {figure['peer']} | {shown} | {ratio} |")
    return "\n".join(lines) + "\n"


def ablation_as_markdown() -> str:
    """Return the ablation table as the README shows it."""
    lines = [
        "| | warm 1/(1+MAE) | warm nDCG@10 | warm ECE | cold 1/(1+MAE) | cold nDCG@10 | cold ECE |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, situations in json.loads(FIGURES.read_text("utf-8"))["ablation"].items():
        cells = [
            f"{situations[situation][metric]:.3f}" if situation in situations else ""
            for situation in ("warm", "cold")
            for metric in ("contest", "ndcg@10", "calibration_error")
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def publish(figures: Mapping[str, object] | None = None, **parts: object) -> None:
    """Write figures, by measure, and other parts into their file, keep what is not given, and render the README."""
    content = json.loads(FIGURES.read_text("utf-8")) | parts
    content["figures"] |= figures or {}
    FIGURES.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    README.write_text(render(README.read_text("utf-8")), "utf-8")


def render(readme: str) -> str:
    """Return the README's text with the figures of today in their place."""
    for block, text in ((_BLOCK, as_markdown()), (_ABLATION_BLOCK, ablation_as_markdown())):
        readme = block.sub(lambda found, text=text: found[1] + text + found[2], readme)  # type: ignore[misc]
    return readme
