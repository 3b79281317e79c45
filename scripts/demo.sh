#!/bin/bash
# demo.sh: from a schema to typed calls in C, Go and TypeScript that a server
# answers.
set -euo pipefail

usage() {
    cat <<'END'
usage: scripts/demo.sh [--all] [--centrifugo | --arcp]
  --all         fetch a Go and a Node too, where there are none (about 500 MB);
                without it their calls are skipped there
  --centrifugo  call through a real Centrifugo, with `bellpull serve
                --rpc-proxy` behind it; without it `bellpull serve` answers
  --arcp        call a real ARCP over HTTP (its server is fetched, 150 MB): an
                agent registers, is found and talked to, and leaves
END
}

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. scripts/options.sh
demo=build/demo
servers=$root/build/servers
work=$(mktemp -d)
pids=()

# Nothing of the caller's may reach the client and the servers.
unset "${!CENTRIFUGO_@}"

say() { printf '\n== %s\n' "$*"; }
show() { printf '$ %s\n' "$*"; }

fail() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

# ---- Processes: all of them end with this script ----------------------------

stop() {
    local pid
    trap - EXIT INT TERM HUP
    for pid in "${pids[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        end_of "$pid" || kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap stop EXIT
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM HUP

# Waits at most three seconds for a process to end.
end_of() { # PID
    local turn
    for ((turn = 0; turn < 60; turn++)); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    return 1
}

# Starts a server; the kernel ends it even if this script is killed hard.
start() { # LOG COMMAND...
    local log=$1
    shift
    setpriv --pdeathsig TERM "$@" >"$log" 2>&1 {lock}>&- &
    pids+=($!)
}

# Runs a command so that a signal to this script ends it too.
run() {
    local code=0
    "$@" {lock}>&- &
    pids+=($!)
    wait "$!" || code=$?
    unset 'pids[-1]'
    return $code
}

# Runs a step quietly; what it said is shown where it fails.
step() {
    if ! run "$@" >"$work/step.log" 2>&1; then
        tail -n 40 "$work/step.log" >&2
        fail "failed: $*"
    fi
}

# Waits until a server's log names its address, and prints that.
address_in() { # LOG PID [TURNS]
    local turn
    for ((turn = 0; turn < ${3:-200}; turn++)); do
        if grep -q 'listening on' "$1"; then
            sed -n 's/.*listening on \([^ ]*\).*/\1/p' "$1" | head -n 1
            return 0
        fi
        kill -0 "$2" 2>/dev/null || break
        sleep 0.05
    done
    cat "$1" >&2
    return 1
}

# ---- The two servers --------------------------------------------------------

start_mock() {
    say "a server that answers from the schema's examples"
    show "bellpull serve schemas/tasks.yaml --port 0"
    start "$work/serve.log" bellpull serve schemas/tasks.yaml --port 0
    url=$(address_in "$work/serve.log" "${pids[-1]}") ||
        fail "the mock server did not start"
    token=
    echo "listening on $url"
}

healthy() { # PORT
    local answer
    exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf 'GET /health HTTP/1.0\r\n\r\n' >&3
    read -r answer <&3 || answer=
    exec 3>&-
    [[ $answer == *' 200 '* ]]
}

# True when Centrifugo answers; false when it ended, as on a taken port.
centrifugo_up() { # PORT
    local turn
    for ((turn = 0; turn < 200; turn++)); do
        kill -0 "${pids[-1]}" 2>/dev/null || return 1
        if healthy "$1" 2>/dev/null; then
            return 0
        fi
        sleep 0.05
    done
    return 1
}

start_arcp() {
    local python=$servers/arcp/bin/python
    say "a place where an agent listens, and a real ARCP"
    show "python tests/arcp/agent.py my-testing-agent"
    start "$work/agent.log" "$python" tests/arcp/agent.py my-testing-agent
    endpoint=$(address_in "$work/agent.log" "${pids[-1]}") ||
        fail "the agent does not listen"
    echo "listening on $endpoint"
    show "python tests/arcp/server.py"
    BELLPULL_SERVERS=$servers start "$work/arcp.log" "$python" \
        tests/arcp/server.py
    url=$(address_in "$work/arcp.log" "${pids[-1]}" 600) ||
        fail "ARCP did not start"
    echo "listening on $url"
    words=("$url" "$endpoint")
    shown="$url $endpoint"
}

start_centrifugo() {
    local backend port try secret
    say "a backend, and a real Centrifugo before it"
    show "bellpull serve schemas/tasks.yaml --rpc-proxy --port 0"
    start "$work/serve.log" bellpull serve schemas/tasks.yaml --rpc-proxy \
        --port 0
    backend=$(address_in "$work/serve.log" "${pids[-1]}") ||
        fail "the backend did not start"
    echo "listening on $backend"

    secret=$(head -c 24 /dev/urandom | base64)
    sed -e "s|@BACKEND@|$backend|" -e "s|@SECRET@|$secret|" \
        tests/servers/centrifugo/demo.json >"$work/centrifugo.json"
    for ((try = 0; try < 10; try++)); do
        port=$((20000 + RANDOM % 10000))
        start "$work/centrifugo.log" build/servers/centrifugo \
            -c "$work/centrifugo.json" -p "$port"
        if centrifugo_up "$port"; then
            break
        fi
        unset 'pids[-1]'
        port=
    done
    [ -n "$port" ] || {
        tail -n 5 "$work/centrifugo.log" >&2
        fail "Centrifugo did not start"
    }
    show "centrifugo -c centrifugo.json -p $port"
    url=ws://127.0.0.1:$port/connection/websocket
    echo "$(build/servers/centrifugo version), listening on $url"
    show "bellpull token --secret SECRET --user 123"
    token=$(bellpull token --secret "$secret" --user 123)
    echo "${token:0:36}..."
}

# ---- Go and TypeScript ------------------------------------------------------

worked=(C)
skipped=()

# With --all, and with CI=true, nothing may be left out.
skip() { # LANGUAGE WHY
    [ "${CI:-}" != true ] && ! $all || fail "$1: $2"
    echo "SKIPPED: $2"
    skipped+=("$1")
}

build_go() {
    local folder=examples/go package=./tasks
    if [ "$service" = arcp ]; then
        folder=$demo/go
        package=.
        mkdir -p "$folder"
        cp examples/go/arcp/* "$folder"
        show "bellpull generate $schema --output gen --go"
        step bellpull generate "$schema" --output "$folder/gen" --go
        (cd "$folder" && step go mod edit -replace \
            "github.com/bellpull/bellpull/runtime/go=$root/runtime/go")
    fi
    show "cd $folder && go build -o $root/$demo/${service}_go $package"
    (cd "$folder" &&
        step go build -buildvcs=false -o "$root/$demo/${service}_go" "$package")
}

call_go() {
    say "the same call in Go"
    if ! go_ready "$servers" "$root/examples/go"; then
        skip Go "$go_lacks"
        return 0
    fi
    build_go
    show "${service}_go $shown"
    run "$demo/${service}_go" "${words[@]}" || fail "the call failed"
    worked+=(Go)
}

# A project of its own, as the README makes one.
call_typescript() {
    local package=$root/runtime/typescript project=$demo/typescript
    say "the same call in TypeScript"
    if ! node_ready "$servers" "$package"; then
        skip TypeScript "$node_lacks"
        return 0
    fi
    mkdir -p "$project"
    cp "examples/typescript/$service"/*.{ts,json} "$project"
    show "bellpull generate $schema --output gen --typescript"
    step bellpull generate "$schema" --output "$project/gen" --typescript
    show "npm install runtime/typescript"
    npm_quietly "$work" install --prefix "$project" --ignore-scripts \
        --prefer-offline "$package" || {
        skip TypeScript "npm could not install the package: $(npm_said "$work")"
        return 0
    }
    show "tsc"
    step "$package/node_modules/.bin/tsc" -p "$package/tsconfig.build.json"
    step "$package/node_modules/.bin/tsc" -p "$project" \
        --typeRoots "$package/node_modules/@types" --types node
    show "node main.js $shown"
    run node "$project/main.js" "${words[@]}" || fail "the call failed"
    worked+=(TypeScript)
}

# ---- The demonstration ------------------------------------------------------

centrifugo=false
service=tasks
all=false
wanted=(--demo)
for option in "$@"; do
    case $option in
    --centrifugo) centrifugo=true ;;
    --arcp) service=arcp ;;
    --all)
        all=true
        wanted+=(--go --typescript)
        ;;
    *) end_with_usage "$option" ;;
    esac
done

schema=schemas/$service.yaml
if $centrifugo && [ "$service" = arcp ]; then
    fail "--centrifugo and --arcp are two demonstrations"
fi

# Its folder is made anew; the lock ends with this process, however that ends.
mkdir -p build
exec {lock}>build/demo.lock
flock -n $lock ||
    fail "another scripts/demo.sh is running in this checkout: wait for its end"

say "what building needs"
run scripts/setup.sh "${wanted[@]}"
if $centrifugo; then
    run scripts/setup.sh --centrifugo
fi
if [ "$service" = arcp ]; then
    run scripts/setup.sh --arcp
fi

say "build (in a minute the first time)"
show "cmake --preset release && cmake --build --preset release"
step cmake --preset release
step cmake --build build/release -j "$(nproc)" \
    --target bellpull bell_shared bell_static
show "cmake --install build/release --prefix $demo"
rm -rf "$demo"
step cmake --install build/release --prefix "$demo"
# What setup.sh fetched comes before what Debian has, and our own before all;
# what is found anyway needs nothing, and must not come before the other.
. scripts/go.sh
. scripts/node.sh
export_fetched() { # PROGRAM USE
    local had
    had=$(command -v "$1" || true)
    if "$2" "$servers" && [ "$(command -v "$1")" != "$had" ]; then
        printf 'export PATH=%q:$PATH\n' "$(dirname "$(command -v "$1")")"
    fi
}
{
    (export_fetched go use_go)
    (export_fetched node use_node)
    scripts/env.sh $demo
} >$demo/env.sh
show ". $demo/env.sh"
. $demo/env.sh

say "generate a typed client from the schema"
show "bellpull generate $schema --output $demo/gen --c"
step bellpull generate "$schema" --output $demo/gen --c
ls "$demo/gen/c/$service"/*

if [ "$service" = arcp ]; then
    start_arcp
elif $centrifugo; then
    start_centrifugo
else
    start_mock
fi
if [ "$service" = tasks ]; then
    words=("$url" ${token:+"$token"})
    shown="$url${token:+ TOKEN}"
fi

say "compile a program and let it call"
made=$demo/gen/c/$service
show "cc examples/c/$service.c $made/$service.c -I$made" \
    "\$(pkg-config --cflags --libs bell) -o $demo/$service"
# shellcheck disable=SC2046
step cc "examples/c/$service.c" "$made/$service.c" "-I$made" \
    $(pkg-config --cflags --libs bell) -o "$demo/$service"
show "$demo/$service $shown"
run "$demo/$service" "${words[@]}" || fail "the call failed"

call_go
call_typescript

echo
if [ ${#skipped[@]} -gt 0 ]; then
    echo "It works in ${worked[*]}. Skipped: ${skipped[*]}, see above" \
        "(scripts/demo.sh --all fetches a Go and a Node)."
else
    echo "It works in C, Go and TypeScript."
fi
look() { printf '  %-34s %s\n' "$1" "$2"; }
echo "To go on in this shell: . $demo/env.sh"
echo "Where to look next:"
look "$schema" "what was asked for"
look "$made/$service.h" "what came of it"
look "examples/c/$service.c" "the program that called"
look "examples/go/$service/main.go" "the same in Go"
look "examples/typescript/$service/main.ts" "the same in TypeScript"
look "README.md, ARCHITECTURE.md" "how it is used, how it is built"
