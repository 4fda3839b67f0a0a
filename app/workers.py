"""Several processes of this program side by side, each with a share of the work, told apart as torchrun tells them.

A worker that dies is named and started once more; the others go on meanwhile. What it had saved it does not do again.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.errors import Fault

Progress = Callable[[str, int, int], None]
# -P: a folder called `app` where the person stands must not be taken for this program.
PROGRAM = (sys.executable, "-P", "-c", "from app.cli import main; main()")
_LINES = "NEURONJURY_PROGRESS"
_MARK = "progress"
TOLD = 64
"""The exit code of a worker that told a fault: starting it again would only bring the same."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which worker this process is, of how many."""

    rank: int
    parts: int

    @classmethod
    def here(cls, environment: Mapping[str, str] = os.environ) -> Place | None:
        """As torchrun, or `run_workers`, says; None for a process on its own.

        Raises:
            Fault: the environment contradicts itself.
        """
        if "RANK" not in environment or "WORLD_SIZE" not in environment:
            return None
        try:
            place = cls(int(environment["RANK"]), int(environment["WORLD_SIZE"]))
        except ValueError as error:
            raise Fault("RANK and WORLD_SIZE must be numbers, as torchrun sets them.") from error
        if not 0 <= place.rank < place.parts:
            raise Fault(f"RANK is {place.rank}, but WORLD_SIZE is {place.parts}.")
        return place


class ProgressLines:
    """Progress for the process that started this one: a few lines a second, or all, if it asks for `all`."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._next = 0.0
        self._pause = 0.0 if environment.get(_LINES) == "all" else 0.2

    def __call__(self, step: str, done: int, total: int) -> None:
        """Say that `done` of `total` parts of a step are done."""
        if done >= total or time.monotonic() >= self._next:
            self._next = time.monotonic() + self._pause
            print(_MARK, step, done, total, sep="\t", flush=True)

    @staticmethod
    def wanted(environment: Mapping[str, str] = os.environ) -> bool:
        """Whether the process that started this one listens."""
        return _LINES in environment


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[str]
    said: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    """Its last words, for the case that they are."""

    def end(self) -> str:
        """How it ended, in words."""
        code = self.process.returncode
        if code < 0:
            return f"was killed by {signal.Signals(-code).name}"
        last = next((line for line in reversed(self.said) if line.strip()), "")
        return f"ended with code {code}" + (f" ({last})" if last else "")


class _Crew:
    """All workers, each with a thread that puts what it says into one queue; None when it has ended."""

    def __init__(
        self, command: Sequence[str], count: int, step: str, progress: Progress, say: Callable[[str], None]
    ) -> None:
        self._command, self._count, self._step = list(command), count, step
        self._progress, self._say = progress, say
        self._heard: queue.Queue[tuple[int, str | None]] = queue.Queue()
        self._done: dict[int, tuple[int, int]] = {}
        self._died: dict[int, str] = {}
        self.lost: dict[int, str] = {}
        """The workers that died twice, and how."""
        self._running = {rank: self._start(rank) for rank in range(count)}

    def run(self) -> None:
        try:
            while self._running:
                rank, line = self._heard.get()
                if line is None:
                    self._ended(rank)
                else:
                    self._listen(rank, line)
        finally:
            for worker in self._running.values():
                worker.process.terminate()
            for worker in self._running.values():
                worker.process.wait()

    def _start(self, rank: int) -> _Worker:
        environment = os.environ | {
            "RANK": str(rank),
            "WORLD_SIZE": str(self._count),
            "LOCAL_RANK": str(rank),
            "LOCAL_WORLD_SIZE": str(self._count),
            _LINES: "some",
        }
        process = subprocess.Popen(
            self._command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        threading.Thread(target=self._read, args=(rank, process), daemon=True).start()
        return _Worker(process)

    def _read(self, rank: int, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self._heard.put((rank, line.rstrip("\n")))
        process.wait()
        self._heard.put((rank, None))

    def _listen(self, rank: int, line: str) -> None:
        mark, *words = line.split("\t")
        if mark != _MARK:
            self._running[rank].said.append(line)
        elif words[0] == self._step:
            self._done[rank] = int(words[1]), int(words[2])
            if len(self._done) == self._count:
                done, total = (sum(numbers) for numbers in zip(*self._done.values(), strict=True))
                self._progress(self._step, done, total)

    def _ended(self, rank: int) -> None:
        worker = self._running.pop(rank)
        if worker.process.returncode == TOLD:
            said = "\n".join(worker.said)
            raise Fault(said.partition("Error: ")[2] or said)
        if not worker.process.returncode:
            return
        if rank in self._died:
            self.lost[rank] = worker.end()
            return
        self._died[rank] = worker.end()
        self._say(f"Worker {rank + 1} of {self._count} {worker.end()}. Its part is taken up again.")
        self._running[rank] = self._start(rank)


def run_workers(command: Sequence[str], count: int, step: str, progress: Progress, say: Callable[[str], None]) -> None:
    """Run `command` in `count` processes and wait for all of them.

    Args:
        command: the program and its arguments; which worker each is stands in its environment.
        count: how many.
        step: the step of the workers whose progress is added up and shown.
        progress: called with (step, done, total) for all workers together.
        say: told when a worker died and is started again.

    Raises:
        Fault: a worker told a fault, or died twice.
    """
    crew = _Crew(command, count, step, progress, say)
    crew.run()
    if crew.lost:
        names = ", ".join(f"worker {rank + 1} of {count} {how}" for rank, how in crew.lost.items())
        raise Fault(f"Not all of it was recorded: {names}. Run the same command again: only what is missing is done.")
