#!/bin/bash
# start.sh: an echo server of somebody else, in the place of this shell. 77: it
# cannot run here, which CI does not take for an answer.
#
#   start.sh node|python|go WORK
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
servers=${BELLPULL_SERVERS:-$root/build/servers}

skip() {
    printf 'SKIPPED: %s\n' "$*" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
}

case $1 in
node)
    packages=$root/runtime/typescript
    [ -d "$packages/node_modules/ws" ] || skip "npm's ws is not installed"
    exec node "$here/echo.mjs" "$packages" 7
    ;;
python)
    python=$servers/arcp/bin/python
    "$python" -c 'import websockets.asyncio.server' 2>/dev/null ||
        skip "Python's websockets are not installed (scripts/setup.sh --arcp)"
    exec "$python" "$here/echo.py" 7
    ;;
go)
    . "$root/scripts/go.sh"
    use_go "$servers" || skip "no Go $go_least"
    made=$2/go
    rm -rf "$made"
    mkdir -p "$made"
    cp "$root/generated/go/go.mod" "$root/generated/go/go.sum" \
        "$here/echo.go" "$made"
    cd "$made"
    export GOFLAGS=-buildvcs=false
    go mod edit -module=bellpull.invalid/echo \
        -replace="github.com/bellpull/bellpull/runtime/go=$root/runtime/go"
    go mod download 2>/dev/null || skip "the modules of Go could not be fetched"
    go vet echo.go
    go build -o echo echo.go
    exec ./echo
    ;;
esac
