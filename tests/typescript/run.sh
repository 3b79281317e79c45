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

# What the other tests run on. Never two at a time, and only where something
# has changed: what is running must not be written anew.
build() {
    local sources stamp
    exec 9>"$package/node_modules/.building"
    flock 9
    sources=$(find src test ./*.json ./cjs.js -type f | sort)
    # The names are ours: they have no spaces.
    # shellcheck disable=SC2086
    stamp=$(cat $sources | cksum; echo "$sources" | cksum)
    if [ "$(cat build/.stamp 2>/dev/null)" = "$stamp" ] && [ -d dist ]; then
        return 0
    fi
    rm -rf dist build
    "$bin/tsc" -p tsconfig.build.json
    node cjs.js
    "$bin/tsc" -p tsconfig.json
    printf '%s\n' "$stamp" >build/.stamp
}

# A folder of generated code: the strictest compiler, eslint and prettier find
# nothing. It lies in the package, where imports of the package are found.
clean() { # FOLDER
    cat >"$1/tsconfig.json" <<'END'
{
  "extends": "../../tsconfig.build.json",
  "compilerOptions": { "noEmit": true, "rootDir": "../..", "types": [] },
  "include": ["."]
}
END
    "$bin/tsc" -p "$1"
    "$bin/prettier" --config .prettierrc.json --no-editorconfig \
        --ignore-path /dev/null --check "$1"
    "$bin/eslint" --no-ignore -c eslint.generated.js "$1"
}

# Every golden schema that is good, with numbers and with bigint.
goldens() { # BELLPULL
    local schema name output=$package/build/goldens count=0
    rm -rf "$output"
    mkdir -p "$output"
    for schema in "$root"/tests/golden/good/*/*.{yaml,json} \
        "$root"/tests/conformance/schemas/*.yaml "$root"/schemas/arcp.yaml; do
        # What is only included has no service.
        grep -q '"\?service"\?:' "$schema" || continue
        name=$(basename "$(dirname "$schema")")_$(basename "${schema%.*}")
        "$1" generate "$schema" --output "$output/$name" --typescript --quiet \
            2>"$output/$name.log" || { cat "$output/$name.log"; exit 1; }
        "$1" generate "$schema" --output "$output/$name.bigint" --typescript \
            --set int64=bigint --quiet 2>/dev/null
        count=$((count + 2))
    done
    clean "$output"
    echo "$count generated folders"
}

# The package and its requests say the same version as the program, its lock
# names no addresses, and its licence is the project's.
version() { # VERSION
    local file
    cmp "$root/LICENSE" LICENSE
    for file in package.json package-lock.json; do
        if ! head -n 3 "$file" | grep -qF "\"version\": \"$1\","; then
            echo "the version is $1; $file says another one"
            return 1
        fi
    done
    if ! grep -qF "VERSION = \"$1\";" src/version.ts; then
        echo "the version is $1; src/version.ts says another one"
        return 1
    fi
    ! grep -n '"resolved"' package-lock.json
}

need_centrifugo() {
    local program=${BELLPULL_CENTRIFUGO:-$root/build/servers/centrifugo}
    [ -x "$program" ] || skip "no Centrifugo; scripts/setup.sh --centrifugo"
}

need_chromium() {
    [ -x "${BELLPULL_CHROMIUM:-/usr/bin/chromium}" ] || skip "no Chromium"
}

# The tests of some files whose names match.
play() { # PATTERN FILE...
    local pattern=$1 files
    shift
    files=("${@/#/build/test/}")
    node --test --test-name-pattern="$pattern" "${files[@]/%/.test.js}"
}

case $1 in
version) version "$2" ;;
build) build ;;
unit)
    # All but those that need a Centrifugo: nobody has to name a new one.
    mapfile -t files < <(cd test && printf '%s\n' *.test.ts |
        sed 's/\.test\.ts$//' |
        grep -vxE 'client|channel|centrifuge|used')
    play . "${files[@]}"
    ;;
live)
    need_centrifugo
    play . client channel centrifuge
    ;;
used)
    need_centrifugo
    play 'unchanged|empty folder' used
    ;;
browser)
    need_centrifugo
    need_chromium
    play 'browser' used
    ;;
lint)
    "$bin/eslint" .
    "$bin/prettier" --check .
    ;;
bench)
    core=$(taskset -pc $$ | sed 's/.*[:,-] *//')
    taskset -c "$core" node ../../tests/bench/codec_bench.mjs dist
    coproc taskset -c "$core" "$2" ws
    server=$COPROC_PID
    trap 'kill "$server"' EXIT
    read -r port <&"${COPROC[0]}"
    taskset -c "$core" node ../../tests/bench/calls_bench.mjs dist \
        "ws://127.0.0.1:$port/connection/websocket"
    ;;
goldens) goldens "$2" ;;
generated)
    sources=$package/build/generated
    rm -rf "$sources"
    cp -r "$root/generated/typescript" "$sources"
    clean "$sources"
    ;;
*)
    echo "run.sh: nothing is called $1" >&2
    exit 2
    ;;
esac
