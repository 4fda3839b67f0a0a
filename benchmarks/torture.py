"""A session that is killed a thousand times: are acknowledged answers ever lost?

    .venv/bin/python benchmarks/torture.py [--kills 1000] [--seed 1] [--folder DIR]

Prints acknowledged answers, kills, losses and damaged files; ends with 1 where there is a loss. The short form of it is
`python -m pytest tests/faults`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from helpers import study_file
from torturing import Outcome, torture


def main() -> int:
    """Torture one study after the other, fifty kills each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="on the disk to be tried; else the temporary one")
    asked = parser.parse_args()
    whole = Outcome()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder, tqdm(total=asked.kills, unit=" kills") as bar:
        for number, start in enumerate(range(0, asked.kills, 50)):
            place = Path(folder) / str(number)
            place.mkdir()
            one = torture(study_file(place, stimuli=200), min(50, asked.kills - start), asked.seed + number)
            whole = Outcome(*(a + b for a, b in zip(vars(whole).values(), vars(one).values(), strict=True)))
            bar.update(one.kills)
    print(f"{whole.acknowledged} events acknowledged, {whole.kills} kills, {whole.lost} lost, {whole.damaged} damaged")
    return int(whole.lost + whole.damaged > 0)


if __name__ == "__main__":
    sys.exit(main())
