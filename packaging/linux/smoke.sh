#!/bin/sh
# Installs the .deb on a clean Debian 12 with no Python, labels a packed study there with real key presses, and collects
# what comes back:  packaging/linux/smoke.sh dist/neuronjury_VERSION_amd64.deb [FOLDER FOR PICTURES]
# Needs root, debootstrap, Xvfb, xdotool and strace; it installs those where it can.
set -eu
deb=$(readlink -f "$1")
pictures=${2:-}
cd "$(dirname "$0")/../.."
python=$PWD/build/clean/bin/python study=$PWD/packaging/smoke_study.py
unset PYTHONPATH
KEYS=121221
say() { echo "smoke: $*"; }
fail() { echo "smoke: FAILED: $*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || fail "debootstrap needs root"
for pair in debootstrap:debootstrap Xvfb:xvfb xdotool:xdotool strace:strace; do
    command -v "${pair%%:*}" >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${pair#*:}" >/dev/null
done

work=$(mktemp -d)
root=$work/root xvfb='' shown=''
clean_up() {
    [ -z "$shown" ] || kill "$shown" 2>/dev/null || true
    [ -z "$xvfb" ] || kill "$xvfb" 2>/dev/null || true
    for mount in tmp/.X11-unix proc; do umount "$root/$mount" 2>/dev/null || true; done
    # What could not be unmounted is this machine's own: never delete through it.
    if grep -q " $root/" /proc/mounts; then echo "smoke: still mounted: $root" >&2; else rm -rf "$work"; fi
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# ---- a clean Debian 12 -------------------------------------------------------------------------------------------------
# A Debian is installed from where this one is; elsewhere debootstrap knows a place.
mirror=
if grep -q '^ID=debian' /etc/os-release; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)
fi
say "debootstrap"
debootstrap --variant=minbase bookworm "$root" ${mirror:+"${mirror%/}"} > "$work/debootstrap.log" 2>&1 || { tail "$work/debootstrap.log"; fail debootstrap; }
cp /etc/resolv.conf "$root/etc/resolv.conf"
for file in /etc/apt/apt.conf.d/*proxy*; do [ ! -e "$file" ] || cp "$file" "$root/etc/apt/apt.conf.d/"; done
mount -t proc proc "$root/proc"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@"; }
no_python() { if inside find / -xdev -name 'python3*' -path '*/bin/*' | grep .; then fail "there is a Python"; fi; }
no_python

# ---- install it --------------------------------------------------------------------------------------------------------
say "apt install"
cp "$deb" "$root/root/neuronjury.deb"
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends /root/neuronjury.deb > "$work/apt.log" 2>&1 || { tail -n 20 "$work/apt.log"; fail "apt install"; }
no_python
inside useradd --create-home --uid 4242 rater
inside neuronjury --version

# ---- the selftest, with no network at all -------------------------------------------------------------------------------
as_rater() { # with nothing of this machine's surroundings, in a network namespace of its own that has no way out
    unshare --net chroot --userspec=4242:4242 "$root" env -i PATH=/usr/bin:/bin HOME=/home/rater LANG=C.UTF-8 "$@"
}
as_rater neuronjury --selftest

# ---- a packed study, real keys ----------------------------------------------------------------------------------------
"$python" "$study" make "$work"
install -o 4242 -g 4242 -m 644 "$work/for-rater.jury" "$root/home/rater/for-rater.jury"
ln -s "$root/home/rater/for-rater.jury" "$work/linked"
rm "$work/for-rater.jury"
mv "$work/linked" "$work/for-rater.jury"
mkdir -p /tmp/.X11-unix "$root/tmp/.X11-unix"
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1280x900x24 -nolisten tcp -noreset 3> "$work/display" 2> "$work/xvfb.log" &
xvfb=$!
read -r number < "$work/display"
export DISPLAY=":$number"
say "the window"
# strace watches from outside: whatever the program would open towards a network stands in the log.
strace -f -qq -e trace=socket -o "$work/sockets" unshare --net chroot --userspec=4242:4242 "$root" \
    env -i PATH=/usr/bin:/bin HOME=/home/rater LANG=C.UTF-8 DISPLAY="$DISPLAY" neuronjury /home/rater/for-rater.jury \
    > "$work/program.log" 2>&1 &
shown=$!
window=$(timeout 60 xdotool search --sync --onlyvisible --name 'A try-out of Neuron Jury' | head -n 1)
[ -n "$window" ] || { cat "$work/program.log"; fail "no window"; }
xdotool windowfocus --sync "$window"
look() { [ -z "$pictures" ] || { mkdir -p "$pictures"; "$python" "$study" picture "$pictures/$1.png"; }; }
sleep 2
look start
xdotool key Return # begins
sleep 2
look instructions
xdotool key Return # leaves the instructions
sleep 2
look trial
done=0
for key in $(echo "$KEYS" | sed 's/./& /g'); do
    xdotool key "$key"
    done=$((done + 1))
    "$python" "$study" wait "$work" "$done" || { look failed; cat "$work/program.log"; fail "key $done"; }
    sleep 1
done
look thanks
xdotool key ctrl+q
timeout 30 tail --pid="$shown" -f /dev/null || fail "it did not close"
wait "$shown" || { cat "$work/program.log"; fail "it ended with an error"; }
shown=''
[ ! -s "$work/program.log" ] || { cat "$work/program.log"; fail "it printed something"; }
if grep -v 'AF_UNIX\|AF_NETLINK' "$work/sockets" | grep 'socket('; then fail "it opened a socket towards a network"; fi
sockets=$(grep -c 'socket(' "$work/sockets") || fail "strace saw no socket, not even the one to the screen"
say "$sockets sockets, none of them to a network"

# ---- back on the researcher's side -----------------------------------------------------------------------------------------
"$python" "$study" collect "$work" "$KEYS"

# ---- a double click, and out again ------------------------------------------------------------------------------------------
inside apt-get install -y -qq --no-install-recommends shared-mime-info desktop-file-utils libglib2.0-bin > "$work/apt.log" 2>&1
kind=$(inside gio info -a standard::content-type /home/rater/for-rater.jury | sed -n 's/.*content-type: //p')
[ "$kind" = application/x-neuronjury-study ] || fail "a study is taken for $kind"
cp "$root/home/rater/for-rater.jury" "$root/home/rater/no-suffix"
kind=$(inside gio info -a standard::content-type /home/rater/no-suffix | sed -n 's/.*content-type: //p')
[ "$kind" = application/x-neuronjury-study ] || fail "a study without its suffix is taken for $kind"
inside gio mime application/x-neuronjury-study | grep -q neuronjury.desktop || fail "studies do not open with it"
inside apt-get remove -y -qq neuronjury > "$work/apt.log" 2>&1
[ ! -e "$root/usr/lib/neuronjury" ] && [ ! -e "$root/usr/bin/neuronjury" ] || fail "something was left behind"
[ -s "$root/home/rater/for-rater.jury" ] || fail "the study is gone"
say "installed, labeled, collected, removed: all well"
