#!/bin/bash
# run.sh: follows a page, where the machine has what the page needs; exit code
# 77 where it has not. With CI=true that is a failure.
#
#   run.sh NEEDS ROOT BUILD PAGE [NAME=PATH]...
#
# NEEDS are words of bare (see console.py), go, node, centrifugo; or started:
# then the page is NAME.yaml's of a project that `bellpull init` makes; or -.
set -euo pipefail

needs=$1 root=$2 build=$3
shift
mkdir -p "$build/docs"
servers=${BELLPULL_SERVERS:-$root/build/servers}

skip() {
    printf 'SKIPPED: %s\n' "$*" >&2
    exit 77
}

. "$root/scripts/go.sh"
. "$root/scripts/node.sh"
case $needs in *go*)
    go_ready "$servers" "$root/examples/go" || skip "Go: $go_lacks"
    ;;
esac
case $needs in *node*)
    node_ready "$servers" "$root/runtime/typescript" ||
        skip "Node: $node_lacks"
    # The page installs packages.
    npm_quietly "$build/docs" view typescript version ||
        skip "Node: $(npm_said "$build/docs")"
    ;;
esac
case $needs in *centrifugo*)
    [ -x "${BELLPULL_CENTRIFUGO:-$servers/centrifugo}" ] ||
        skip "no Centrifugo; scripts/setup.sh --centrifugo builds one"
    PATH=$PATH:$(dirname "${BELLPULL_CENTRIFUGO:-$servers/centrifugo}")
    ;;
esac
case $needs in *started*)
    # The page is that of a new project, in whose folder it is followed.
    name=${3%.yaml}
    (cd "$build/docs" && rm -rf "$name" && "$build/bellpull" init "$name")
    for file in "$build/docs/$name"/*; do
        set -- "$@" "${file##*/}=$file"
    done
    set -- "$1" "$2" "$build/docs/$name/README.md" "${@:4}"
    ;;
esac
case $needs in
*bare*) exec python3 "$root/tests/docs/console.py" --bare "$@" ;;
*) exec python3 "$root/tests/docs/console.py" "$@" ;;
esac
