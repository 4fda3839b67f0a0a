#!/bin/sh
# UNVERIFIED: nobody has run this on a Mac yet. Signs an .app from the inside out:  packaging/macos/sign.sh APP
# CODESIGN_IDENTITY   "Developer ID Application: NAME (TEAM)"; without it an ad-hoc signature, for this Mac alone
set -eu
app=$1
here=$(cd "$(dirname "$0")" && pwd)
identity=${CODESIGN_IDENTITY:--}
[ "$identity" = - ] && stamp=none || stamp=''
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3.11}" "$here/bundle.py" "$work/entitlements.plist"

sign() { codesign --force --sign "$identity" --timestamp${stamp:+=$stamp} --options runtime "$@"; }
# Every library first: the signature of the whole says what they are.
find "$app/Contents" -type f \( -name '*.so' -o -name '*.dylib' \) -print > "$work/libraries"
while IFS= read -r library; do sign "$library"; done < "$work/libraries"
find "$app/Contents/Frameworks" -type d -name '*.framework' -prune -print > "$work/frameworks"
while IFS= read -r framework; do sign "$framework"; done < "$work/frameworks"
sign --entitlements "$work/entitlements.plist" "$app/Contents/MacOS/neuronjury"
sign --entitlements "$work/entitlements.plist" "$app"
codesign --verify --deep --strict --verbose=2 "$app"
