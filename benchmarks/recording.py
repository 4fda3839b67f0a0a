"""How fast the recorder is, against what the hardware allows and against other ways, all measured in one run.

    .venv/bin/python benchmarks/recording.py [--images 1000] [--rounds 3] [--thingsvision PYTHON] [--out TABLE.md]

Every round runs each way once on the same JPEGs, one after the other, so that whatever else the machine does falls on
all of them; the figures are medians over rounds, and the ratios medians of the ratios within rounds.

recorder      `Job.record` as `neuronjury record` calls it: reading, hashing, decoding, the network, tallies, saving
limit         1 / (1 / decode + 1 / forward): images a second that all cores decode and transform, and that they put
              through the stopped network from tensors that lie ready, in the fastest of several ways. A core can do
              only one of them at a time.
loop          a plain DataLoader and a full forward pass with a hook, without and with a worker process for each core
thingsvision  its extractor on the same files, with its own loader and with worker processes, where --thingsvision
              names the Python of an environment that has it: see docs/benchmarks.md
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from app.recording.batch_size import choose_batch
from app.recording.fields import Fields
from app.recording.images import Preprocessing, decode, fit
from app.recording.models import Model
from app.recording.network import Network
from app.recording.recorder import Recorder, cores
from app.recording.recording import Job
from app.recording.sources import ImageSource, folder_source
from app.recording.torchvision_ import torchvision
from app.recording.units import Places, Unit, takes

LAYERS = (("squeezenet1_1", "features.7"), ("squeezenet1_1", "features.12"), ("resnet18", "layer2"))
PREPROCESSING = Preprocessing(256, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "bilinear")
LOOP_BATCH = 32


def make_images(folder: Path, count: int) -> None:
    """JPEGs of about 500 x 375 pixels and 90 kB, as ImageNet's are: blobs of colour, edges and grain."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = folder / f"{number:05}.jpg"
        if path.exists():
            continue
        rng = np.random.default_rng(number)
        size = (500 + int(rng.integers(-12, 13)), 375 + int(rng.integers(-12, 13)))
        coarse = Image.fromarray(rng.integers(0, 256, (30, 40, 3), dtype=np.uint8))
        pixels = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), dtype=np.int16)
        grain = rng.normal(0, 8, (*size[::-1], 1))
        Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8)).save(path, quality=90)


def random_model(name: str) -> Model:
    torch.manual_seed(0)
    module = torchvision.models.get_model(name, weights=None).eval().requires_grad_(False)
    return Model(f"torchvision:{name}", module, PREPROCESSING, "random", "")


def job_of(model: Model, layer: str, source: ImageSource, folder: Path) -> Job:
    """One channel at its maximum: a unit that every layer has, whatever its fields."""
    unit = Unit("unit", layer, 0, None, "maximum")
    network = Network(model, [layer])
    shape = network.shapes[layer]
    lines = np.zeros(shape.height, np.int64)
    whole = Fields(lines, lines + 224, lines, lines + 224, (None, None))
    places = [Places(unit, shape, whole, seed=0)]
    batch = choose_batch(network, takes([unit]), threads=cores())
    return Job(folder, Recorder(network, [unit], places, source, batch=batch), seed=0, candidates=82)


def rate(count: int, work: Callable[[], object]) -> float:
    """Images a second of work on `count` images."""
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


# ---- the ways ---------------------------------------------------------------------------------------------------


def recorder(model: Model, layer: str, folder: Path) -> float:
    source = folder_source(folder)
    with tempfile.TemporaryDirectory() as out:
        job = job_of(model, layer, source, Path(out))
        return rate(len(source.names), lambda: job.record(0, 1, lambda done, total: None))


def decode_rate(model: Model, layer: str, folder: Path) -> float:
    """Images a second from file to the network's input, on all cores."""
    network, paths = Network(model, [layer]), sorted(folder.iterdir())

    def work(path: Path) -> None:
        network.prepare(fit(decode(path.read_bytes()), PREPROCESSING)[None])

    with ThreadPoolExecutor(cores(), initializer=lambda: torch.set_num_threads(1)) as pool:
        return rate(len(paths), lambda: list(pool.map(work, paths)))


def forward_rate(model: Model, layer: str, folder: Path) -> float:
    """Images a second from tensors that lie ready to the layer, on all cores, in the fastest of several ways.

    The ways are tried first and the best is measured anew: the best of several measurements would be a lucky one.
    """
    network = Network(model, [layer])
    pixels = np.stack([fit(decode(path.read_bytes()), PREPROCESSING) for path in sorted(folder.iterdir())[:128]])
    ready = network.prepare(pixels)
    take = {layer: lambda output: output[:, :1].clone()}

    def each_core(batch: int, times: int) -> float:
        parts = torch.split(ready, batch) * times
        with ThreadPoolExecutor(cores(), initializer=lambda: torch.set_num_threads(1)) as pool:
            list(pool.map(lambda part: network.run(part, take), parts[: 2 * cores()]))
            return rate(times * len(ready), lambda: list(pool.map(lambda part: network.run(part, take), parts)))

    def all_cores(batch: int, times: int) -> float:
        network.run(ready[:batch], take)
        parts = torch.split(ready, batch) * times
        return rate(times * len(ready), lambda: [network.run(part, take) for part in parts])

    ways = [(way, batch) for way in (each_core, all_cores) for batch in (1, 4, 8, 32)]
    best, batch = max(ways, key=lambda way: way[0](way[1], 1))
    return best(batch, 4)


class Photographs(torch.utils.data.Dataset[torch.Tensor]):
    """What everybody writes: open, convert, transform."""

    def __init__(self, folder: Path) -> None:
        transforms = torchvision.transforms
        self.paths = sorted(folder.iterdir())
        self.transform = transforms.Compose(
            [
                transforms.Resize(PREPROCESSING.resize),
                transforms.CenterCrop(PREPROCESSING.crop),
                transforms.ToTensor(),
                transforms.Normalize(PREPROCESSING.mean, PREPROCESSING.std),
            ]
        )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> torch.Tensor:
        with Image.open(self.paths[index]) as image:
            found: torch.Tensor = self.transform(image.convert("RGB"))
        return found


def loop(model: Model, layer: str, folder: Path, workers: int) -> float:
    module, kept = model.module.to(memory_format=torch.contiguous_format), []
    hook = dict(module.named_modules())[layer].register_forward_hook(lambda m, i, o: kept.append(o.amax(dim=(2, 3))))
    data = Photographs(folder)

    def work() -> None:
        with torch.no_grad():
            for batch in torch.utils.data.DataLoader(data, LOOP_BATCH, num_workers=workers):
                module(batch)

    found = rate(len(data), work)
    hook.remove()
    return found


def thingsvision(python: Path, name: str, layer: str, folder: Path, workers: int) -> float:
    child = Path(__file__).with_name("thingsvision_child.py")
    words = [python, child, name, layer, folder, LOOP_BATCH, workers]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"thingsvision failed:\n{done.stderr[-2000:]}")
    return len(list(folder.iterdir())) / float(done.stdout.split()[-1])


# ---- memory -----------------------------------------------------------------------------------------------------


class Repeated:
    """Many different images made of few files: bytes behind the end of a JPEG change its hash and nothing else."""

    description = "a few files, again and again"

    def __init__(self, folder: Path, count: int) -> None:
        self._paths = sorted(folder.iterdir())
        self.names = [f"{number:08}" for number in range(count)]

    def read(self, name: str) -> bytes:
        return self._paths[int(name) % len(self._paths)].read_bytes() + name.encode()


def peak_memory(folder: Path, count: int) -> float:
    """Peak resident memory in MB of a process that records so many images."""
    words = [sys.executable, __file__, "--memory-child", str(count), "--folder", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def memory_child(folder: Path, count: int) -> None:
    with tempfile.TemporaryDirectory() as out:
        job = job_of(random_model("squeezenet1_1"), "features.7", Repeated(folder, count), Path(out))
        job.record(0, 1, lambda done, total: None)
    # Not getrusage's ru_maxrss: a process starts with the peak of the one that started it.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(int(status["VmHWM"].split()[0]) / 1024)


# ---- the run ----------------------------------------------------------------------------------------------------


@dataclass
class Rates:
    """Images a second of each way, one number a round."""

    rounds: dict[str, list[float]] = field(default_factory=dict)

    def add(self, way: str, found: float) -> None:
        self.rounds.setdefault(way, []).append(found)

    def median(self, way: str) -> float:
        return statistics.median(self.rounds[way])

    def ratio(self, way: str) -> float:
        """How many times as fast as `way` the recorder is."""
        return statistics.median(a / b for a, b in zip(self.rounds["recorder"], self.rounds[way], strict=True))


def measure(name: str, layer: str, folder: Path, slow: Path, rounds: int, python: Path | None) -> Rates:
    model, rates = random_model(name), Rates()
    for number in range(rounds):
        ways: list[tuple[str, Callable[[], float]]] = [
            ("recorder", lambda: recorder(model, layer, folder)),
            ("decode", lambda: decode_rate(model, layer, folder)),
            ("forward", lambda: forward_rate(model, layer, folder)),
            ("loop", lambda: loop(model, layer, slow, 0)),
            ("loop with workers", lambda: loop(model, layer, slow, cores())),
        ]
        if python is not None:
            ways.append(("thingsvision", lambda: thingsvision(python, name, layer, slow, 0)))
            ways.append(("thingsvision with workers", lambda: thingsvision(python, name, layer, slow, cores())))
        # Every other round backwards: what gets slower or faster with time falls on all.
        for way, work in ways if number % 2 == 0 else reversed(ways):
            rates.add(way, work())
            print(f"{name} {layer}: round {number + 1}, {way}: {rates.rounds[way][-1]:.0f} images/s", file=sys.stderr)
        decoding, forward = rates.rounds["decode"][-1], rates.rounds["forward"][-1]
        rates.add("limit", 1 / (1 / decoding + 1 / forward))
    return rates


def table(found: Sequence[tuple[str, str, Rates]]) -> str:
    ways = list(found[0][2].rounds)
    others = [way for way in ways if way not in ("recorder", "decode", "forward")]
    lines = ["| model, layer | " + " | ".join(ways) + " | " + " | ".join(f"recorder / {way}" for way in others) + " |"]
    lines.append("| --- " * (1 + len(ways) + len(others)) + "|")
    for name, layer, rates in found:
        cells = [f"{rates.median(way):.0f}" for way in ways] + [f"**{rates.ratio(way):.2f}**" for way in others]
        lines.append(f"| {name} `{layer}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def machine() -> str:
    names = [line.split(":")[1].strip() for line in _cpu_info() if line.startswith("model name")]
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return (
        f"{names[0] if names else platform.processor()}, {cores()} cores, {pages / 2**30:.0f} GiB,"
        f" {torch.backends.cpu.get_cpu_capability()}; {platform.system()}, Python {platform.python_version()},"
        f" torch {torch.__version__}, torchvision {torchvision.__version__}, Pillow {Image.__version__}"
    )


def _cpu_info() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--slow-images", type=int, default=250, help="as many for the loops and thingsvision")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, nargs=2, default=(1000, 20000), help="on Linux; 0 0 to leave it out")
    parser.add_argument("--thingsvision", type=Path, metavar="PYTHON")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "neuronjury-benchmark")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--memory-child", type=int, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.memory_child:
        memory_child(wanted.folder, wanted.memory_child)
        return
    folder = wanted.folder / str(wanted.images)
    slow = wanted.folder / str(wanted.slow_images)
    make_images(folder, wanted.images)
    make_images(slow, wanted.slow_images)
    found = [
        (name, layer, measure(name, layer, folder, slow, wanted.rounds, wanted.thingsvision)) for name, layer in LAYERS
    ]
    lines = [
        machine(),
        "",
        f"{wanted.images} JPEGs ({wanted.slow_images} for the loops and thingsvision), images a second, medians of"
        f" {wanted.rounds} rounds.",
        "",
        table(found),
    ]
    if all(wanted.memory):
        few, many = (peak_memory(folder, count) for count in wanted.memory)
        lines += ["", f"Peak memory: {few:.0f} MB at {wanted.memory[0]} images, {many:.0f} MB at {wanted.memory[1]}."]
    text = "\n".join(lines) + "\n"
    print(text)
    if wanted.out:
        wanted.out.write_text(text)
        wanted.out.with_suffix(".json").write_text(json.dumps([(n, la, r.rounds) for n, la, r in found], indent=1))


if __name__ == "__main__":
    main()
