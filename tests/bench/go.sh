#!/bin/bash
# go.sh: measures the codec of Go beside encoding/json, on one core.
#
#   go.sh WORK BELLPULL
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "$1"
work=$(cd "$1" && pwd)
bellpull=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")

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
exec taskset -c "$core" ./codec
