"""The charts of a report as files of their own, for papers and slides."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from app.export.draw import draw
from app.export.plots import SIMULATED
from app.export.svg import drawing, on_paper, to_file
from app.findings.charts import Chart
from app.findings.labels import Label

FOLDER = "figures"
_DPI = 200


def figure_files(
    charts: Sequence[Chart], labels: Sequence[Label], simulated: bool, step: Callable[[], None]
) -> dict[str, bytes]:
    """`figures/KEY.svg` and `figures/KEY.png` of every chart, on white; `step` is called after each chart.

    The same charts give the same bytes on one machine: neither holds a date or the name of a program.
    """
    files: dict[str, bytes] = {}
    shades = on_paper(labels)
    for chart in charts:
        with drawing(chart.key, shades):
            canvas = draw(chart, labels, SIMULATED if simulated else "", shades)
            files[f"{FOLDER}/{chart.key}.svg"] = to_file(canvas)
            picture = io.BytesIO()
            canvas.savefig(picture, format="png", dpi=_DPI, facecolor="white", metadata={"Software": None})
            files[f"{FOLDER}/{chart.key}.png"] = picture.getvalue()
        step()
    return files
