#!/bin/bash
# runtimes.sh: runs what is tested with one Node and one Go in the others that
# the documents name: Node 22, Bun, Deno, by their npm packages, and the oldest
# Go. It fetches them into build/runtimes (about 400 MB); the packages of
# runtime/typescript have to be there (scripts/setup.sh --tests).
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$root/build/runtimes
package=$root/runtime/typescript
bellpull=$root/build/release/bellpull
server=
failed=0

say() { printf '== %s\n' "$*"; }

stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
    fi
}
trap stop EXIT

verdict() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "passed: $what"
    else
        failed=$((failed + 1))
        tail -n 30 "$work/log"
        echo "FAILED: $what"
    fi
}

. scripts/node.sh
use_node build/servers || { echo "runtimes: no Node $node_least" >&2; exit 1; }
. scripts/go.sh
use_go build/servers || { echo "runtimes: no Go $go_least" >&2; exit 1; }

say "what is run"
mkdir -p "$work/project"
(cd "$work" && npm install --no-audit --no-fund --no-package-lock --silent \
    --prefix . node@22.23.3 bun@1.4.5 deno@2.9.6 >/dev/null 2>&1) ||
    { echo "runtimes: npm could not fetch them" >&2; exit 1; }
bin=$work/node_modules/.bin
cmake --preset release >/dev/null
cmake --build build/release --target bellpull >/dev/null
bash tests/typescript/run.sh build
rm -rf "$work/project"
mkdir -p "$work/project/node_modules"
ln -s "$package" "$work/project/node_modules/bellpull"
cp examples/typescript/tasks/main.ts examples/typescript/tasks/package.json \
    examples/typescript/tasks/tsconfig.json "$work/project"
"$bellpull" generate schemas/tasks.yaml --output "$work/project/gen" \
    --typescript --quiet
"$package/node_modules/.bin/tsc" -p "$work/project" \
    --typeRoots "$package/node_modules/@types" --types node
coproc "$bellpull" serve schemas/tasks.yaml --port 0
server=$COPROC_PID
read -r line <&"${COPROC[0]}"
url=${line#listening on }

calls() { # COMMAND...
    local said
    said=$("$@" "$work/project/main.js" "$url" 2>&1)
    printf '%s\n' "$said"
    [[ $said == *"total 3, completed 1"*"refused: 404 no such user" ]]
}

suite() { # NODE: what needs no other server and no bundler
    local names=(channel client codec damage forms hostile left pattern
        transcripts url)
    local tests=("${names[@]/%/.test.js}")
    (cd "$package/build/test" && "$1" --test "${tests[@]}")
}

say "Node $("$bin/node" --version), Bun $("$bin/bun" --version)," \
    "$("$bin/deno" --version | head -n 1)"
verdict "Node 22 calls" calls "$bin/node"
verdict "Node 22: the tests" suite "$bin/node"
verdict "Bun calls" calls "$bin/bun"
verdict "Deno calls" calls "$bin/deno" run --allow-net --allow-env --allow-read

export GOTOOLCHAIN=go1.24.0 GOFLAGS=-buildvcs=false
say "$(go version)"
for folder in runtime/go generated/go examples/go; do
    verdict "go test ./... in $folder" \
        bash -c 'cd "$1" && go test -count=1 ./...' - "$folder"
done
[ "$failed" -eq 0 ] || { echo "$failed failed"; exit 1; }
echo "all passed"
