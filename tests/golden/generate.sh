#!/bin/sh
# generate.sh: what `bellpull generate` promises about files: the same bytes
# everywhere, nothing touched without need, stale output told, failures named.
#
#   generate.sh BELLPULL SCHEMA
set -u
here=$(cd "$(dirname "$0")" && pwd)
bellpull=$1
schema=$2
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
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
    cat out.txt err.txt
    failed=1
}

holds() {
    sentence=$1
    shift
    "$@" >/dev/null 2>&1 && return
    echo "not so: $sentence"
    failed=1
}

wants 0 "it generates" "$bellpull" generate "$schema" --output a --c
wants 0 "fresh output is fresh" \
    "$bellpull" generate "$schema" --output a --c --check

mkdir elsewhere
cp "$schema" elsewhere/other.yaml
(cd elsewhere && LC_ALL=de_DE.UTF-8 TZ=Asia/Kolkata \
    "$bellpull" generate other.yaml --output ../b --c --quiet)
holds "folder, file name, locale and zone change nothing" diff -r a b

touch -d @1000000000 a/c/*/*.h
wants 0 "it generates again" "$bellpull" generate "$schema" --output a --c
holds "an unchanged file is not touched" \
    test "$(stat -c %Y a/c/*/*.h)" = 1000000000

echo "/* edited */" >>"$(ls a/c/*/*.h)"
wants 4 "an edited file is stale" \
    "$bellpull" generate "$schema" --output a --c --check
holds "the edit is shown" grep -q '^-/\* edited \*/$' out.txt
holds "check writes nothing" grep -q edited a/c/*/*.h
wants 0 "a dry run is no failure" \
    "$bellpull" generate "$schema" --output a --c --dry-run
holds "a dry run names the file" grep -q '^change a/c/.*h$' out.txt
holds "a dry run writes nothing" grep -q edited a/c/*/*.h
wants 4 "a missing file is stale" \
    "$bellpull" generate "$schema" --output none --c --check
holds "check makes no folder" test ! -e none
wants 0 "it mends" "$bellpull" generate "$schema" --output a --c
holds "mended is as at first" diff -r a b

wants 0 "it lists" "$bellpull" generate "$schema" --output x --c --list
holds "two files" test "$(grep -c '^x/c/.*\.[ch]$' out.txt)" = 2
holds "list writes nothing" test ! -e x
wants 0 "flat is flat" \
    "$bellpull" generate "$schema" --output flat --c --flat --depfile d
holds "the depfile names the schema" grep -q "$schema" d
holds "no temporary file is left" \
    test -z "$(find . -name '*tmp*' -o -name '.*.[ch]*')"

wants 2 "a language that is not there" \
    "$bellpull" generate "$schema" --output python --python
wants 0 "all of this version's languages" \
    "$bellpull" generate "$schema" --output all --all
holds "what is left out is said" grep -q 'left out: .*Python' err.txt
wants 3 "a schema that is not there" "$bellpull" generate no.yaml --output a
: >file
wants 3 "a file where the folder should be" \
    "$bellpull" generate "$schema" --output file --c

if [ "$(id -u)" != 0 ]; then
    chmod -R a-w b
    wants 3 "a read-only folder" \
        sh -c "sed 's/^doc:.*/doc: Other./' '$schema' >other.yaml &&
            '$bellpull' generate other.yaml --output b --c"
fi

mkdir -p schemas templates/c
cp "$schema" schemas/one.yaml
wants 0 "the management command's spelling" \
    "$bellpull" generate_centrifugo_clients --output sdk --all --verbose
holds "it finds schemas" diff -r a/c sdk/c
cat >schemas/web.yaml <<'END'
bellpull: 1
service: web
rest:
  status: {GET: /status, result: text}
END
wants 0 "the same for services of endpoints" \
    "$bellpull" generate_arcp_clients --output web --all --quiet
holds "that service is written" test -s web/c/web/web.h
holds "a service without endpoints is not" test ! -e web/c/tasks
wants 0 "those of Centrifugo, again" \
    "$bellpull" generate_centrifugo_clients --output sdk --all --quiet
holds "a service without RPCs is not written" test ! -e sdk/c/web
rm schemas/web.yaml
wants 2 "a client that is not there yet" \
    "$bellpull" generate_centrifugo_clients --output sdk --python

echo 'only ${service.name}' >templates/c/service.c.tmpl
wants 0 "a template is overlaid" \
    "$bellpull" generate "$schema" --output over --c --templates templates
holds "the overlaid file is the user's" grep -q '^only' over/c/*/*.c
holds "the other is the program's" diff a/c/*/*.h over/c/*/*.h
sed 's|service.file}.h"|service.file}/../../../x.h"|' \
    "$here/../../templates/c/lang.yaml" >templates/c/lang.yaml
wants 1 "a path out of the folder" \
    "$bellpull" generate "$schema" --output over --c --templates templates
holds "nothing was written there" test ! -e x.h

own=$here/good/own_language/templates
wants 0 "a language that is only a folder" \
    "$bellpull" generate "$schema" --output own --toy --templates "$own"
holds "only that one is written" test ! -e own/c
holds "it is there" test -s own/toy/tasks/tasks.py
wants 0 "all languages, the user's too" \
    "$bellpull" generate "$schema" --output every --all --templates "$own"
holds "ours is as before" diff -r a/c every/c
holds "theirs is there" diff -r own/toy every/toy
wants 2 "a language that no folder is of" \
    "$bellpull" generate "$schema" --output own --toy
holds "no language was made up" test ! -e own/toy/toy
wants 2 "a language spelled wrong" \
    "$bellpull" generate "$schema" --output own --tyo --templates "$own"
holds "the near one is told" grep -q 'did you mean --toy?' err.txt
wants 0 "a depfile of one's own language" "$bellpull" generate "$schema" \
    --output own --toy --templates "$own" --depfile own.d
holds "it names the templates" grep -q 'toy/service.py.tmpl' own.d
holds "and lang.yaml" grep -q 'toy/lang.yaml' own.d
cp -R "$here/good/include" including
wants 0 "a depfile of a schema that includes" "$bellpull" generate \
    including/schema.yaml --output included --c --depfile included.d
for file in schema common more/people; do
    holds "it names $file.yaml once" \
        test "$(grep -c " including/$file.yaml" included.d)" = 1
done
exit $failed
