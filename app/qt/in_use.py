"""Tells the second window on a study file of the first. It keeps nobody out: the file itself guards what is written."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QDir, QLockFile


class InUse:
    """This window's mark on a study file; it lies in the system's folder for temporary files, never beside the study.

    The mark of a program that is no longer there does not count.
    """

    def __init__(self, path: Path, folder: Path | None = None) -> None:
        digest = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]
        place = folder or Path(QDir.tempPath())
        self._lock = QLockFile(str(place / f"neuronjury-{digest}.lock"))
        self._lock.setStaleLockTime(0)  # however long it is open
        self.elsewhere = False
        """Another window has this study open."""
        self.claim()

    def claim(self) -> None:
        """Leave the mark, where it does not lie there yet: the other window's may be gone."""
        if not self._lock.isLocked():
            self._lock.tryLock(0)
            self.elsewhere = self._lock.error() == QLockFile.LockError.LockFailedError

    def release(self) -> None:
        """The study is closed here."""
        self._lock.unlock()
