"""Pictures out of a study file, decoded with care, because the file may come from anybody.

The window and the report both decode here: what a rater could not be shown is not shown in the report either.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image

MOST_PIXELS_A_SIDE = 4096
MOST_OF_AN_EXAMPLE = 2048
"""Of the pictures that explain categories, which are all held at once."""
# What the program writes, and nothing else that Pillow can open: EPS would start Ghostscript, and a JPEG of a few
# kilobytes can ask for minutes of work, scan after scan.
_FORMATS = ("PNG",)
_GRAY = (128, 128, 128)


def decode_picture(data: bytes, most: int = MOST_PIXELS_A_SIDE) -> Image.Image | None:
    """The picture in RGB, transparency laid on gray; None where it is damaged, no PNG, or a side has more than `most`
    pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of damage that it can live with
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if max(opened.size) > most:
                    return None
                image = opened.convert("RGBA")
    # A damaged or hostile picture raises nearly anything: OSError, SyntaxError, struct.error, ValueError, ...
    except Exception:
        return None
    flat = Image.new("RGB", image.size, _GRAY)
    flat.paste(image, mask=image.getchannel("A"))
    return flat
