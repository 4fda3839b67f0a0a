"""UNVERIFIED: nobody has run this on a Mac yet. What macOS is told of the program: BUNDLE's settings in the spec.

python packaging/macos/bundle.py OUT.plist    writes the entitlements that sign.sh signs with
"""

from __future__ import annotations

import plistlib
import sys
from pathlib import Path
from typing import Any

NAME = "Neuron Jury"
IDENTIFIER = "org.neuronjury.neuronjury"
STUDY = "org.neuronjury.study"
"""The kind of file (UTI) that .jury files are."""
OLDEST = "13.0"
"""What Qt 6.10's wheels for macOS ask for."""

# numpy's and Python's own libraries are signed anew with the program, so library validation stays on; ctypes writes
# what it runs into memory. The file itself has no comments: codesign stumbles over them.
ENTITLEMENTS = {"com.apple.security.cs.allow-unsigned-executable-memory": True}


def info(version: str) -> dict[str, Any]:
    """What stands in Info.plist beside PyInstaller's own entries."""
    return {
        "CFBundleName": NAME,
        "CFBundleDisplayName": NAME,
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": OLDEST,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "MIT License",
        "NSPrincipalClass": "NSApplication",
        "NSRequiresAquaSystemAppearance": False,  # it follows the dark appearance
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": f"{NAME} study",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [STUDY],
            }
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": STUDY,
                "UTTypeDescription": f"{NAME} study",
                "UTTypeConformsTo": ["public.database", "public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["jury"],
                    "public.mime-type": ["application/x-neuronjury-study"],
                },
            }
        ],
    }


def settings(version: str, icon: Path) -> dict[str, Any]:
    """The arguments of PyInstaller's BUNDLE."""
    return {
        "name": f"{NAME}.app",
        "icon": str(icon),
        "bundle_identifier": IDENTIFIER,
        "version": version,
        "info_plist": info(version),
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(plistlib.dumps(ENTITLEMENTS))
