#!/bin/sh
# Writes dist/SHA256SUMS over all that lies in dist/; check with: sha256sum -c SHA256SUMS
set -eu
cd "$(dirname "$0")/../dist"
rm -f SHA256SUMS
if command -v sha256sum >/dev/null 2>&1; then sha256sum -- *; else shasum -a 256 -- *; fi > ../SHA256SUMS.new
mv ../SHA256SUMS.new SHA256SUMS
cat SHA256SUMS
