#!/bin/bash
# init_test.sh: a project that `bellpull init` starts is built in all three
# ways and gets its answer from the mock. Arguments: the root, the build
# folder, a folder to work in.
set -euo pipefail

root=$1
build=$2
work=$3
server=
rm -rf "$work"
mkdir -p "$work"
cd "$work"

stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
}
trap stop EXIT

fail() {
    printf 'init: %s\n' "$*" >&2
    exit 1
}

logged() { # COMMAND...
    "$@" >log 2>&1 || { tail -n 40 log; fail "$*"; }
}

logged cmake --install "$build" --prefix "$work/prefix"
export LD_LIBRARY_PATH=$work/prefix/lib
bellpull=$work/prefix/bin/bellpull
"$bellpull" init first --quiet
coproc "$bellpull" serve first/first.yaml --port 0
server=$COPROC_PID
read -r line <&"${COPROC[0]}"
url=${line#listening on }

built() { # WAY CMAKE-OPTION...
    local program=$work/$1/call_first said code=0
    echo "== $1"
    logged cmake -S first -B "$1" -G Ninja "${@:2}" \
        -DCMAKE_C_FLAGS="-Wall -Wextra -Wpedantic -Werror"
    logged cmake --build "$1" -j 2
    said=$("$program" "$url")
    [ "$said" = "Hello, Ada! (3)" ] || fail "$1: it says $said"
    said=$("$program" "$url" nobody) || code=$?
    [ "$code $said" = "1 refused: 404 no such visitor" ] ||
        fail "$1: refused, it says $code $said"
}

built installed -DCMAKE_PREFIX_PATH="$work/prefix"

mkdir source
(cd "$root" && tar -cf - --exclude=./build --exclude=./.git \
    --exclude=node_modules .) |
    tar -xf - -C source
built folder -DBELLPULL_SOURCE="$work/source"
"$work/folder/bellpull/host/bellpull" check first/first.yaml

(
    cd source
    git init -q -b main .
    git add -A
    git -c user.name=test -c user.email=test@localhost commit -q -m all
)
built repository -DBELLPULL_REPOSITORY="file://$work/source" \
    -DBELLPULL_PROGRAM="$bellpull"

echo "== other names"
for name in a int main x1_y2 greet greeting visitor mood open template class \
    stdio time string errno; do
    "$bellpull" init "$name" --quiet
    "$bellpull" generate "$name/$name.yaml" --output gen --c --quiet
    cc -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only \
        -Iprefix/include "-Igen/c/$name" "$name/main.c" \
        gen/c/"$name"/*.c
done
