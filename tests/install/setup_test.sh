#!/bin/bash
# setup_test.sh: what scripts/setup.sh says and does on machines that lack
# something. The machine is a PATH with an apt-get that only keeps a record.
# Arguments: the root, a folder to work in.
set -euo pipefail

root=$1
work=$2
failed=0
rm -rf "$work"
mkdir -p "$work/bin"

# All that the script itself needs, and what it looks for but the case lacks.
machine() { # LACKING...
    local name path
    rm -f "$work/bin"/* "$work/apt"
    for name in bash env id uname mktemp tail rm cat cksum mkdir dirname chmod \
        cc cmake ninja make pkg-config; do
        case " $* " in *" $name "*) continue ;; esac
        path=$(type -P "$name")
        ln -s "$path" "$work/bin/$name"
    done
    cat >"$work/bin/apt-get" <<END
#!$(type -P bash)
echo "\$*" >>"$work/apt"
exit ${apt_code:-0}
END
    chmod +x "$work/bin/apt-get"
}

# Runs setup on that machine: want an exit code and a text in what it says.
expect() { # NAME CODE TEXT OPTION...
    local name=$1 code=$2 text=$3 said got=0
    shift 3
    said=$(PATH=$work/bin BELLPULL_SERVERS=$work/servers BELLPULL_GO_PLACES= \
        "$work/bin/bash" "$root/scripts/setup.sh" "$@" 2>&1) || got=$?
    if [ $got != "$code" ] || [[ $said != *"$text"* ]]; then
        printf '%s: want %s and "%s", got %s:\n%s\n' \
            "$name" "$code" "$text" $got "$said"
        failed=1
    fi
}

apt_was_asked() { # NAME PATTERN
    grep -q -- "$2" "$work/apt" 2>/dev/null && return
    printf '%s: apt-get was not asked: %s\n' "$1" "$2"
    failed=1
}

machine
expect "all is there" 0 "setup: all there" --demo
[ ! -e "$work/apt" ] || { echo "apt-get was asked for nothing"; failed=1; }
expect "an unknown option" 2 "usage: scripts/setup.sh" --everything

machine ninja
expect "it says what it installs" 0 "installing by apt-get: ninja-build" --demo
apt_was_asked "it installs" "install --no-install-recommends ninja-build$"

machine clang
expect "the demo needs no clang" 0 "setup: all there" --demo
expect "the tests do" 0 "clang clang-tidy clang-format" --tests

machine s390x-linux-gnu-gcc qemu-s390x
expect "nor other machines' compilers" 0 "setup: all there" --demo
expect "those are installed too" 0 "gcc-s390x-linux-gnu" --cross
apt_was_asked "and what runs them" "install .* qemu-user$"

apt_code=100 machine ninja cmake
expect "no network" 3 "setup: missing: cmake ninja-build (apt-get" --demo

machine ninja
rm "$work/bin/apt-get"
expect "no apt-get" 3 "setup: missing: ninja-build (no apt-get here" --demo

machine ninja id
printf '#!%s\necho 1000\n' "$(type -P bash)" >"$work/bin/id"
chmod +x "$work/bin/id"
expect "no rights" 3 "setup: missing: ninja-build (needs root or sudo" --demo

# A language that is asked for is needed; the tests go on without it.
machine npm node
expect "it asks for npm" 3 "installing by apt-get: npm" --typescript
expect "and cannot go on" 3 "setup: missing: npm" --typescript
machine npm node go
expect "it asks for Go" 3 "setup: missing: Go 1.24 or newer" --go
expect "tests without" 0 "all there but for Go TypeScript" --tests

# ---- What a demonstration says of a language --------------------------------

# Puts a program on the machine that says a version and fails at the rest.
stub() { # NAME VERSION LAST-WORDS
    printf '#!%s\n[[ $1 == *version ]] && { echo "%s"; exit; }\n%s; exit 1\n' \
        "$(type -P bash)" "$2" "$3" >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}

# One row of the table: a language, and what it lacks (nothing: it is ready).
lacks() { # WHICH WANT
    local got
    mkdir -p "$work/package"
    touch "$work/package/package.json" "$work/package/package-lock.json"
    got=$(
        . "$root/scripts/go.sh"
        . "$root/scripts/node.sh"
        PATH=$work/bin
        go_places=
        hash -r
        case $1 in
        go) go_ready "$work/none" "$work" || echo "$go_lacks" ;;
        node) node_ready "$work/none" "$work/package" || echo "$node_lacks" ;;
        esac
    )
    [ "$got" = "$2" ] && return
    printf '%s: want it to lack "%s", got "%s"\n' "$1" "$2" "$got"
    failed=1
}

tools() {
    local name
    for name in timeout grep touch head; do
        ln -sf "$(type -P $name)" "$work/bin/$name"
    done
}

machine go node npm
tools
lacks go "no Go 1.24 or newer (scripts/setup.sh --go fetches one)"
lacks node \
    "no Node 20 or newer (scripts/setup.sh --typescript fetches one)"
stub go "go version go1.19.8 linux/amd64" true
stub node v18.20.4 true
lacks go "no Go 1.24 or newer (scripts/setup.sh --go fetches one)"
lacks node \
    "no Node 20 or newer (scripts/setup.sh --typescript fetches one)"
stub go "go version go1.24.0 linux/amd64" 'echo "dial tcp: refused" >&2'
stub node v20.20.2 true
lacks go "its modules could not be fetched: dial tcp: refused"
lacks node "there is a Node but no npm (scripts/setup.sh --typescript)"
stub npm 10 'printf "npm error %s\\n" "code EX" "request failed: refused" \
    "A complete log of this run can be found in: ~/.npm/_logs/x" >&2'
lacks node \
    "its packages could not be fetched: npm error request failed: refused"
stub npm 9 'printf "npm ERR! %s\\n" "code EX" "request failed: refused" \
    "A complete log of this run can be found in:" "    ~/.npm/_logs/x" >&2'
lacks node \
    "its packages could not be fetched: npm ERR! request failed: refused"
stub go "go version go1.24.0 linux/amd64" "exit 0"
stub npm 10 'mkdir -p node_modules; exit 0'
lacks go ""
lacks node ""

exit $failed
