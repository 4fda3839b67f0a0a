"""Networks out of a function of the researcher's own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from app.errors import Fault
from app.recording.models import Model, load_model

PREPROCESSING = {"resize": 32, "crop": 32, "mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bilinear"}
NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(3, 4, 3)
        self.register_buffer("scale", torch.ones(1), persistent=False)

    def forward(self, x):
        return self.conv(x).relu()

    def __repr__(self):
        return super().__repr__() + repr(object())
"""
Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a module beside study.toml; its name, as nothing that was imported before has it."""

    def write(text: str) -> str:
        name = f"nets_{tmp_path.name}_{len(list(tmp_path.iterdir()))}"
        (tmp_path / f"{name}.py").write_text(text)
        return name

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return write


def load(name: str, folder: Path, weights: str = "DEFAULT") -> Model:
    return load_model(name, weights, folder, PREPROCESSING, allow_code=True)


def test_a_network_of_ones_own(write: Write, tmp_path: Path) -> None:
    path = list(sys.path)
    model = load(f"python:{write(NET)}:Net", tmp_path)
    assert sys.path == path
    assert not model.module.training
    assert not any(parameter.requires_grad for parameter in model.module.parameters())
    assert (model.weights, model.batch, model.ran_code, model.preprocessing.crop) == ("DEFAULT", None, True, 32)


def test_no_code_runs_unless_that_was_allowed(write: Write, tmp_path: Path) -> None:
    name = write(f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n")
    with pytest.raises(Fault, match=r"runs somebody's Python code on this machine.*add --allow-code"):
        load_model(f"python:{name}:net", "DEFAULT", tmp_path, PREPROCESSING)
    assert not (tmp_path / "ran").exists()


def test_weights_out_of_a_file_go_into_it(write: Write, tmp_path: Path) -> None:
    name = f"python:{write(NET)}:Net"
    before = load(name, tmp_path)
    state = {key: torch.zeros_like(value) for key, value in before.module.state_dict().items()}
    torch.save(state, tmp_path / "zeros.pth")
    after = load(name, tmp_path, "zeros.pth")
    assert after.weights == "zeros.pth"
    assert not any(parameter.any() for parameter in after.module.parameters())
    assert after.weights_sha256 != before.weights_sha256
    torch.save({"other": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(Fault, match=r"The weights other.pth do not fit python:"):
        load(name, tmp_path, "other.pth")


def test_names_that_begin_with_module_of_their_own_are_left_alone(write: Write, tmp_path: Path) -> None:
    text = "from torch import nn\ndef net():\n    return nn.ModuleDict({'module': nn.Conv2d(3, 3, 1)})\n"
    name = f"python:{write(text)}:net"
    torch.save(load(name, tmp_path).module.state_dict(), tmp_path / "w.pth")
    load(name, tmp_path, "w.pth")


def test_the_hash_is_of_the_network_whatever_its_forward_pass_or_buffers_do(write: Write, tmp_path: Path) -> None:
    def sha(text: str) -> str:
        return load(f"python:{write(text)}:Net", tmp_path).weights_sha256

    original = sha(NET)
    assert sha(NET) == original  # though its repr says where an object lies in memory
    assert sha(NET.replace(".relu()", "")) != original
    assert sha(NET.replace("nn.Conv2d(3, 4, 3)", "nn.Conv2d(3, 4, 3, padding=1)")) != original
    assert sha(NET.replace("torch.ones(1)", "torch.zeros(1)")) != original
    # The same source, and another number out of somewhere else.
    assert sha("B = 0\n" + NET.replace("torch.ones(1)", "torch.full((1,), B)")) != sha(
        "B = 1\n" + NET.replace("torch.ones(1)", "torch.full((1,), B)")
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def net():\n    raise KeyError('gone\\nand more')\n", r"net\(\) of .* failed with KeyError: .*\.py:2\)"),
        (
            "import torch\ndef net():\n    return torch.nn.Linear('a', 2)\n",
            r"failed with TypeError: .*nets_\S+\.py:3\)",
        ),
        ("def net():\n    raise SystemExit(3)\n", "failed with SystemExit: 3"),
        ("def net():\n    import missing_library\n", "failed with ModuleNotFoundError: No module named"),
        ("import missing_library\n", r"Importing .* failed with ModuleNotFoundError: .*\.py:1\)"),
        ("def net(:\n", r"Importing .* failed with SyntaxError: .*\.py:1\)"),
        ("def net():\n    return 3, 4\n", "returned a tuple: it must return a torch.nn.Module and nothing else"),
        ("net = 3\n", "has no function 'net'"),
        ("from torch import nn\ndef net():\n    return nn.LazyConv2d(3, 1)\n", "of the network has no values yet"),
    ],
)
def test_what_goes_wrong_in_it_is_told_with_its_place(text: str, words: str, write: Write, tmp_path: Path) -> None:
    with pytest.raises(Fault, match=words):
        load(f"python:{write(text)}:net", tmp_path)


@pytest.mark.parametrize(
    ("name", "weights", "words"),
    [
        ("python:no_such_module:net", "DEFAULT", "There is no Python module 'no_such_module'"),
        ("python:json.no_such_part:net", "DEFAULT", "There is no Python module 'json.no_such_part'"),
        ("python:net", "DEFAULT", "Write python:package.module:function"),
        ("python:os:system('x')", "DEFAULT", "Write python:package.module:function"),
        ("python:json:loads", "IMAGENET1K_V1", "or DEFAULT for the network as the function returns it"),
        ("python:json:loads", "DEFAULT", r"loads\(\) of json failed with TypeError"),
    ],
)
def test_what_is_wrong_with_the_name_is_told(name: str, weights: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(Fault, match=words):
        load(name, tmp_path, weights)


def test_the_preprocessing_must_be_given(write: Write, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="lacks resize, crop, mean, std, interpolation"):
        load_model(f"python:{write(NET)}:Net", "DEFAULT", tmp_path, allow_code=True)
