#!/bin/bash
# run.sh: tests of the runtime in Go and of what is generated for it. Exit code
# 77 where there is no Go, or its modules cannot be had: then nothing ran.
#
#   run.sh vet|race|goldens|path|patterns|live WORK BELLPULL
#   run.sh version VERSION
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
servers=${BELLPULL_SERVERS:-$root/build/servers}
what=$1

# Requests say the same version as the program.
if [ "$what" = version ]; then
    grep -qxF "const version = \"$2\"" "$root/runtime/go/rest.go" || {
        printf 'the version is %s; rest.go says another one\n' "$2" >&2
        exit 1
    }
    exit 0
fi

mkdir -p "$2"
work=$(cd "$2" && pwd)
bellpull=$3

skip() {
    printf 'SKIPPED: Go is not tested: %s\n' "$*" >&2
    exit 77
}

fail() {
    printf 'go: %s\n' "$*" >&2
    exit 1
}

. "$root/scripts/go.sh"
use_go "$servers" || skip "Go $go_least or newer is missing"
export GOFLAGS="-buildvcs=false -mod=readonly"
unset "${!CENTRIFUGO_@}" || true

modules() { # FOLDER
    (cd "$1" && go mod download 2>"$work/log") ||
        skip "modules: $(tail -n 1 "$work/log")"
}

# No output, or it is shown and the test fails.
silent() { # COMMAND...
    local said
    said=$("$@" 2>&1) || true
    [ -z "$said" ] || fail "$*: $said"
}

# An empty module that uses the runtime from a path: one require, one replace.
new_module() { # FOLDER NAME
    rm -rf "$1"
    mkdir -p "$1"
    cat >"$1/go.mod" <<END
module example.com/$2

go 1.24

require github.com/bellpull/bellpull/runtime/go v0.0.0

replace github.com/bellpull/bellpull/runtime/go => $root/runtime/go
END
}

# What `go mod tidy` writes for a user.
tidy() { # FOLDER
    (cd "$1" && GOFLAGS=-buildvcs=false go mod tidy 2>"$work/log") || {
        cat "$work/log" >&2
        fail "go mod tidy in $1"
    }
}

test_vet() {
    modules "$root/runtime/go"
    silent gofmt -l "$root/runtime/go" "$root/generated/go" \
        "$root/examples/go" "$here"
    (cd "$root/runtime/go" && go vet ./...)
    modules "$here/staticcheck"
    (cd "$here/staticcheck" &&
        go build -o "$work/staticcheck" honnef.co/go/tools/cmd/staticcheck)
    (cd "$root/runtime/go" && "$work/staticcheck" ./...)
    (cd "$root/examples/go" && go vet ./... && "$work/staticcheck" ./...)
    (cd "$root/generated/go" && go vet ./... && "$work/staticcheck" ./...)
}

test_race() {
    modules "$root/runtime/go"
    (cd "$root/runtime/go" && CGO_ENABLED=1 go test -race -count=1 ./...)
    (cd "$root/examples/go" && CGO_ENABLED=1 go test -race -count=1 ./...)
}

# All good goldens become Go that compiles and that gofmt leaves as it is.
test_goldens() {
    local folder name schemas each
    modules "$root/runtime/go"
    new_module "$work/goldens" goldens
    for folder in "$root"/tests/golden/good/*/ "$root"/schemas/; do
        name=$(basename "$folder")
        schemas=()
        for each in "$folder"*.yaml "$folder"*.json; do
            if grep -q '^ *"\?service"\?: *"\?[a-z]' "$each" 2>/dev/null; then
                schemas+=("$each")
            fi
        done
        [ ${#schemas[@]} -gt 0 ] || continue
        "$bellpull" generate "${schemas[@]}" --go --quiet \
            --output "$work/goldens/$name" 2>"$work/log" ||
            fail "$name: $(head -n 3 "$work/log")"
    done
    [ "$(find "$work/goldens" -name '*.go' | wc -l)" -ge 10 ] ||
        fail "hardly anything was generated"
    tidy "$work/goldens"
    silent gofmt -l "$work/goldens"
    (cd "$work/goldens" && go vet ./...)
}

# The README's way: an empty folder, a path, and it runs.
test_path() {
    modules "$root/runtime/go"
    new_module "$work/path" path
    "$bellpull" generate "$root/schemas/tasks.yaml" --go --quiet \
        --output "$work/path/gen"
    cp "$here/path/main.go" "$work/path/main.go"
    tidy "$work/path"
    (cd "$work/path" && go build -o program . && timeout 30 ./program)
}

# Patterns mean what RE2 and JavaScript say.
test_patterns() {
    python3 "$here/patterns.py" "$bellpull" "$root/runtime/go" "$work"
}

# A real Centrifugo, and the documents' own example.
test_live() {
    [ -n "${BELLPULL_CENTRIFUGO:-}" ] ||
        skip "BELLPULL_CENTRIFUGO names no server"
    modules "$here/live"
    silent gofmt -l "$here"
    (cd "$here/live" && go vet ./... && CGO_ENABLED=1 \
        BELLPULL_PROGRAM=$bellpull go test -race -count=1 ./...)
}

case $what in
vet) test_vet ;;
race) test_race ;;
goldens) test_goldens ;;
path) test_path ;;
patterns) test_patterns ;;
live) test_live ;;
*) fail "there is no test '$what'" ;;
esac
