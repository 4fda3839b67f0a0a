"""What goes before a model: its own preprocessing, and what a study says instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Fault
from app.recording.images import Preprocessing
from app.recording.preprocessing import MAX_SIDE, settle

OWN = Preprocessing(256, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "bilinear")
SIDE = st.integers(1, MAX_SIDE)


def test_a_models_own_is_left_as_it_is() -> None:
    assert settle(OWN, {}, "net") == OWN


def test_single_fields_are_replaced() -> None:
    found = settle(OWN, {"mean": [0, 0.5, 1], "std": [1, 1, 1], "interpolation": "bicubic"}, "net")
    assert found == Preprocessing(256, 224, (0.0, 0.5, 1.0), (1.0, 1.0, 1.0), "bicubic")


@given(resize=st.none() | SIDE, crop=st.none() | SIDE)
def test_the_sizes_asked_for_are_had_and_the_crop_always_fits(resize: int | None, crop: int | None) -> None:
    sizes = {name: side for name, side in (("resize", resize), ("crop", crop)) if side is not None}
    if resize is not None and crop is not None and crop > resize:
        with pytest.raises(Fault, match=r"preprocessing.crop \(\d+\) cannot be larger than preprocessing.resize"):
            settle(OWN, sizes, "net")
        return
    found = settle(OWN, sizes, "net")
    assert found.crop <= found.resize
    assert found.resize == (resize or max(256, crop or 0))
    assert found.crop == (crop or min(224, resize or 224))


def test_a_model_without_its_own_needs_all_and_an_example_shows_how() -> None:
    with pytest.raises(Fault, match="lacks mean, std, interpolation") as caught:
        settle(None, {"resize": 64, "crop": 64}, "nets.py")
    assert "\n[preprocessing]\nresize = 256\ncrop = 224\nmean = [0.485, 0.456, 0.406]\n" in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("size", 3, r"\[preprocessing\] has no size. It has: resize, crop, mean, std, interpolation"),
        ("resize", "large", r"Expected `int`, got `str` - at `preprocessing.resize`"),
        ("resize", True, r"Expected `int`, got `bool`"),
        ("resize", 4097, "preprocessing.resize is 4097: it must be between 1 and 4096"),
        ("crop", 0, "preprocessing.crop is 0"),
        ("mean", [0.5], "preprocessing.mean has 1 values: 3 are needed"),
        ("mean", [123.7, 116.3, 103.5], "preprocessing.mean.*scaled from 0..255 to 0..1"),
        ("mean", [0.5, 0.5, float("nan")], "preprocessing.mean"),
        ("std", [0.2, 0.2, 0.0], "preprocessing.std.*between 1e-06 and 1"),
        ("std", [float("inf")] * 3, "preprocessing.std"),
        ("interpolation", "lanczos", "Invalid enum value 'lanczos' - at `preprocessing.interpolation`"),
    ],
)
def test_what_is_wrong_is_told(field: str, value: object, words: str) -> None:
    with pytest.raises(Fault, match=words):
        settle(OWN, {field: value}, "net")
