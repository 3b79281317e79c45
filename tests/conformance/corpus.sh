#!/bin/bash
# corpus.sh: builds the driver of the corpus and what it drives, and runs it.
# Exit code 77 where a tool is missing that a language needs: then nothing ran,
# and with CI=true that is a failure.
set -euo pipefail

usage() {
    cat <<'END_OF_USAGE'
usage: corpus.sh WORK BELLPULL C-RUNNER LANGUAGES [DRIVER-OPTION...] CASES
  WORK       a folder that is built in
  LANGUAGES  of c go typescript, with commas between
  test       instead of LANGUAGES: the driver's own tests
END_OF_USAGE
}

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
servers=${BELLPULL_SERVERS:-$root/build/servers}

skip() {
    printf 'SKIPPED: the corpus needs %s\n' "$*" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
}

# ---- Go ---------------------------------------------------------------------

modules() { # FOLDER
    (cd "$1" && go mod download 2>"$work/log") ||
        skip "modules of Go: $(tail -n 1 "$work/log")"
}

# A module of its own: the runner, and the generated packages beside it.
build_go() {
    local made=$work/go
    local runtime=github.com/bellpull/bellpull/runtime/go
    rm -rf "$made"
    mkdir -p "$made"
    "$bellpull" generate "$here"/schemas/{kinds,plain,web}.yaml \
        --output "$made" --go --quiet
    cp "$here"/runner_go/*.go "$root/generated/go/go.mod" \
        "$root/generated/go/go.sum" "$made"
    cd "$made"
    mv go/* .
    go mod edit -module=bellpull.invalid/corpus \
        -replace="$runtime=$root/runtime/go"
    modules .
    go vet ./...
    go build -race -o runner .
    runners+=(--runner "go=$made/runner")
}

# ---- TypeScript -------------------------------------------------------------

# A package of its own, compiled as strictly as a user's may be.
build_typescript() {
    local made=$work/typescript package=$root/runtime/typescript
    . "$root/scripts/node.sh"
    use_node "$servers" || skip "Node $node_least with npm"
    bash "$root/tests/typescript/run.sh" build
    rm -rf "$made"
    mkdir -p "$made/node_modules"
    "$bellpull" generate "$here"/schemas/{kinds,web}.yaml --output "$made" \
        --typescript --set int64=bigint --quiet
    "$bellpull" generate "$here/schemas/plain.yaml" --output "$made" \
        --typescript --quiet
    cp "$here"/runner_typescript/*.ts "$here"/runner_typescript/*.json "$made"
    ln -s "$package" "$made/node_modules/bellpull"
    ln -s "$package/node_modules/@types" "$made/node_modules/@types"
    cd "$made"
    mv typescript/* .
    "$package/node_modules/.bin/tsc" -p .
    runners+=(--runner "typescript=node $made/js/runner.js")
}

# ---- All --------------------------------------------------------------------

[ $# -ge 4 ] || {
    usage >&2
    exit 2
}
mkdir -p "$1"
work=$(cd "$1" && pwd)
bellpull=$2
wanted=$4
runners=()
. "$root/scripts/go.sh"
go_least=1.23 # a module of the driver asks for it
use_go "$servers" || skip "Go $go_least or newer"
export GOTOOLCHAIN=local GOFLAGS=-buildvcs=false
cd "$here/driver"
modules .
if [ "$wanted" = test ]; then
    go vet ./...
    exec go test ./...
fi
go build -o "$work/driver" .
for language in ${wanted//,/ }; do
    case $language in
    c) runners+=(--runner "c=$3") ;;
    go) build_go ;;
    typescript) build_typescript ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
done
shift 4
cd "$root"
exec "$work/driver" "${runners[@]}" "$@"
