"""FOR THE TEST UNDER WINE ALONE, never shipped: gives Wine 8's C runtime two functions that numpy calls.

    python ucrtbase.py WINES-ucrtbase.dll OUT-ucrtbase.dll

Wine 8 exports crealf and cimagf, but what lies there ends the program.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pefile

BUILTIN = b"Wine builtin DLL"
"""The mark by which Wine takes its own file in place of this one."""
FUNCTIONS = {
    b"crealf": bytes.fromhex("66 0f 6e c1 c3"),  # movd xmm0, ecx; ret
    b"cimagf": bytes.fromhex("48 c1 e9 20 66 0f 6e c1 c3"),  # shr rcx, 32; movd xmm0, ecx; ret
}
"""A complex number of two floats comes in one register, the real part in its lower half."""


def main(source: Path, out: Path) -> None:
    """Write `source` to `out`, with the functions and without the mark."""
    library = pefile.PE(str(source))
    data = bytearray(source.read_bytes())
    for export in library.DIRECTORY_ENTRY_EXPORT.symbols:
        if export.name in FUNCTIONS:
            at, code = library.get_offset_from_rva(export.address), FUNCTIONS[export.name]
            data[at : at + len(code)] = code
    mark = data.index(BUILTIN)
    data[mark : mark + len(BUILTIN)] = bytes(len(BUILTIN))
    out.write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
