#!/bin/sh
# Signs a program for Windows, on Linux (osslsigncode):  packaging/windows/sign.sh FILE.exe
# build.py calls it for the launcher, the uninstaller and the installer where CODESIGN_PKCS12 is set.
#   CODESIGN_PKCS12          the certificate with its key (.p12)
#   CODESIGN_PASSWORD_FILE   a file with its password
#   CODESIGN_TIMESTAMP       a server that stamps the time, so that the signature outlives the certificate (RFC 3161)
set -eu
file=$1
rm -f "$file.signed"
osslsigncode sign -pkcs12 "$CODESIGN_PKCS12" -readpass "$CODESIGN_PASSWORD_FILE" -h sha256 -n "Neuron Jury" \
    ${CODESIGN_TIMESTAMP:+-ts "$CODESIGN_TIMESTAMP"} -in "$file" -out "$file.signed" >&2
mv "$file.signed" "$file"
