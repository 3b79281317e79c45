#!/bin/sh
# count.sh: counts the instructions that our own code takes for fixed work, and
# says where a row is 3% over the one in tests/bench/counts.json.
#
#   scripts/count.sh [--build DIR] [--tree DIR] [OPTION of count.py] [ROW...]
#
# A ROW may be the beginning of some. It builds by itself, always with the same
# flags; --tree counts another checkout by this one's programs of this folder
# copied into it. Exit code 77, and a line that says why, where counts mean
# nothing.
set -eu
here=$(pwd)
cd "$(dirname "$0")/.."
root=$(pwd)
tree=$root
build=$root/build/count

skip() {
    echo "count: SKIPPED: $*" >&2
    exit 77
}

absolute() {
    case "$1" in
    /*) echo "$1" ;;
    *) echo "$here/$1" ;;
    esac
}

while [ $# -ge 2 ]; do
    case "$1" in
    --build) build=$(absolute "$2") ;;
    --tree) tree=$(absolute "$2") ;;
    *) break ;;
    esac
    shift 2
done

compiler=$(command -v gcc-12 || command -v gcc || true)
[ -n "$compiler" ] || skip "no gcc"
version=$("$compiler" -dumpversion)
[ "${version%%.*}" = 12 ] || skip "counts are of gcc 12, this is $version"
[ "$(uname -m)" = x86_64 ] || skip "counts are of x86_64"
command -v valgrind >/dev/null || skip "no valgrind"

mkdir -p "$(dirname "$build")"
cmake -S "$tree" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Count \
    -DCMAKE_C_FLAGS_COUNT="-O2 -g -DNDEBUG" -DCMAKE_C_FLAGS= \
    -DCMAKE_C_COMPILER="$compiler" -DBELLPULL_EXAMPLES=OFF >"$build.log" ||
    { cat "$build.log" >&2; exit 1; }
cmake --build "$build" --target count_programs >"$build.log" ||
    { tail -n 40 "$build.log" >&2; exit 1; }
exec python3 tests/bench/count.py --bin "$build" \
    --counts tests/bench/counts.json "$@"
