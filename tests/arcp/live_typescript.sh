#!/bin/bash
# live_typescript.sh: every operation of schemas/arcp.yaml against a real ARCP,
# by generated TypeScript in Node: builds the runner of the corpus for that
# service and lets live.py make its calls. Exit code 77 where a tool is missing.
#
#   live_typescript.sh WORK BELLPULL
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
package=$root/runtime/typescript
mkdir -p "$1"
made=$(cd "$1" && pwd)/typescript
bellpull=$2
. "$root/scripts/node.sh"

skip() {
    printf 'SKIPPED: %s\n' "$*" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
}

use_node "${BELLPULL_SERVERS:-$root/build/servers}" ||
    skip "no Node $node_least with npm"
code=0
bash "$root/tests/typescript/run.sh" build || code=$?
[ $code = 0 ] || exit $code

rm -rf "$made"
mkdir -p "$made/node_modules"
ln -s "$package" "$made/node_modules/bellpull"
ln -s "$package/node_modules/@types" "$made/node_modules/@types"
"$bellpull" generate "$root/schemas/arcp.yaml" --output "$made" --typescript \
    --set int64=bigint --quiet 2>/dev/null
cp "$root"/tests/conformance/runner_typescript/*.{ts,json} "$made"
cp "$here/services.ts" "$made"
cd "$made"
mv typescript/* .
"$package/node_modules/.bin/tsc" -p .
exec python3 "$here/live.py" "typescript=node $made/js/runner.js"
