#!/bin/bash
# live_go.sh: every operation of schemas/arcp.yaml and its three WebSockets
# against a real ARCP, by generated Go: builds the runner of the corpus for that
# service and lets live.py make its calls; then the program of sockets_go. Exit
# code 77 where a tool is missing.
#
#   live_go.sh WORK BELLPULL
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "$1"
made=$(cd "$1" && pwd)/go
bellpull=$2
. "$root/scripts/go.sh"

skip() {
    printf 'SKIPPED: %s\n' "$*" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
}

rm -rf "$made"
mkdir -p "$made"
"$bellpull" generate "$root/schemas/arcp.yaml" --output "$made" --go --quiet \
    2>/dev/null
cp "$root"/tests/conformance/runner_go/*.go "$root/generated/go/go.mod" \
    "$root/generated/go/go.sum" "$made"
cp "$here/services.go" "$made"
cd "$made"
mv go/* .
use_go "${BELLPULL_SERVERS:-$root/build/servers}" || skip "no Go $go_least"
export GOFLAGS=-buildvcs=false
go mod edit -module=bellpull.invalid/corpus \
    -replace="github.com/bellpull/bellpull/runtime/go=$root/runtime/go"
go mod download 2>/dev/null || skip "the modules of Go could not be fetched"
mkdir sockets
cp "$here/sockets_go/main.go" sockets
go vet ./...
go build -race -o runner .
go build -race -o sockets/sockets ./sockets
python3 "$here/live.py" "go=$made/runner"
exec python3 "$here/sockets.py" "go=$made/sockets/sockets"
