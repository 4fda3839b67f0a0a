"""UNVERIFIED: nobody has run this on a Mac yet. dmgbuild's settings: the program beside a link to Applications.

dmgbuild -s packaging/macos/dmg.py -D app="build/frozen/Neuron Jury.app" "Neuron Jury" OUT.dmg
"""

from pathlib import Path

application = defines["app"]  # noqa: F821 - dmgbuild puts it there
name = Path(application).name

format = "UDZO"  # noqa: A001 - dmgbuild asks for this name
filesystem = "HFS+"
files = [application]
symlinks = {"Applications": "/Applications"}
badge_icon = str(Path(application) / "Contents" / "Resources" / "neuronjury.icns")
window_rect = ((200, 160), (560, 320))
default_view = "icon-view"
icon_size = 112
text_size = 13
icon_locations = {name: (150, 140), "Applications": (410, 140)}
