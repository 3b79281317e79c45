# go.sh: finds a Go that is new enough; for scripts that read it in.

go_least=1.24
# Where one may be beside PATH; tests look nowhere else.
go_places=${BELLPULL_GO_PLACES-/usr/local/go/bin/go /usr/lib/go-1.*/bin/go}

go_new_enough() { # GO
    local version
    version=$("$1" version 2>/dev/null) || return 1
    [[ $version =~ go1\.([0-9]+) ]] &&
        [ "${BASH_REMATCH[1]}" -ge "${go_least#1.}" ]
}

# Prints the first one; scripts/setup.sh may have fetched it.
find_go() { # SERVERS
    local each
    # shellcheck disable=SC2086
    for each in "$(command -v go || true)" $go_places \
        "$1"/go/golang.org/toolchain@*/bin/go; do
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

# Whether programs can be built in a folder; where not, $go_lacks says why.
go_ready() { # SERVERS MODULE-FOLDER
    local said
    go_lacks=
    use_go "$1" || {
        go_lacks="no Go $go_least or newer (scripts/setup.sh --go fetches one)"
        return 1
    }
    said=$(cd "$2" && go mod download 2>&1) || {
        go_lacks="its modules could not be fetched: $(tail -n 1 <<<"$said")"
        return 1
    }
}
