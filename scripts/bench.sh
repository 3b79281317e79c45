#!/bin/sh
# bench.sh: builds Release and measures calls beside the same bytes without
# us, on one core, in one run. For typescript: its codec beside JSON.parse and
# JSON.stringify, and calls beside those of centrifuge; for go: beside
# encoding/json and centrifuge-go. For websocket: a plain WebSocket beside npm's
# ws and, where PYTHON has them, websocket-rs, picows and websockets. For rest:
# typed exchanges of HTTP beside a bare loop, libcurl, Go, Node and, where
# PYTHON has them, aiohttp and httpx.
#
#   scripts/bench.sh [--json FILE]
#   scripts/bench.sh typescript
#   scripts/bench.sh go
#   scripts/bench.sh websocket [PYTHON]
#   scripts/bench.sh rest [PYTHON]
set -eu
here=$(pwd)
cd "$(dirname "$0")/.."

usage() {
    echo "usage: scripts/bench.sh [--json FILE | typescript | go |"
    echo "                        websocket [PYTHON] | rest [PYTHON]]" >&2
    exit 2
}

json=
case "${1-}" in
'') ;;
typescript)
    [ $# -eq 1 ] || usage
    bash tests/typescript/run.sh build
    cmake --preset release >/dev/null
    cmake --build --preset release --target echo_server >/dev/null
    exec bash tests/typescript/run.sh bench \
        "$PWD/build/release/tests/bench/echo_server"
    ;;
go)
    [ $# -eq 1 ] || usage
    cmake --preset release >/dev/null
    cmake --build --preset release --target bellpull echo_server >/dev/null
    exec tests/bench/go.sh build/release/bench_go build/release/bellpull \
        build/release/tests/bench/echo_server
    ;;
websocket)
    [ $# -le 2 ] || usage
    cmake --preset release >/dev/null
    cmake --build --preset release --target bench_programs >/dev/null
    exec python3 tests/bench/websocket.py --bin build/release/tests/bench \
        --python "${2:-build/servers/arcp/bin/python}"
    ;;
rest)
    [ $# -le 2 ] || usage
    cmake --preset release >/dev/null
    cmake --build --preset release --target rest_programs >/dev/null
    exec tests/bench/rest.sh build/release/tests/bench \
        --python "${2:-build/servers/arcp/bin/python}"
    ;;
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
