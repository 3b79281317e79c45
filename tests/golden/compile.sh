#!/bin/sh
# compile.sh: every C file under a folder compiles without a warning: sources
# as C11 with gcc and, where it is there, clang; headers as C99 and C++.
#
#   compile.sh INCLUDE FOLDER...
set -u
include=$1
shift
strict="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
plain="-Wall -Wextra -Wpedantic -Werror"
failed=0
sources=$(find "$@" -name '*.c' | sort)
headers=$(find "$@" -name '*.h' | sort)
[ -n "$sources" ] && [ -n "$headers" ] || { echo "nothing to compile"; exit 1; }

# Each command line is words of ours: they split at spaces.
# shellcheck disable=SC2086
try() {
    "$@" -I"$include" -fsyntax-only || { echo "failed: $*"; failed=1; }
}

for file in $sources; do
    for compiler in gcc clang; do
        command -v $compiler >/dev/null || continue
        try $compiler -std=c11 $strict "$file"
    done
done
for file in $headers; do
    try gcc -std=c99 -xc $plain "$file"
    command -v g++ >/dev/null || continue
    for standard in 11 14 17 20; do
        try g++ -std=c++$standard -xc++ $plain "$file"
    done
done
exit $failed
