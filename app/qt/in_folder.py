"""Shows a file in the system's file manager, chosen there, where the system has a way to ask for that."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

_SERVICE, _OBJECT = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"
_WAIT_MS = 3_000
_WINDOWS = r"C:\Windows"


def show_in_folder(path: Path) -> None:
    """Open the file's folder in the file manager, with the file chosen where that can be done."""
    path = path.resolve()
    command = command_for(path, sys.platform, os.environ)
    if command is not None and _starts(command):
        return
    if sys.platform.startswith("linux") and _asked(path, lambda: _open_folder(path)):
        return
    _open_folder(path)


def command_for(path: Path, platform: str, environment: Mapping[str, str]) -> str | list[str] | None:
    """What shows a file on this platform; None where no program does.

    Programs are named by where they lie: one of the same name beside a file that came by mail must never be started.
    """
    if platform == "win32":
        # As one string: Explorer takes no other form of quotes, and no name on Windows has a quote in it.
        return rf'"{environment.get("SystemRoot", _WINDOWS)}\explorer.exe" /select,"{path}"'
    return ["/usr/bin/open", "-R", str(path)] if platform == "darwin" else None


def _starts(command: str | list[str]) -> bool:
    try:
        subprocess.Popen(command)
    except OSError:
        return False
    return True


def _asked(path: Path, otherwise: Callable[[], None]) -> bool:
    """Ask the file manager over D-Bus; whether it can be asked at all. Where it then says no, `otherwise` is done."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    message = QDBusMessage.createMethodCall(_SERVICE, _OBJECT, _SERVICE, "ShowItems")
    message.setArguments([[path.as_uri()], ""])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(message, _WAIT_MS), QApplication.instance())

    def answered(watcher: QDBusPendingCallWatcher) -> None:
        if watcher.isError():
            otherwise()
        watcher.deleteLater()

    watcher.finished.connect(answered)
    return True


def _open_folder(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
