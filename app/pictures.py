"""Pictures out of a study file, decoded with care, because the file may come from anybody.

The window and the report both decode here: what a rater could not be shown is not shown in the report either.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image

MOST_PIXELS_A_SIDE = 4096
# Never EPS, for one: Pillow would start Ghostscript on it.
_FORMATS = ("PNG", "JPEG", "WEBP")
_GRAY = (128, 128, 128)


def decode_picture(data: bytes) -> Image.Image | None:
    """The picture in RGB, transparency laid on gray; None where it is damaged, too large or of no known format."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of damage that it can live with
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                if max(opened.size) > MOST_PIXELS_A_SIDE:
                    return None
                image = opened.convert("RGBA")
    # A damaged or hostile picture raises nearly anything: OSError, SyntaxError, struct.error, ValueError, ...
    except Exception:
        return None
    flat = Image.new("RGB", image.size, _GRAY)
    flat.paste(image, mask=image.getchannel("A"))
    return flat
