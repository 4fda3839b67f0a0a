#!/bin/sh
# UNVERIFIED: nobody has run this on a Mac yet. Builds, and where there are the means signs and notarises, the .dmg.
#
#   packaging/macos/build.sh          on a Mac with Python 3.11 and Xcode's command line tools
#   CODESIGN_IDENTITY   "Developer ID Application: NAME (TEAM)"; without it the program is signed for this Mac alone
#   NOTARY_PROFILE      a profile of `xcrun notarytool store-credentials`; without it nothing is notarised
set -eu
[ "$(uname -s)" = Darwin ] || { echo "This has to be run on a Mac." >&2; exit 1; }
cd "$(dirname "$0")/../.."
here=packaging/macos
app="build/frozen/Neuron Jury.app"
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' app/__init__.py)
dmg="dist/neuronjury-$version-macos-$(uname -m).dmg"

"${PYTHON:-python3.11}" packaging/freeze.py
[ -d "$app" ] || { echo "PyInstaller made no $app." >&2; exit 1; }
cp -R build/frozen/neuronjury/licenses "$app/Contents/Resources/licenses"
build/clean/bin/python packaging/guard.py build/frozen/neuronjury
plutil -lint "$app/Contents/Info.plist"
"$here/sign.sh" "$app"
"$app/Contents/MacOS/neuronjury" --selftest # once more: signing is where a bundle breaks

build/tools/bin/python -m pip install --quiet --constraint packaging/constraints-tools.txt dmgbuild
rm -f "$dmg"
build/tools/bin/dmgbuild -s "$here/dmg.py" -D app="$app" "Neuron Jury" "$dmg"
if [ -n "${CODESIGN_IDENTITY:-}" ]; then
    codesign --sign "$CODESIGN_IDENTITY" --timestamp "$dmg"
fi
if [ -n "${NOTARY_PROFILE:-}" ]; then
    "$here/notarise.sh" "$dmg"
else
    echo "Not notarised (NOTARY_PROFILE is not set): other Macs will refuse to open it." >&2
fi
du -m "$dmg"
