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
    said=$(PATH=$work/bin BELLPULL_SERVERS=$work/servers \
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

apt_code=100 machine ninja cmake
expect "no network" 3 "setup: missing: cmake ninja-build (apt-get" --demo

machine ninja
rm "$work/bin/apt-get"
expect "no apt-get" 3 "setup: missing: ninja-build (no apt-get here" --demo

machine ninja id
printf '#!%s\necho 1000\n' "$(type -P bash)" >"$work/bin/id"
chmod +x "$work/bin/id"
expect "no rights" 3 "setup: missing: ninja-build (needs root or sudo" --demo

# TypeScript is an extra: without it setup still ends well.
machine npm node
expect "it asks for npm" 0 "installing by apt-get: npm" --typescript
expect "and goes on without" 0 "TypeScript is left out" --typescript

exit $failed
