#!/bin/bash
# run.sh: the tests of TypeScript that need Node and the runtime's packages.
# Skipped (77) where scripts/setup.sh --tests could not fetch them; with CI=true
# that is a failure. Arguments: what to do, then what that needs.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
package=$root/runtime/typescript
. "$root/scripts/node.sh"

skip() {
    printf 'SKIPPED: %s (scripts/setup.sh --tests)\n' "$*" >&2
    [ "${CI:-}" = true ] && exit 1
    exit 77
}

use_node "${BELLPULL_SERVERS:-$root/build/servers}" ||
    skip "no Node $node_least with npm"
[ -x "$package/node_modules/.bin/tsc" ] || skip "the packages are not there"
export NO_UPDATE_NOTIFIER=1
cd "$package"
bin=$package/node_modules/.bin

# What the other tests run on: once a run, and never two at a time.
build() {
    exec 9>"$package/node_modules/.building"
    flock 9
    "$bin/tsc" -p tsconfig.build.json
    "$bin/tsc" -p tsconfig.json
}

case $1 in
build) build ;;
unit) node --test build/test/*.test.js ;;
lint)
    "$bin/eslint" .
    "$bin/prettier" --check .
    ;;
*)
    echo "run.sh: nothing is called $1" >&2
    exit 2
    ;;
esac
