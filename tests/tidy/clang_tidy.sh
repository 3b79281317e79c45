#!/bin/sh
# clang_tidy.sh: clang-tidy over the runtime and the generator. Exit code 77
# where there is none. Arguments: the root, the build folder.
set -eu
cd "$1"
command -v clang-tidy >/dev/null || exit 77
# The analyzer leaves a function behind so many states, a quarter of its own
# limit: with that it takes over a quarter of an hour on two cores.
deep='--extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang'
# shellcheck disable=SC2086
find runtime/c generator examples/c -name '*.c' -print0 |
    xargs -0 -n 4 -P "$(nproc)" clang-tidy -p "$2" --quiet \
        $deep --extra-arg=max-nodes=50000
