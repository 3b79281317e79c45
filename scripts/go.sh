# go.sh: finds a Go that is new enough; for scripts that read it in.

go_least=1.24

go_new_enough() { # GO
    local version
    version=$("$1" version 2>/dev/null) || return 1
    [[ $version =~ go1\.([0-9]+) ]] &&
        [ "${BASH_REMATCH[1]}" -ge "${go_least#1.}" ]
}

# Prints the first one; scripts/setup.sh may have fetched it.
find_go() { # SERVERS
    local each
    for each in "$(command -v go || true)" /usr/local/go/bin/go \
        /usr/lib/go-1.*/bin/go "$1"/go/golang.org/toolchain@*/bin/go; do
        if [ -n "$each" ] && go_new_enough "$each"; then
            printf '%s\n' "$each"
            return 0
        fi
    done
    return 1
}

# Puts it in front of all others.
use_go() { # SERVERS
    local found
    found=$(find_go "$1") || return 1
    PATH=$(cd "$(dirname "$found")" && pwd):$PATH
    export GOTOOLCHAIN=local
}
