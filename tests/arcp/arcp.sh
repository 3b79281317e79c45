#!/bin/sh
# arcp.sh: schemas/arcp.yaml has the operations and models that the server has,
# no operation more, none twice; it has no mistakes; and what is left out of the
# generated code is said.
#
#   arcp.sh BELLPULL SCHEMAS
#
# operations.txt holds the methods and paths of the OpenAPI document that ARCP
# 2.1.2 serves at /openapi.json, models.txt its models without the two of a
# validation error, which it never sends.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bellpull=$1
cd "$2" || exit 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export NO_COLOR=1
failed=0

holds() {
    sentence=$1
    shift
    "$@" >"$scratch/said" 2>&1 && return
    echo "not so: $sentence"
    cat "$scratch/said"
    failed=1
}

verbs='GET|HEAD|PUT|DELETE|POST|PATCH|OPTIONS'
sed -nE "s/^    ($verbs): \"?([^\" ]+)\"?\$/\1 \2/p" arcp.yaml |
    LC_ALL=C sort >"$scratch/operations"
holds "the list is whole" test "$(wc -l <"$here/operations.txt")" = 55
holds "the operations are those of the list" \
    diff -u "$here/operations.txt" "$scratch/operations"
for each in $(cat "$here/models.txt"); do
    holds "$each is there" grep -q "^  $each:" arcp/agents.yaml \
        arcp/auth.yaml arcp/system.yaml
done
holds "there are no mistakes" "$bellpull" check arcp.yaml arcp/*.yaml
holds "it has 55 endpoints" sh -c \
    "'$bellpull' check arcp.yaml | grep -q ' 55 endpoints'"

holds "code is generated" "$bellpull" generate arcp.yaml --c --go --typescript \
    --output "$scratch/gen"
if command -v gcc >/dev/null; then
    holds "the C compiles" "$here/../golden/compile.sh" \
        "$here/../../runtime/c/include" "$scratch/gen/c"
fi
exit $failed
