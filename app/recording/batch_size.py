"""How many images go through the network at once: the fastest number that does not change a single bit."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from app.recording.images import Pixels
from app.recording.network import Network, Take, one_core

CPU_SIZES = (2, 4, 8, 16, 32)
ACCELERATOR_SIZE = 64
_SECONDS = 0.3
_GAIN = 1.05
"""A larger batch must be so many times as fast: a difference within noise is not worth its memory."""


def choose_batch(network: Network, takes: Mapping[str, Take], wanted: int | None = None, threads: int = 1) -> int:
    """How many images to put through the network at once; `wanted` where that can be had.

    Many kernels add in another order when there is another number of images, and the last bits of what they give
    differ. On a CPU a size for which that shows in a trial is not used, so that what is recorded depends on the
    images alone; of the others the fastest is taken, tried by as many threads as will run the network. On an
    accelerator nearly every size would fail that test, so the size is fixed there, and is part of the recording's
    identity.
    """
    if network.device.type != "cpu":
        return wanted or ACCELERATOR_SIZE
    with one_core(network.device):  # as the recorder's threads run it
        if wanted is not None:
            return wanted if _changes_nothing(network, takes, wanted) else 1
        best, best_rate = 1, _rate(network, takes, 1, threads)
        for size in CPU_SIZES:
            if (
                _changes_nothing(network, takes, size)
                and (rate := _rate(network, takes, size, threads)) > _GAIN * best_rate
            ):
                best, best_rate = size, rate
        return best


def _changes_nothing(network: Network, takes: Mapping[str, Take], size: int) -> bool:
    images = network.prepare(_noise(network, size))
    together = network.run(images, takes)
    for i in range(size):
        alone = network.run(images[i : i + 1], takes)
        if not all(torch.equal(together[layer][i], alone[layer][0]) for layer in takes):
            return False
    return True


def _rate(network: Network, takes: Mapping[str, Take], size: int, threads: int) -> float:
    """Images a second, all threads together."""
    images = network.prepare(_noise(network, size))
    end = time.perf_counter() + _SECONDS

    def run(_thread: int) -> int:
        torch.set_num_threads(1)
        done = 0
        while time.perf_counter() < end or not done:
            network.run(images, takes)
            done += size
        return done

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(run, range(threads))) / (time.perf_counter() - end + _SECONDS)


def _noise(network: Network, size: int) -> Pixels:
    side = network.model.preprocessing.crop
    return np.random.default_rng(0).integers(0, 256, (size, side, side, 3), dtype=np.uint8)
