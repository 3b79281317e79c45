#!/bin/sh
# run.sh: the WebSocket of bell/ws.h against servers of others: mixed.c, and
# the examples.
#
#   run.sh MIXED EXAMPLES-FOLDER SERVER [ARGUMENT...]
#
# The server prints its url. 77: it cannot run here.
set -u
mixed=$1
examples=$2
shift 2
scratch=$(mktemp -d)
failed=0

setpriv --pdeathsig TERM "$@" >"$scratch/url" 2>"$scratch/log" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$scratch"' \
    EXIT INT TERM HUP

turn=0
until [ -s "$scratch/url" ]; do
    turn=$((turn + 1))
    if [ $turn -gt 1200 ] || ! kill -0 $server 2>/dev/null; then
        cat "$scratch/log"
        wait $server
        [ $? = 77 ] && exit 77
        echo "the server did not start"
        exit 1
    fi
    sleep 0.05
done
url=$(head -n 1 "$scratch/url")

# Runs one, and compares what it printed and how it ended.
check() { # NAME WANTED [ARGUMENT...]
    name=$1
    wanted=$2
    shift 2
    got=$(timeout 60 "$examples/websocket_$name" "$@" 2>&1)
    ended=$?
    if [ "$got" != "$wanted" ] || [ $ended != 0 ]; then
        printf '%s ended with %s; it printed\n%s\nwant\n%s\n' \
            "$name" $ended "$got" "$wanted"
        failed=1
    fi
}

timeout 240 "$mixed" "$url" || failed=1
check echo 'Hello -> Hello
World -> World
Goodbye -> Goodbye' "$url"
check echo_async 'Hello
World
Goodbye
closed with 1000' "$url"
check request '{"endpoint":"/users/create","data":{"name":"Alice"}}' "$url"
check stream '{"action":"subscribe","channel":"prices"}' "$url" 1
check concurrent '200 of 200 answered' "$url" 200
check batch '20000 of 20000 answered' "$url" 20000
exit $failed
