#!/bin/sh
# compile.sh: every C file under a folder compiles without a warning: sources
# as C11, strict and GNU's, and C17 with gcc and, where it is there, clang;
# headers as C99, behind the system's own headers, and as C++11 to C++20 with
# both.
#
#   compile.sh INCLUDE FOLDER...
set -u
include=$1
shift
system="sys/stat.h fcntl.h netdb.h signal.h sched.h net/if.h netinet/in.h
ifaddrs.h libgen.h errno.h"
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
        for standard in c11 gnu11 c17; do
            try $compiler -std=$standard $strict "$file"
        done
    done
done
for file in $headers; do
    try gcc -std=c99 -xc $plain "$file"
    # shellcheck disable=SC2086
    try gcc -std=gnu11 -xc $plain $(printf ' -include %s' $system) "$file"
    for compiler in g++ clang++; do
        command -v $compiler >/dev/null || continue
        for standard in 11 14 17 20; do
            try $compiler -std=c++$standard -xc++ $plain -include "$file" \
                /dev/null
        done
    done
done
exit $failed
