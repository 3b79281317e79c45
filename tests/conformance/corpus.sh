#!/bin/bash
# corpus.sh: builds the driver of the corpus and what it drives, and runs it.
# Exit code 77 where a tool is missing that a language needs: then nothing ran.
set -euo pipefail

usage() {
    cat <<'END_OF_USAGE'
usage: corpus.sh WORK C-RUNNER LANGUAGES [DRIVER-OPTION...] CASES
  WORK       a folder that is built in
  LANGUAGES  of c go typescript, with commas between
  test       instead of LANGUAGES: the driver's own tests
END_OF_USAGE
}

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
servers=${BELLPULL_SERVERS:-$root/build/servers}
go_minor=24

skip() {
    printf 'SKIPPED: the corpus needs %s\n' "$*" >&2
    exit 77
}

new_enough() { # GO
    local version
    version=$("$1" version 2>/dev/null) || return 1
    [[ $version =~ go1\.([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge $go_minor ]
}

# The first Go that is new enough; scripts/setup.sh may have fetched one.
find_go() {
    local each
    for each in go /usr/local/go/bin/go /usr/lib/go-1.*/bin/go \
        "$servers"/go/golang.org/toolchain@*/bin/go; do
        if new_enough "$each"; then
            printf '%s\n' "$each"
            return 0
        fi
    done
    return 1
}

[ $# -ge 3 ] || {
    usage >&2
    exit 2
}
work=$1
c_runner=$2
wanted=$3
shift 3

go=$(find_go) || skip "Go 1.$go_minor or newer"
export GOTOOLCHAIN=local GOFLAGS=-buildvcs=false
mkdir -p "$work"
cd "$here/driver"
"$go" mod download 2>"$work/log" || skip "modules: $(tail -n 1 "$work/log")"
if [ "$wanted" = test ]; then
    "$go" vet ./...
    exec "$go" test ./...
fi
"$go" build -o "$work/driver" .

runners=()
for language in ${wanted//,/ }; do
    case $language in
    c) runners+=(--runner "c=$c_runner") ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
done
cd "$root"
exec "$work/driver" "${runners[@]}" "$@"
