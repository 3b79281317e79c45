#!/bin/bash
# part_test.sh: a project that Bellpull is a part of, by add_subdirectory and
# by FetchContent, without a network and without installing. Arguments: the
# root, a bellpull, a folder to work in.
set -euo pipefail

root=$1
bellpull=$2
work="$3/with a space"
rm -rf "$3"
mkdir -p "$work"

fail() {
    printf 'part: %s\n' "$*" >&2
    exit 1
}

logged() { # COMMAND...
    "$@" >"$work/log" 2>&1 || { tail -n 40 "$work/log"; fail "$*"; }
}

built() { # WAY CMAKE-OPTION...
    local build=$work/$1 way=$1 program said
    shift
    logged cmake -S "$root/tests/install/consumer" -B "$build" -G Ninja \
        -DWAY="$way" -DSCHEMA="$work/tasks.yaml" \
        -DMAIN="$root/tests/install/main.c" "$@"
    if grep -i 'warning' "$work/log"; then
        fail "$way: cmake warns"
    fi
    logged cmake --build "$build" -j 2
    for program in consumer consumer_static; do
        said=$("$build/$program")
        [[ $said == "tasks 1.4.0 "* ]] || fail "$program says $said"
    done
    [[ $(ctest --test-dir "$build" -N 2>&1) == *"Total Tests: 0"* ]] ||
        fail "$way: our tests are the project's"
    logged cmake --install "$build" --prefix "$work/prefix"
    [ "$(cd "$work/prefix" && find . -type f)" = ./bin/consumer ] ||
        fail "$way: installed: $(find "$work/prefix" -type f)"
    [[ $(cmake --build "$build") == *"no work to do"* ]] ||
        fail "$way: a second build does something"
}

cp "$root/schemas/tasks.yaml" "$work"

echo "== a changed schema is made again, by clang"
mkdir "$work/source"
(cd "$root" && tar -cf - --exclude=./build --exclude=./.git \
    --exclude=node_modules .) |
    tar -xf - -C "$work/source"
clang=$(command -v clang || command -v cc)
built subdirectory -DBELLPULL="$work/source" -DCMAKE_C_COMPILER="$clang"
sed -i 's/^version: 1.4.0/version: 1.5.0/' "$work/tasks.yaml"
logged cmake --build "$work/subdirectory"
[[ $("$work/subdirectory/consumer") == "tasks 1.5.0 "* ]] ||
    fail "the schema changed, the program did not"
cp "$root/schemas/tasks.yaml" "$work"

echo "== from a repository, with a program that is there"
(
    cd "$work/source"
    git init -q .
    git add -A
    git -c user.name=test -c user.email=test@localhost commit -q -m all
    git tag v0.1.0
)
built fetch -DBELLPULL="file://$work/source" -DBELLPULL_PROGRAM="$bellpull"
[ ! -e "$work/fetch/_deps/bellpull-build/host" ] ||
    fail "the program was built though it is there"
