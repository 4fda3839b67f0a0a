#!/bin/sh
# The browser that tests open the report's page in. Installs it where that can be done without asking (root on Debian
# or Ubuntu, where apt has a Chromium of its own); anywhere else those tests are skipped where there is none.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "No Chromium here: the tests that open the report's page in a browser will be skipped." >&2
    exit 0
fi
apt-get update -qq
line="apt-get install -y --no-install-recommends chromium"
echo "Installing the browser that tests open the report's page in: $line"
DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null ||
    echo "Chromium could not be installed: the tests that need it will be skipped." >&2
