#!/bin/sh
# run.sh: runs one folder's case and compares what it says and writes with
# what the folder holds. BELL_UPDATE_GOLDEN=1 writes it there.
#
#   run.sh BELLPULL CASE
#
#   schema.yaml | schema.json   what is checked, where `command` is not there
#   command      arguments, one line; OUT stands for an empty folder
#   exit         the exit code; 1 under bad/, else 0
#   stdout.txt, stderr.txt      what it prints; not there: nothing
#   expected/    what it writes into OUT
set -u
bellpull=$1
case_folder=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$case_folder" || exit 2
unset BELL_DEBUG CENTRIFUGO_TOKEN_HMAC_SECRET
export NO_COLOR=1

arguments=$(cat command 2>/dev/null || echo "check $(ls schema.*)")
case $PWD in
*/bad/*) usual=1 ;;
*) usual=0 ;;
esac
wanted=$(cat exit 2>/dev/null || echo $usual)
mkdir "$scratch/OUT"
arguments=$(echo "$arguments" | sed "s|OUT|$scratch/OUT|g")

# The arguments are words of ours: they split at spaces.
# shellcheck disable=SC2086
"$bellpull" $arguments >"$scratch/stdout.raw" 2>"$scratch/stderr.raw" \
    </dev/null
got=$?
for stream in stdout stderr; do
    sed "s|$scratch/||g" "$scratch/$stream.raw" >"$scratch/$stream.txt"
done

if [ "${BELL_UPDATE_GOLDEN:-0}" = 1 ]; then
    for stream in stdout stderr; do
        rm -f "$stream.txt"
        [ -s "$scratch/$stream.txt" ] && cp "$scratch/$stream.txt" .
    done
    rm -rf expected
    [ -n "$(ls -A "$scratch/OUT")" ] && cp -r "$scratch/OUT" expected
    [ "$got" = "$wanted" ] || echo "$got" >exit
    exit 0
fi

failed=0
if [ "$got" != "$wanted" ]; then
    echo "exit code: want $wanted, got $got"
    failed=1
fi
for stream in stdout stderr; do
    [ -f "$stream.txt" ] && cp "$stream.txt" "$scratch/want" ||
        : >"$scratch/want"
    diff -u "$scratch/want" "$scratch/$stream.txt" || failed=1
done
[ -d expected ] && cp -r expected "$scratch/wanted" || mkdir "$scratch/wanted"
diff -ru "$scratch/wanted" "$scratch/OUT" || failed=1
exit $failed
