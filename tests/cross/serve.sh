#!/bin/bash
# serve.sh: a program of another machine calls this machine's `bellpull serve`.
# Arguments: a bellpull, a schema, what it has to say, and the program.
set -euo pipefail

want=$3
coproc "$1" serve "$2" --port 0
server=$COPROC_PID
trap 'kill "$server" 2>/dev/null' EXIT
read -r line <&"${COPROC[0]}"
said=$("${@:4}" "${line#listening on }" 2>&1)
[ "$said" = "$want" ] || { printf 'it says:\n%s\n' "$said"; exit 1; }
