#!/bin/bash
# env.sh: prints what a shell has to export before it can use a Bellpull that
# was installed into a folder of its own.
set -euo pipefail

case ${1:-} in
'' | -*)
    echo "usage: scripts/env.sh PREFIX; as in: eval \"\$(scripts/env.sh" \
        "~/.local)\"" >&2
    exit 2
    ;;
esac
[ -x "$1/bin/bellpull" ] || {
    echo "env.sh: $1/bin/bellpull is missing: cmake --install build/release" \
        "--prefix $1" >&2
    exit 1
}
prefix=$(cd "$1" && pwd)

# The variable's own value stays behind ours.
front() { # VARIABLE FOLDER
    printf 'export %s=%q${%s:+:$%s}\n' "$1" "$2" "$1" "$1"
}

front PATH "$prefix/bin"
front LD_LIBRARY_PATH "$prefix/lib"
front PKG_CONFIG_PATH "$prefix/lib/pkgconfig"
front CMAKE_PREFIX_PATH "$prefix"
