#!/bin/sh
# UNVERIFIED: nobody has run this on a Mac yet. Has Apple look at a signed .dmg, and fastens the answer to it.
#
#   packaging/macos/notarise.sh DMG
#   NOTARY_PROFILE   made once: xcrun notarytool store-credentials PROFILE --apple-id ID --team-id TEAM
set -eu
dmg=$1
[ -n "${NOTARY_PROFILE:-}" ] || { echo "Set NOTARY_PROFILE to a profile of xcrun notarytool store-credentials." >&2; exit 1; }
said=$(xcrun notarytool submit "$dmg" --keychain-profile "$NOTARY_PROFILE" --wait --output-format json)
id=$(printf %s "$said" | plutil -extract id raw -o - -)
if [ "$(printf %s "$said" | plutil -extract status raw -o - -)" != Accepted ]; then
    xcrun notarytool log "$id" --keychain-profile "$NOTARY_PROFILE" >&2
    exit 1
fi
xcrun stapler staple "$dmg"
xcrun stapler validate "$dmg"
spctl --assess --type open --context context:primary-signature --verbose=2 "$dmg"
