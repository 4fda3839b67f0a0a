#!/bin/sh
# The few system libraries that Qt needs on Linux. Installs what is missing where that can be done without asking
# (root on Debian or Ubuntu), and prints the line; anywhere else it prints the line to run and stops.
set -eu
[ "$(uname -s)" = Linux ] || exit 0

ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
present=$("$ldconfig" -p 2>/dev/null || true)
missing=
need() { # need SONAME PACKAGE
    case "$present" in *"$1 "*) ;; *) missing="$missing $2" ;; esac
}
need libglib-2.0.so.0 libglib2.0-0
need libGL.so.1 libgl1
need libEGL.so.1 libegl1
need libfontconfig.so.1 libfontconfig1
need libxkbcommon.so.0 libxkbcommon0
need libdbus-1.so.3 libdbus-1-3
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then # a window needs more than drawing offscreen
    need libxcb-cursor.so.0 libxcb-cursor0
    need libxkbcommon-x11.so.0 libxkbcommon-x11-0
    need libxcb-icccm.so.4 libxcb-icccm4
    need libxcb-keysyms.so.1 libxcb-keysyms1
    need libxcb-shape.so.0 libxcb-shape0
fi
# Without a single font every text is a row of boxes.
if command -v apt-get >/dev/null 2>&1 && [ -z "$(find /usr/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" \
        \( -name '*.ttf' -o -name '*.otf' -o -name '*.ttc' \) 2>/dev/null | head -n 1)" ]; then
    missing="$missing fonts-dejavu-core"
fi
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Qt needs system libraries that this machine lacks (Debian's names:$missing)." >&2
    echo "Install them with your system's package manager, then run make again." >&2
    exit 1
fi
line="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" -ne 0 ]; then
    echo "Qt needs a few system libraries. Run this line, then make again:" >&2
    echo "    sudo apt-get update && sudo $line" >&2
    exit 1
fi
echo "Installing the system libraries that Qt needs: $line"
apt-get update -qq
# shellcheck disable=SC2086 # a list of words on purpose
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
