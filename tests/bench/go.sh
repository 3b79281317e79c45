#!/bin/bash
# go.sh: measures Go, on one core: the codec beside encoding/json, and calls
# beside those of centrifuge-go, where ECHO-SERVER is given.
#
#   go.sh WORK BELLPULL [ECHO-SERVER]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "$1"
work=$(cd "$1" && pwd)
bellpull=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
echo_server=${3:+$(cd "$(dirname "$3")" && pwd)/$(basename "$3")}

. "$root/scripts/go.sh"
use_go "${BELLPULL_SERVERS:-$root/build/servers}" || {
    echo "go.sh: Go $go_least or newer is missing" >&2
    exit 1
}
export GOFLAGS=-buildvcs=false GOMAXPROCS=1
"$bellpull" generate "$here/go/fleet.yaml" --go --quiet --output "$work"
cp "$here/go/main.go" "$root/generated/go/go.mod" "$root/generated/go/go.sum" \
    "$work"
cd "$work"
go mod edit -module=bellpull.invalid/bench \
    -replace="github.com/bellpull/bellpull/runtime/go=$root/runtime/go"
go build -o codec .
core=$(taskset -pc $$ | sed 's/.*[:,-] *//')
taskset -c "$core" ./codec
[ -n "$echo_server" ] || exit 0

mkdir -p calls
cp "$here/go_calls/main.go" calls/
GOFLAGS="$GOFLAGS -mod=mod" go get \
    github.com/centrifugal/centrifuge-go@v0.12.1 2>get.log || {
    cat get.log >&2
    exit 1
}
go build -o calls/calls ./calls
coproc taskset -c "$core" "$echo_server" ws
server=$COPROC_PID
trap 'kill "$server"' EXIT
read -r port <&"${COPROC[0]}"
taskset -c "$core" calls/calls "ws://127.0.0.1:$port/connection/websocket"
