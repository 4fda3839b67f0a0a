#!/bin/sh
# What building the Linux installers needs of the system: the libraries that PyInstaller bundles (they must be there
# first), and the validators. Installs what is missing where that can be done without asking, else prints the line.
set -eu
[ "$(uname -s)" = Linux ] || exit 0
packages="binutils desktop-file-utils appstream libegl1 libgl1 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3
 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-render0
 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libwayland-client0 libwayland-cursor0"
if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "Build on Debian or Ubuntu: the licences of the libraries that are bundled come from their list of packages." >&2
    exit 1
fi
missing=
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
line="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" -ne 0 ]; then
    echo "Building needs a few packages. Run this line, then make again:" >&2
    echo "    sudo apt-get update && sudo $line" >&2
    exit 1
fi
echo "Installing what building needs: $line"
apt-get update -qq
# shellcheck disable=SC2086 # a list of words on purpose
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
