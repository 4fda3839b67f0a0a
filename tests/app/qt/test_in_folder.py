"""A file, shown in the file manager."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.qt.in_folder import command_for

ROOT = Path(__file__).parents[3]


def test_explorer_and_finder_are_named_by_where_they_lie() -> None:
    path = Path("/home/a b/c.jury")
    found = command_for(path, "win32", {"SystemRoot": r"D:\Windows"})
    assert found == r'"D:\Windows\explorer.exe" /select,"/home/a b/c.jury"'
    assert str(command_for(path, "win32", {})).startswith(r'"C:\Windows\explorer.exe"')
    assert command_for(path, "darwin", {}) == ["/usr/bin/open", "-R", "/home/a b/c.jury"]
    assert command_for(path, "linux", {}) is None


SERVICE = """
import sys
from PySide6.QtCore import ClassInfo, QCoreApplication, QObject, QTimer, Slot
from PySide6.QtDBus import QDBusConnection

@ClassInfo({"D-Bus Interface": "org.freedesktop.FileManager1"})
class Manager(QObject):
    @Slot("QStringList", str)
    def ShowItems(self, uris, startup):
        print("shown", *uris, flush=True)
        program.quit()

program = QCoreApplication([])
manager, bus = Manager(), QDBusConnection.sessionBus()
assert bus.registerObject("/org/freedesktop/FileManager1", manager, QDBusConnection.RegisterOption.ExportAllSlots)
assert bus.registerService("org.freedesktop.FileManager1")
print("ready", flush=True)
QTimer.singleShot(20_000, program.quit)
program.exec()
"""
ASKING = """
import subprocess, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from app.qt.in_folder import show_in_folder

service = None
if sys.argv[1] == "there":
    service = subprocess.Popen([sys.executable, "-c", sys.argv[2]], stdout=subprocess.PIPE, text=True)
    assert service.stdout.readline() == "ready\\n"
program = QApplication([])

def opened(url):
    print("opened", url.toLocalFile())
    program.quit()

QDesktopServices.openUrl = opened
show_in_folder(Path("/tmp/a b/c.jury"))
if service is None:
    QTimer.singleShot(20_000, program.quit)
    program.exec()
else:
    QTimer.singleShot(500, program.quit)
    program.exec()
    print(service.communicate()[0], end="")
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="no D-Bus here")
@pytest.mark.parametrize(
    ("manager", "said"), [("there", "shown file:///tmp/a%20b/c.jury\n"), ("none", "opened /tmp/a b\n")]
)
def test_the_desktops_file_manager_is_asked_and_else_the_folder_is_opened(manager: str, said: str) -> None:
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", ASKING, manager, SERVICE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, said), done.stderr
