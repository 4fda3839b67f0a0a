#!/bin/sh
# Enters this folder's Neuron Jury into your desktop's menu and makes .jury files open with it: for you alone, with no
# administrator. The folder stays where it is.  sh install.sh --remove  takes the entries out again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
if [ "${1:-}" = --remove ]; then
    rm -f "$data/applications/neuronjury.desktop" "$data/mime/packages/neuronjury.xml"
    find "$data/icons/hicolor" -name 'neuronjury.*' -path '*/apps/*' -delete 2>/dev/null || true
else
    case $here in *%* | *[[:cntrl:]]*)
        echo "Many desktops start no program whose folder has a % or a line break in its name: put it into another." >&2
        exit 1
    esac
    mkdir -p "$data/applications" "$data/mime/packages" "$data/icons"
    # A path in Exec is quoted, with " $ ` \ behind a backslash. What comes of that is a string of a desktop file, in
    # which each backslash is written twice again.
    quoted=$(printf %s "$here/neuronjury" | sed 's/[\\"$`]/\\&/g; s/\\/\\\\/g')
    RUN="\"$quoted\" %f" awk '/^Exec=/ { print "Exec=" ENVIRON["RUN"]; next } { print }' \
        "$here/share/applications/neuronjury.desktop" > "$data/applications/neuronjury.desktop"
    cp "$here/share/mime/packages/neuronjury.xml" "$data/mime/packages/"
    cp -R "$here/share/icons/hicolor" "$data/icons/"
fi
for update in "update-mime-database $data/mime" "update-desktop-database $data/applications"; do
    if command -v "${update%% *}" >/dev/null 2>&1; then
        "${update%% *}" "${update#* }" || true
    fi
done
