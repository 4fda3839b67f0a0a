#!/bin/sh
# Installs the Windows installer under Wine, labels a packed study with real key presses, collects what comes back, and
# uninstalls:  packaging/windows/smoke.sh dist/neuronjury-VERSION-windows-x64.exe [FOLDER FOR PICTURES]
# Needs wine64, Xvfb, xdotool, and a build that has just been made (build/clean, build/tools).
set -eu
installer=$(readlink -f "$1")
pictures=${2:-}
cd "$(dirname "$0")/../.."
python=$PWD/build/clean/bin/python tools=$PWD/build/tools/bin/python study=$PWD/packaging/smoke_study.py
here=$PWD/packaging/windows
unset PYTHONPATH XDG_RUNTIME_DIR WAYLAND_DISPLAY
KEYS=121221
# A name that no code page has as a whole, with a blank and what a shell would take for its own; as a pattern it is LIKE.
NAME='Studie für Łucja & Zoë [1].jury' LIKE='Studie für Łucja & Zoë 1.jury'
say() { printf 'smoke: %s\n' "$*"; } # echo would take the \r in a path of Windows for a new line
fail() { printf 'smoke: FAILED: %s\n' "$*" >&2; exit 1; }
for tool in wine wineserver Xvfb xdotool x86_64-w64-mingw32-gcc; do
    command -v "$tool" >/dev/null || fail "$tool is missing: apt install wine wine64 xvfb xdotool gcc-mingw-w64-x86-64"
done
"$tools" -c 'import pefile' 2>/dev/null || "$tools" -m pip install -q --constraint packaging/constraints-tools.txt pefile

work=$(mktemp -d)
xvfb=''
finish() {
    wineserver --kill 2>/dev/null || true
    [ -z "$xvfb" ] || kill "$xvfb" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM
export HOME="$work/home" WINEPREFIX="$work/prefix" WINEARCH=win64 WINEDEBUG=-all LC_ALL=C.UTF-8
mkdir "$HOME"
mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp 3> "$work/display" 2> "$work/xvfb.log" &
xvfb=$!
read -r number < "$work/display"
export DISPLAY=":$number"

# ---- a Windows of Wine's --------------------------------------------------------------------------------------------------
say "$(wine --version), a prefix of its own"
"$here/wine/prepare.sh" "$tools"
# "=n": what the program must bring along itself is not taken from Wine.
WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d;ucrtbase=n,b"
export WINEDLLOVERRIDES="$WINEDLLOVERRIDES;msvcp140,msvcp140_1,msvcp140_2,vcruntime140,vcruntime140_1,sqlite3,libffi-8=n"
c=$WINEPREFIX/drive_c
run() { timeout 180 wine "$@" </dev/null; }
said() { # through a pipe: under Wine, Python's output cannot be a file of Unix
    { code=0; run "$@" 2>&1 || code=$?; echo "$code" > "$work/code"; } | cat
    return "$(cat "$work/code")"
}
registry() { # registry KEY [VALUE]: what stands there
    if [ $# = 1 ]; then set -- "$1" /ve; else set -- "$1" /v "$2"; fi
    run reg query "$@" 2>/dev/null | tr -d '\r' | sed -n 's/.*REG_SZ  *//p'
}
everything() { # the names of all files, and the person's part of the registry that speaks of us
    (cd "$c" && find . -type f ! -path './windows/*' \( ! -path '*/Temp/*' -o -name 'neuron*' \) | sort)
    run reg export 'HKCU\Software' 'C:\windows\temp\all.reg' /y >/dev/null 2>&1
    tr -d '\000' < "$c/windows/temp/all.reg" | grep -ia 'neuron\|jury' || true
}
as_before() { # all is as it was when `everything` was written into before
    everything > "$work/after"
    diff "$work/before" "$work/after" || fail "this is not as it was before"
}
ASSOCIATION='HKCU\Software\Classes\.jury'
enter() { # enter VALUE /ve|/v NAME: what stands there for .jury files
    value=$1
    shift
    run reg add "$ASSOCIATION" "$@" /d "$value" /f >/dev/null 2>&1 || fail "$value cannot be entered"
}
uninstall() {
    wineserver --wait
    eval "set -- $(printf %s "$quiet" | sed 's/\\/\\\\/g')" # "PROGRAM" /S
    run "$@" || fail "the uninstaller ended with $?"
    tries=60
    while [ -e "$here_is" ]; do # it goes on in a copy of itself
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || { find "$here_is" | head; fail "something was left in $folder"; }
        sleep 1
    done
    wineserver --wait
}
# Another program opens such files: it shall have them back.
enter Other.Jury /ve
enter application/x-other-jury /v 'Content Type'
everything > "$work/before"
grep -q 'Other\.Jury' "$work/before" && grep -q x-other-jury "$work/before" || fail "the other program's entries are not seen"

# ---- install ----------------------------------------------------------------------------------------------------------------
code=0
run winecfg /v win7 >/dev/null 2>&1
run "$installer" /S || code=$?
[ "$code" = 3 ] || fail "on Windows 7 the installer ended with $code, not 3"
run winecfg /v win10 >/dev/null 2>&1
say "install, silently"
run "$installer" /S || fail "the installer ended with $?"
open=$(registry 'HKCU\Software\Classes\NeuronJury.Study\shell\open\command')
quiet=$(registry 'HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\NeuronJury' QuietUninstallString)
folder=$(registry 'HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\NeuronJury' InstallLocation)
[ -n "$open" ] && [ -n "$quiet" ] && [ -n "$folder" ] || fail "the registry lacks something: [$open] [$quiet] [$folder]"
[ "$(registry "$ASSOCIATION")" = NeuronJury.Study ] || fail ".jury files do not open with it"
[ "$(registry "$ASSOCIATION" 'Content Type')" = application/x-neuronjury-study ] || fail ".jury files are of another type"
program="$folder\\neuronjury.exe"
here_is=$(run winepath -u "$folder" 2>/dev/null | tr -d '\r')
[ -f "$here_is/neuronjury.exe" ] || fail "nothing was installed in $folder"
case $folder in C:\\users\\*) ;; *) fail "it is not in the person's own part: $folder" ;; esac
say "in $folder: $(du -sm "$here_is" | cut -f1) MB"

# ---- the selftest ---------------------------------------------------------------------------------------------------------
said "$program" --version || fail "--version ended with an error"
said "$program" --selftest || fail "the selftest"

# ---- a packed study by a double click, real keys -----------------------------------------------------------------------------
"$python" "$study" make "$work"
documents=$(dirname "$(find "$c/users" -maxdepth 2 -name AppData ! -path '*/Public/*' | head -n 1)")/Smoke
mkdir "$documents"
mv "$work/for-rater.jury" "$documents/$NAME"
ln -s "$documents/$NAME" "$work/for-rater.jury"
echo 'not this one' > "$documents/$LIKE"
look() { [ -z "$pictures" ] || { mkdir -p "$pictures"; "$python" "$study" picture "$pictures/$1.png"; }; }
shows_disc() { # the colour of the stimuli's discs, which nothing else has
    "$python" -c "
import sys
from PIL import Image, ImageColor
from app.study.specimen import DISC
with Image.open(sys.argv[1]) as image:
    colours = dict((colour, count) for count, colour in image.convert('RGB').getcolors(1 << 24))
sys.exit(colours.get(ImageColor.getrgb(DISC), 0) < 1000)" "$1"
}
say "double click"
# What a person has entered for themselves, Windows sees beside what holds for all. Wine 8 sees the latter alone.
for entry in .jury NeuronJury.Study; do
    run reg copy "HKCU\\Software\\Classes\\$entry" "HKLM\\Software\\Classes\\$entry" /s /f >/dev/null 2>&1
done
run start /unix "$documents/$NAME" || fail "the study does not open by its association"
window=$(timeout 90 xdotool search --sync --onlyvisible --name 'A try-out of Neuron Jury' | head -n 1)
[ -n "$window" ] || { look no-window; fail "no window"; }
xdotool windowfocus --sync "$window"
sleep 3
look start
# Begins, and leaves the instructions; a machine that is busy takes its time.
tries=24
until "$python" "$study" picture "$work/screen.png" && shows_disc "$work/screen.png"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { look no-trial; fail "no stimulus is shown"; }
    look instructions
    xdotool key Return
    sleep 5
done
look trial
done=0
for key in $(echo "$KEYS" | sed 's/./& /g'); do
    xdotool key "$key"
    done=$((done + 1))
    "$python" "$study" wait "$work" "$done" || { look failed; fail "key $done"; }
    sleep 1
done
look thanks
# Installing over a program that is open would leave half of each.
code=0
run "$installer" /S || code=$?
[ "$code" = 2 ] || fail "installing while it is open ended with $code, not 2"
xdotool key ctrl+q
tries=60
while xdotool search --onlyvisible --name 'A try-out of Neuron Jury' >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { look open; fail "it did not close"; }
    sleep 1
done
[ -z "$(find "$documents" -name '*-journal')" ] || fail "a journal is left beside the study"

# ---- back on the researcher's side ---------------------------------------------------------------------------------------------
"$python" "$study" collect "$work" "$KEYS"

# ---- a newer one over it, then out again -----------------------------------------------------------------------------------------
say "install over it, uninstall"
settings=$(find "$c/users" -name neuronjury.ini)
[ -n "$settings" ] || fail "no settings were kept"
run "$installer" /S || fail "installing over it ended with $?"
[ -s "$settings" ] || fail "installing over it took the person's settings"
said "$program" --version || fail "it does not start any more"
say "an older one that cannot be taken out"
echo 'int main(void) { return 7; }' | x86_64-w64-mingw32-gcc -x c -o "$work/failing.exe" -
mv "$here_is/uninstall.exe" "$work/uninstall.exe"
cp "$work/failing.exe" "$here_is/uninstall.exe"
code=0
run "$installer" /S || code=$?
[ "$code" = 5 ] || fail "installing over one that cannot be taken out ended with $code, not 5"
mv "$work/uninstall.exe" "$here_is/uninstall.exe"
uninstall
[ -s "$documents/$NAME" ] || fail "the study is gone"
rm -r "$documents"
as_before

# ---- where no other program was before, and where one has come since -------------------------------------------------------------
run reg delete "$ASSOCIATION" /f >/dev/null 2>&1
everything > "$work/before"
say "install and uninstall where no other program opened such files"
run "$installer" /S || fail "the installer ended with $?"
uninstall
as_before
say "install and uninstall where another program has come since"
run "$installer" /S || fail "the installer ended with $?"
enter Another.Jury /ve
uninstall
[ "$(registry "$ASSOCIATION")" = Another.Jury ] || fail "what another program entered since is gone"
[ -z "$(registry "$ASSOCIATION" 'Content Type')" ] || fail "the type of .jury files was left behind"
say "installed, labeled, collected, removed: all well, under $(wine --version)"
