#!/bin/sh
# bench.sh: builds Release and measures calls beside the same bytes without
# us, on one core, in one run.
#
#   scripts/bench.sh [--json FILE]
set -eu
here=$(pwd)
cd "$(dirname "$0")/.."

usage() {
    echo "usage: scripts/bench.sh [--json FILE]" >&2
    exit 2
}

json=
case "${1-}" in
'') ;;
--json)
    [ $# -eq 2 ] || usage
    case "$2" in
    /*) json=$2 ;;
    *) json=$here/$2 ;;
    esac
    ;;
*) usage ;;
esac

cmake --preset release >/dev/null
cmake --build --preset release --target bench_programs >/dev/null
exec python3 tests/bench/run.py --bin build/release/tests/bench \
    ${json:+--json "$json"}
