#!/bin/sh
# FOR THE TEST UNDER WINE ALONE: makes a Windows of Wine's in $WINEPREFIX, with what Wine 8 lacks.
# packaging/windows/wine/prepare.sh PYTHON, a Python that has pefile
set -eu
python=$1
here=$(cd "$(dirname "$0")" && pwd)
library=
for place in /usr/lib/x86_64-linux-gnu/wine/x86_64-windows /usr/lib/wine/x86_64-windows /usr/lib64/wine/x86_64-windows; do
    if [ -e "$place/ucrtbase.dll" ]; then library=$place/ucrtbase.dll; fi
done
[ -n "$library" ] || { echo "Wine's ucrtbase.dll cannot be found." >&2; exit 1; }
# Not yet ucrtbase=n: there is only Wine's own while the prefix is made.
export WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d"
wineboot --init </dev/null >/dev/null 2>&1
wineserver --wait
system=$WINEPREFIX/drive_c/windows/system32
"$python" "$here/ucrtbase.py" "$library" "$system/ucrtbase.dll"
build() { x86_64-w64-mingw32-gcc -shared -Os -s -Wall -Werror -o "$system/$1.dll" "$here/$1.c" "$2"; }
build icuuc -lkernel32
build uisettings -luuid
key='HKLM\Software\Microsoft\WindowsRuntime\ActivatableClassId\Windows.UI.ViewManagement.UISettings'
wine reg add "$key" /v DllPath /d 'C:\windows\system32\uisettings.dll' /f </dev/null >/dev/null 2>&1
wineserver --wait
