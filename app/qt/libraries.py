"""Faults of the system's libraries, told before or instead of Qt's own words. Imports no Qt."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

from app.errors import Fault

_FOR_IMPORT = "libglib2.0-0 libgl1 libegl1 libfontconfig1 libxkbcommon0 libdbus-1-3"
_FOR_X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}


def missing_library(error: ImportError) -> Fault:
    """What to tell a person where the window's toolkit cannot be imported."""
    said = str(error)
    if ".so" in said:
        library = said.split(":")[0]
        return Fault(
            f"The window cannot open: the system library {library} is missing. On Debian or Ubuntu:"
            f" sudo apt install {_FOR_IMPORT}"
        )
    again = "" if getattr(sys, "frozen", False) else ": pip install --force-reinstall neuron-jury"
    return Fault(f"The window cannot open ({said}). Install the program again{again}")


def check_display(
    environment: Mapping[str, str] = os.environ, load: Callable[[str], ctypes.CDLL] = ctypes.CDLL
) -> None:
    """Check what Qt does not survive: it ends the process where its X11 part misses a library or the screen.

    Raises:
        Fault: there is no screen, or a library is missing; it says what to install.
    """
    if not sys.platform.startswith("linux"):
        return
    platform = environment.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform not in ("", "xcb"):
        return
    if not platform and environment.get("WAYLAND_DISPLAY"):
        return  # Qt goes to Wayland, and the X11 libraries are not needed
    display = environment.get("DISPLAY")
    if not display:
        raise Fault("There is no screen to open a window on (DISPLAY is not set). Start this on a desktop.")
    missing = [package for library, package in _FOR_X11.items() if not _loads(library, load)]
    if missing:
        raise Fault(
            "The window cannot open: system libraries are missing. On Debian or Ubuntu:"
            f" sudo apt install {' '.join(missing)}"
        )
    if not _answers(display, load("libxcb.so.1")):
        raise Fault(f"The screen {display} (DISPLAY) cannot be reached. Start this on a desktop, or set DISPLAY right.")


def _answers(display: str, xcb: ctypes.CDLL) -> bool:
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused


def _loads(library: str, load: Callable[[str], object]) -> bool:
    try:
        load(library)
    except OSError:
        return False
    return True
