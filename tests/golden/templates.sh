#!/bin/sh
# templates.sh: what `bellpull templates` promises: what it ejects is what is
# built in, what it says is wrong is wrong, and what it compares is so.
#
#   templates.sh BELLPULL SCHEMA
set -u
here=$(cd "$(dirname "$0")" && pwd)
built=$here/../../templates
bellpull=$1
schema=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 2
failed=0

# wants EXIT-CODE SENTENCE COMMAND...
wants() {
    code=$1
    sentence=$2
    shift 2
    "$@" >out.txt 2>err.txt
    got=$?
    [ "$got" = "$code" ] && return
    echo "$sentence: want exit code $code, got $got"
    head -n 20 out.txt err.txt
    failed=1
}

holds() {
    sentence=$1
    shift
    "$@" >/dev/null 2>&1 && return
    echo "not so: $sentence"
    head -n 20 out.txt err.txt
    failed=1
}

# ---- eject ------------------------------------------------------------------

wants 0 "it ejects" "$bellpull" templates eject c --output own
holds "every file is there" \
    test "$(ls own/c | wc -l)" = "$(ls "$built/c" | wc -l)"
holds "a file is the built-in one behind its first line" \
    sh -c "sed 1d own/c/lang.yaml | diff - '$built/c/lang.yaml'"
wants 0 "what was ejected is right" "$bellpull" templates check own
holds "it says so" grep -q '^own: ok' out.txt
wants 0 "it does not differ" "$bellpull" templates diff own
holds "nothing is said then" test ! -s out.txt
"$bellpull" generate "$schema" --output a --c --quiet
"$bellpull" generate "$schema" --output b --c --quiet --templates own
holds "it generates the same" diff -r a b
wants 0 "it ejects over what it ejected" \
    "$bellpull" templates eject --output own
echo "mine" >>own/c/service.c.tmpl
wants 3 "a changed file stays" "$bellpull" templates eject c --output own
holds "it is named" grep -q 'own/c/service.c.tmpl exists and differs' err.txt
holds "it was not touched" grep -q '^mine$' own/c/service.c.tmpl
wants 2 "a language that is not there" \
    "$bellpull" templates eject cc --output x
holds "the near one is told" grep -q 'did you mean c?' err.txt
wants 2 "eject without a folder" "$bellpull" templates eject c
wants 2 "a block that is not there" \
    "$bellpull" templates eject c --block baner --output x
holds "the near block is told" grep -q 'did you mean banner?' err.txt
holds "nothing was written" test ! -e x

# ---- more than there may be --------------------------------------------------

language=0
while [ $language -lt 40 ]; do
    mkdir -p many/l$language
    : >many/l$language/lang.yaml
    language=$((language + 1))
done
wants 3 "too many languages are none that are left out" \
    "$bellpull" generate "$schema" --output x --templates many
holds "it is told" grep -q 'there can be at most 32 languages' err.txt

# ---- one block --------------------------------------------------------------

wants 0 "it ejects a block" \
    "$bellpull" templates eject c --block banner --output one
holds "of each file that has it" test "$(ls one/c | wc -l)" = 2
holds "the file extends" grep -q '^%% extends$' one/c/service.h.tmpl
wants 0 "the block is right" "$bellpull" templates check one
wants 0 "it does not differ" "$bellpull" templates diff one
holds "nothing is said then" test ! -s out.txt
"$bellpull" generate "$schema" --output c --c --quiet --templates one
holds "it generates the same" diff -r a c

sed -i 's|^// Code generated.*|&\n// Ours.|' one/c/service.h.tmpl
wants 0 "a difference is no failure" "$bellpull" templates diff one
holds "the line is shown" grep -q '^+// Ours.$' out.txt
holds "as one change" test "$(grep -c '^[-+][^-+]' out.txt)" = 1
cp "$built/c/service.h.tmpl" patched
if command -v patch >/dev/null; then
    holds "it is a patch" patch -s patched out.txt
    holds "the patch brings the line" \
        sh -c "diff patched '$built/c/service.h.tmpl' | grep -q Ours"
fi
sed -i 's/banner #......../banner #01234567/' one/c/service.h.tmpl
wants 4 "an original that has changed" "$bellpull" templates diff one
holds "its place is told" \
    grep -q '^one/c/service.h.tmpl:4:10: the original of block `banner` has' \
    out.txt
sed -i '1s/#[0-9a-f]*$/#89abcdef/' own/c/lang.yaml
wants 4 "a file whose original has changed" "$bellpull" templates diff own
holds "its place is told too" \
    grep -q '^own/c/lang.yaml:1:1: the original has changed' out.txt

# ---- check ------------------------------------------------------------------

toy=$here/good/own_language/templates
cp -r "$toy" toys
chmod -R u+w toys
wants 0 "a language of one's own is right" "$bellpull" templates check toys
wants 0 "it is only there" "$bellpull" templates diff toys
holds "that is said" grep -q '^Only in toys: toy/lang.yaml$' out.txt
mv toys/toy/types.tmpl toys/toy/typse.tmpl
mkdir toys/cc
wants 1 "a file of a wrong name" "$bellpull" templates check toys
holds "who asks for it is told" \
    grep -q 'service.py.tmpl:1:12: .*types.tmpl` (did you mean typse.tmpl?)' \
    err.txt
holds "that nobody asks for it too" grep -q '^toys/toy/typse.tmpl: ' err.txt
holds "a folder of no language is told" grep -q 'did you mean c?' err.txt
wants 1 "all mistakes are told, without a schema" \
    "$bellpull" templates check "$here/bad/template_blocks/overlay"
holds "eight of them" grep -q '^bellpull: 8 errors$' err.txt
mkdir names
cp -r "$toy/toy" names/check
cp -r "$toy/toy" names/my-toy
wants 1 "a folder of a wrong name" "$bellpull" templates check names
holds "an option is told" grep -q -e '--check has another meaning' err.txt
holds "letters are told" grep -q '^names/my-toy: .*cannot be an option' err.txt
holds "what lang.yaml says instead is told" \
    grep -q '^names/check/lang.yaml:3:11: .*write language: check$' err.txt
wants 1 "mistakes as JSON" "$bellpull" templates check toys --format json
holds "nothing else is said" test ! -s err.txt
holds "a place and a hint" grep -q 'did you mean typse.tmpl' out.txt
wants 1 "mistakes as SARIF" "$bellpull" templates check toys --format sarif
holds "its version" grep -q '2.1.0' out.txt
if command -v python3 >/dev/null; then
    holds "it is JSON" python3 -m json.tool out.txt
fi
wants 2 "a format that is not there" \
    "$bellpull" templates check toys --format xml
wants 2 "an option of another word" \
    "$bellpull" templates diff toys --format json
mkdir empty
wants 1 "a folder without languages" "$bellpull" templates check empty
wants 3 "a folder that is not there" "$bellpull" templates check nowhere
wants 2 "no folder" "$bellpull" templates check
mkdir -p bad/c/service.c.tmpl
wants 1 "a folder where a file should be" "$bellpull" templates check bad
wants 1 "generate does not take the built-in one for it" \
    "$bellpull" generate "$schema" --output x --c --templates bad

# ---- model ------------------------------------------------------------------

wants 0 "the model" "$bellpull" templates model
holds "its types" grep -q '^method: a remote procedure$' out.txt
holds "their fields" grep -Eq '^  params +type +or null$' out.txt
holds "the filters" grep -q '^  quoted: quoted as in lang.yaml' out.txt
wants 0 "the model as JSON" "$bellpull" templates model --format json
holds "a field" grep -q \
    '{"name": "params", "type": "type", "doc": "or null"}' \
    out.txt
if command -v python3 >/dev/null; then
    holds "it is JSON" python3 -m json.tool out.txt
fi
wants 2 "a format that is not there" \
    "$bellpull" templates model --format yaml
wants 2 "an option of another word" \
    "$bellpull" templates model --output x
wants 2 "an unknown word" "$bellpull" templates ejetc
holds "the near word is told" grep -q 'did you mean eject?' err.txt
wants 2 "no word" "$bellpull" templates

# ---- choices ----------------------------------------------------------------

mkdir -p open/toy
cp -R "$here/good/own_language/templates/toy" open/
cat >>open/toy/lang.yaml <<'END'
choices:
  width: {wide: {}, narrow: {int64: {type: short, literal: "@h"}}}
END
cat >>open/toy/service.py.tmpl <<'END'
%% if service.set.narrow
# narrow
%% end
END
wants 0 "a language with a choice" "$bellpull" templates check open
wants 0 "nothing is chosen" "$bellpull" generate "$schema" --toy \
    --templates open --output wide
wants 0 "the first is chosen" "$bellpull" generate "$schema" --toy \
    --templates open --output wide --set width=wide --check
wants 0 "another is chosen" "$bellpull" generate "$schema" --toy \
    --templates open --output narrow --set width=narrow
holds "its type" grep -rq 'total: short' narrow
holds "templates know of it" grep -rq '^# narrow$' narrow
wants 4 "it is another text" "$bellpull" generate "$schema" --toy \
    --templates open --output wide --set=width=narrow --check
wants 2 "a value that is not there" "$bellpull" generate "$schema" --toy \
    --templates open --output wide --set width=thin
holds "what there is" \
    grep -q "width of toy must be wide or narrow, not 'thin'" \
    err.txt
wants 2 "a choice that is not there" "$bellpull" generate "$schema" --toy \
    --templates open --output wide --set depth=1
holds "it is told" grep -q "has an option 'depth'" err.txt
wants 2 "no value" "$bellpull" generate "$schema" --toy --templates open \
    --output wide --set width
echo 'choices: {width: {wide: {int65: {type: x}}, narrow: []}, depth: 3}' \
    >choices.yaml
cp "$here/good/own_language/templates/toy/lang.yaml" open/toy/lang.yaml
cat choices.yaml >>open/toy/lang.yaml
wants 1 "wrong choices" "$bellpull" templates check open
holds "a scalar that is not there" grep -q 'no key `int65` here' err.txt
holds "no map of options" grep -q 'a choice is a map of its values' \
    err.txt
exit $failed
