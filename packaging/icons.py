"""Draws the program's icons from its one drawing: PNGs for Linux, an .ico for Windows, an .icns for macOS.

python packaging/icons.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
DRAWING = Path(__file__).resolve().parent.parent / "resources" / "window" / "icon.svg"


def main(folder: Path) -> None:
    """Write neuronjury-SIZE.png for each size, neuronjury.ico and neuronjury.icns into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    program = QGuiApplication([])  # fonts and painting need one
    renderer = QSvgRenderer(str(DRAWING))
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        if not image.save(str(folder / f"neuronjury-{size}.png")):
            sys.exit(f"{folder} cannot be written.")
    with Image.open(folder / f"neuronjury-{SIZES[-1]}.png") as largest:
        largest.save(folder / "neuronjury.ico", sizes=[(size, size) for size in SIZES if size <= 256])
        largest.save(folder / "neuronjury.icns")
    del program


if __name__ == "__main__":
    main(Path(sys.argv[1]))
