#!/bin/sh
# Writes dist/SHA256SUMS over all that lies in dist/; check with: sha256sum -c SHA256SUMS
set -eu
mkdir -p "$(dirname "$0")/../dist"
cd "$(dirname "$0")/../dist"
rm -f SHA256SUMS
[ -n "$(ls)" ] || { echo "dist/ is empty: build something first." >&2; exit 1; }
for file in *; do
    [ -f "$file" ] || { echo "dist/$file is no file: take it away, then try again." >&2; exit 1; }
    case $file in
    *NOT-FOR-RELEASE*) echo "dist/$file was built for trying out only: delete it, then try again." >&2; exit 1 ;;
    esac
done
# Kept in hand until all are read: a file half written would pass for the whole.
if command -v sha256sum >/dev/null 2>&1; then sums=$(sha256sum -- *); else sums=$(shasum -a 256 -- *); fi
printf '%s\n' "$sums" | tee SHA256SUMS
