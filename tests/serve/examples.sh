#!/bin/sh
# examples.sh: the examples of a C programmer, run against the mock server.
#
#   examples.sh BELLPULL SCHEMA EXAMPLES-FOLDER
set -u
bellpull=$1
schema=$2
examples=$3
scratch=$(mktemp -d)
failed=0

setpriv --pdeathsig TERM "$bellpull" serve "$schema" --port 0 \
    >"$scratch/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$scratch"' \
    EXIT INT TERM HUP

turn=0
until grep -q 'listening on' "$scratch/log"; do
    turn=$((turn + 1))
    if [ $turn -gt 400 ] || ! kill -0 $server 2>/dev/null; then
        cat "$scratch/log"
        exit 1
    fi
    sleep 0.05
done
url=$(sed -n 's/.*listening on \([^ ]*\).*/\1/p' "$scratch/log" | head -n 1)

# Runs one, and compares what it printed and how it ended.
check() { # NAME CODE WANTED [ARGUMENT...]
    name=$1
    code=$2
    wanted=$3
    shift 3
    got=$(timeout 60 "$examples/$name" "$@" 2>&1)
    ended=$?
    if [ "$got" != "$wanted" ] || [ $ended != "$code" ]; then
        printf '%s ended with %s, want %s; it printed\n%s\nwant\n%s\n' \
            "$name" $ended "$code" "$got" "$wanted"
        failed=1
    fi
}

check fake 0 'as expected'
check lws 0 '3 tasks' "$url"
printf '123\nnobody\n123\n' >"$scratch/users"
check poll 0 '3 tasks
no such user
3 tasks' "$url" <"$scratch/users"
: >"$scratch/users"
check poll 0 '' "$url" <"$scratch/users"
exit $failed
