"""How long the frozen program takes to its first window, beside a bare PySide6 window frozen the same way.

    build/clean/bin/python benchmarks/start.py [--rounds 15]     (after: make frozen)

Both are started in turn under one Xvfb, so that whatever else the machine does falls on both. The clock runs from the
start of the process until X11 says that a window of it is on screen; it is asked again and again, which takes some
milliseconds each time (xdotool with --sync would ask twice a second only). Both start with warm file
caches: the first round of each is left out. The study is a packed file with six pictures.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build" / "frozen" / "neuronjury" / "neuronjury"
MOST_SECONDS = 120
BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
program = QApplication(sys.argv)
window = QMainWindow()
window.setWindowTitle("A bare window")
window.resize(1280, 860)
window.show()
sys.exit(program.exec())
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = frozen_bare(folder)
        subprocess.run([sys.executable, ROOT / "packaging" / "smoke_study.py", "make", folder], cwd=folder, check=True)
        read, write = os.pipe()
        screen = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"]
        with subprocess.Popen(screen, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
            try:
                display = ":" + os.read(read, 16).decode().strip()
                print_table(measure(folder, bare, display, rounds))
            finally:
                server.terminate()


def frozen_bare(folder: Path) -> Path:
    """A window with nothing in it, frozen by PyInstaller as the program is: a folder, not stripped, no UPX."""
    script = folder / "bare.py"
    script.write_text(BARE)
    places = ["--distpath", folder / "dist", "--workpath", folder / "work", "--specpath", folder]
    command = [sys.executable, "-m", "PyInstaller", "--onedir", "--log-level", "ERROR", *places, script]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "dist" / "bare" / "bare"


def measure(folder: Path, bare: Path, display: str, rounds: int) -> dict[str, list[float]]:
    """Seconds to the first window, by what was started."""
    started = {
        "a bare PySide6 window": ([bare], "A bare window"),
        "Neuron Jury, no study": ([PROGRAM], "Neuron Jury"),
        "Neuron Jury, a packed study": ([PROGRAM, folder / "for-rater.jury"], "A try-out of Neuron Jury"),
    }
    environment = os.environ | {"DISPLAY": display, "XDG_CONFIG_HOME": str(folder / "config")}
    environment.pop("QT_QPA_PLATFORM", None)
    seconds: dict[str, list[float]] = {name: [] for name in started}
    for _ in range(rounds + 1):
        for name, (command, title) in started.items():
            seconds[name].append(to_first_window(command, title, environment))
    return {name: values[1:] for name, values in seconds.items()}


def to_first_window(command: list[Path], title: str, environment: dict[str, str]) -> float:
    """From the start of the process until its window is on screen."""
    waiting = ["xdotool", "search", "--onlyvisible", "--name", f"^{title}"]
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environment) as program:
        try:
            while subprocess.run(waiting, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
                if program.poll() is not None or time.perf_counter() - begun > MOST_SECONDS:
                    sys.exit(f"No window: {command[0]}")
                time.sleep(0.005)
            return time.perf_counter() - begun
        finally:
            program.terminate()


def print_table(seconds: dict[str, list[float]]) -> None:
    """Medians, spread, and how many times the bare window's."""
    bare = statistics.median(next(iter(seconds.values())))
    print("| what starts | median | fastest | slowest | times the bare window |")
    print("| --- | --- | --- | --- | --- |")
    for name, values in seconds.items():
        middle = statistics.median(values)
        print(f"| {name} | {middle:.2f} s | {min(values):.2f} s | {max(values):.2f} s | {middle / bare:.2f} |")


if __name__ == "__main__":
    main()
