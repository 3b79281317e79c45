#!/bin/bash
# rest.sh: measures exchanges of HTTP, side by side; builds Go's client where Go
# is there. `rest.sh BIN [OPTION OF rest.py...]`
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=$(cd "$1" && pwd)
shift
. "$root/scripts/go.sh"
go=
if use_go "${BELLPULL_SERVERS:-$root/build/servers}"; then
    go=$bin/rest_go
    GOFLAGS=-buildvcs=false go build -o "$go" "$here/rest_go/main.go"
fi
exec python3 "$here/rest.py" --bin "$bin" --go "$go" "$@"
