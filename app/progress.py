"""Progress bars in the terminal."""

from __future__ import annotations

from tqdm import tqdm


class ProgressBars:
    """One bar a step, each finished before the next begins. Call it with (step, done, total)."""

    def __init__(self) -> None:
        self._step: str | None = None
        self._bar: tqdm[None] | None = None

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that `done` of `total` parts of a step are done."""
        if step != self._step or self._bar is None:
            self.close()
            self._step, self._bar = step, tqdm(total=total, desc=step, unit="", dynamic_ncols=True)
        self._bar.total = total
        self._bar.update(done - self._bar.n)
        if done >= total:
            self.close()

    def close(self) -> None:
        """Finish the bar that is open, if any."""
        if self._bar is not None:
            self._bar.close()
        self._bar = None
