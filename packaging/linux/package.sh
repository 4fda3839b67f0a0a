#!/bin/sh
# From the frozen program (build/frozen) to what Linux installs:  packaging/linux/package.sh deb|rpm|tarball
# The file lands in dist/; its name is printed.
set -eu
umask 022 # what is packed is everybody's to read, however private the files of whoever builds are
kind=${1:-}
case $kind in deb | rpm | tarball) ;; *) echo "package.sh deb|rpm|tarball" >&2; exit 2 ;; esac
cd "$(dirname "$0")/../.."
root=$PWD here=$PWD/packaging/linux
VERSION=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' app/__init__.py)
STAGE=$root/build/stage/$kind # of its own, for make -j
[ -x build/frozen/neuronjury/neuronjury ] || { echo "Freeze first: make frozen" >&2; exit 1; }
seconds=$(PYTHONPATH=packaging build/clean/bin/python -B -c 'import freeze; print(freeze.commit_time())')
MTIME=$(date -u -d "@$seconds" +%Y-%m-%dT%H:%M:%SZ)
export SOURCE_DATE_EPOCH="$seconds"

rm -rf "$STAGE"
mkdir -p "$STAGE" dist
cp -a build/frozen/neuronjury "$STAGE/neuronjury"
# Only programs and libraries of the loader's own may be run; PyInstaller keeps whatever mode a file had.
find "$STAGE/neuronjury" -type f -exec chmod 644 {} +
find "$STAGE/neuronjury" -type d -exec chmod 755 {} +
chmod 755 "$STAGE/neuronjury/neuronjury"

share=$STAGE/share debian=$STAGE/debian # what Debian alone asks for is in no .rpm
mkdir -p "$share/applications" "$share/mime/packages" "$share/metainfo" "$share/doc/neuronjury"
mkdir -p "$debian/doc/neuronjury" "$debian/lintian/overrides"
cp "$here/neuronjury.desktop" "$share/applications/"
cp "$here/neuronjury.xml" "$share/mime/packages/"
sed "s/@VERSION@/$VERSION/; s/@DATE@/${MTIME%%T*}/" "$here/neuronjury.metainfo.xml.in" > "$share/metainfo/neuronjury.metainfo.xml"
for size in 16 24 32 48 64 128 256 512; do
    icons=$share/icons/hicolor/${size}x$size/apps
    mkdir -p "$icons"
    cp "build/icons/neuronjury-$size.png" "$icons/neuronjury.png"
done
mkdir -p "$share/icons/hicolor/scalable/apps"
cp resources/window/icon.svg "$share/icons/hicolor/scalable/apps/neuronjury.svg"
cp "$here/copyright" "$share/doc/neuronjury/copyright"
gzip -9 -n > "$debian/doc/neuronjury/changelog.gz" <<END
neuronjury ($VERSION) stable; urgency=medium

  * See CHANGELOG.md of the project.

 -- The Neuron Jury authors <noreply@neuronjury.invalid>  $(LC_ALL=C date -u -R -d "@$seconds")
END
cp "$here/lintian-overrides" "$debian/lintian/overrides/neuronjury"

for validator in desktop-file-validate appstreamcli; do
    command -v "$validator" >/dev/null || { echo "$validator is missing: install desktop-file-utils and appstream." >&2; exit 1; }
done
desktop-file-validate "$share/applications/neuronjury.desktop"
appstreamcli validate --no-net --pedantic "$share/metainfo/neuronjury.metainfo.xml" >&2

find "$STAGE" -exec touch -h -d "@$seconds" {} +
case $kind in
deb | rpm)
    [ "$kind" = deb ] && out=dist/neuronjury_${VERSION}_amd64.deb || out=dist/neuronjury-$VERSION-1.x86_64.rpm
    rm -f dist/neuronjury[_-]*."$kind" # of older versions too
    sed "s/@MTIME@/$MTIME/; s/@VERSION@/$VERSION/; s|@STAGE@|build/stage/$kind|" "$here/nfpm.yaml" > "$STAGE/nfpm.yaml"
    build/tools/bin/nfpm package --config "$STAGE/nfpm.yaml" --packager "$kind" --target "$out" >&2
    ;;
tarball)
    out=dist/neuronjury-$VERSION-linux-x86_64.tar.gz
    name=neuronjury-$VERSION
    rm -f dist/neuronjury-*-linux-x86_64.tar.gz
    mv "$STAGE/neuronjury" "$STAGE/$name"
    mv "$share" "$STAGE/$name/share"
    rm -r "$STAGE/$name/share/doc"
    cp "$here/install.sh" "$STAGE/$name/install.sh"
    chmod 755 "$STAGE/$name/install.sh"
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$seconds" -C "$STAGE" -cf - "$name" | gzip -9 -n > "$out"
    ;;
esac
build/clean/bin/python packaging/guard.py build/frozen/neuronjury "$out" >&2 || { rm -f "$out"; exit 1; }
echo "$out"
