#!/bin/bash
# example.sh: the programs of examples/ that show ARCP in Go and in TypeScript:
# generates, compiles and runs one as a user does, against a real server. Exit
# code 77 where a tool is missing.
#
#   example.sh go|typescript WORK BELLPULL
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
servers=${BELLPULL_SERVERS:-$root/build/servers}
language=$1
mkdir -p "$2"
made=$(cd "$2" && pwd)/$language
bellpull=$3
. "$root/scripts/go.sh"
. "$root/scripts/node.sh"

skip() {
    printf 'SKIPPED: %s\n' "$*" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
}

rm -rf "$made"
mkdir -p "$made"
cp -r "$root/examples/$language/arcp/." "$made"
"$bellpull" generate "$root/schemas/arcp.yaml" --output "$made/gen" \
    "--$language" --clean --quiet 2>/dev/null
cd "$made"
case $language in
go)
    use_go "$servers" || skip "no Go $go_least"
    export GOFLAGS=-buildvcs=false
    go mod edit \
        -replace="github.com/bellpull/bellpull/runtime/go=$root/runtime/go"
    go mod download 2>/dev/null || skip "the modules of Go are not there"
    go vet .
    go build -o arcp .
    exec python3 "$here/example.py" ./arcp
    ;;
typescript)
    use_node "$servers" || skip "no Node $node_least with npm"
    package=$root/runtime/typescript
    code=0
    bash "$root/tests/typescript/run.sh" build || code=$?
    [ $code = 0 ] || exit $code
    mkdir -p node_modules
    ln -s "$package" node_modules/bellpull
    ln -s "$package/node_modules/@types" node_modules/@types
    "$package/node_modules/.bin/tsc" -p .
    "$package/node_modules/.bin/prettier" \
        --config "$package/.prettierrc.json" --check main.ts
    exec python3 "$here/example.py" --no-sockets node main.js
    ;;
*)
    echo "example.sh: nothing is called $language" >&2
    exit 2
    ;;
esac
