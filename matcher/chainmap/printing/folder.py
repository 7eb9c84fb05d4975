"""The folder of a map: map.json and its papers, all of them new or all of them as they were."""

from __future__ import annotations

from pathlib import Path

from corpora.files import replacing_files
from matcher.chainmap.integration import IntegrationMap
from matcher.chainmap.printing.figures import write_figure_folder
from matcher.chainmap.printing.papers import PAPERS

#: In a folder figures are of more use than in an archive.
FIGURES = "figures"


def write_folder(folder: Path, chart: IntegrationMap) -> list[Path]:
    """Write the map, its papers and a figure of each chain into `folder`; return what is there now.

    Everything is written beside first, so that a full disk or an error leaves the files of the map
    before. Files of other names stay. Raises DataFolderTrouble.
    """
    with replacing_files(folder) as new:
        for name, paper in PAPERS.items():
            if name == FIGURES:
                write_figure_folder(new / FIGURES, chart)
            else:
                paper.write(new / paper.file, chart)
        made = sorted(path.name for path in new.iterdir())
    return [folder / name for name in made]
