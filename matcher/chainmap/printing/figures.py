"""The figures of the map as files: the overview as SVG or PNG, one SVG a chain in a folder or an archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpora.files import replacing, replacing_folder
from matcher.chainmap.integration import ChainReport, IntegrationMap
from matcher.chainmap.printing import wording
from matcher.chainmap.printing.chainfigure import chain_figure
from matcher.chainmap.printing.drawing import picture
from matcher.chainmap.printing.overview import overview

#: The earliest day that an archive knows.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


def overview_picture(chart: IntegrationMap, form: str, chains: Sequence[ChainReport] | None = None) -> bytes:
    """Return the overview of all chains, or of those given, as "svg" or "png"."""
    shown = chart.chains if chains is None else chains
    return picture(lambda chinese: overview(shown, chinese), form, wording.title(chart))


def chain_picture(chain: ChainReport, form: str) -> bytes:
    """Return the figure of a chain as "svg" or "png"."""
    return picture(lambda chinese: chain_figure(chain, chinese), form, f"{chain.zh} {chain.en}")


def write_overview(path: Path, chart: IntegrationMap) -> None:
    """Write the overview in the format that the name ends in. Raises DataFolderTrouble."""
    content = overview_picture(chart, path.suffix.lower().removeprefix("."))
    with replacing(path) as stream:
        stream.write(content)


def write_figure_folder(path: Path, chart: IntegrationMap) -> None:
    """Write a figure of each chain into the folder `path`, which is replaced. Raises DataFolderTrouble."""
    with replacing_folder(path) as folder:
        for name, content in _figures(chart):
            (folder / name).write_bytes(content)


def write_figures(path: Path, chart: IntegrationMap) -> None:
    """Write an archive with the overview and a figure of each chain. Raises DataFolderTrouble."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [("map.svg", overview_picture(chart, "svg")), *_figures(chart)]:
            archive.writestr(zipfile.ZipInfo(name, _NO_DAY), content, zipfile.ZIP_DEFLATED)
    with replacing(path) as stream:
        stream.write(buffer.getbuffer())


def _figures(chart: IntegrationMap) -> Iterator[tuple[str, bytes]]:
    for chain in chart.chains:
        yield f"{chain.id}.svg", chain_picture(chain, "svg")
