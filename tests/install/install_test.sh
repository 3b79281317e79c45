#!/bin/bash
# install_test.sh: installs into a folder, moves that, and builds users'
# programs against it. Arguments: the root, the build folder, a version.
set -euo pipefail

root=$1
build=$2
version=$3
work=$build/tests/install/work
export PKG_CONFIG_PATH=$work/moved/lib/pkgconfig
lib=$work/moved/lib
client=$work/gen/c/tasks
strict="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

fail() {
    printf 'install: %s\n' "$*" >&2
    exit 1
}

expect() { # PROGRAM
    [ "$("$1")" = "tasks 1.4.0 $version" ] || fail "$1 says $("$1")"
}

rm -rf "$work"
mkdir -p "$work"
cmake --install "$build" --prefix "$work/prefix" >/dev/null
mv "$work/prefix" "$work/moved"

echo "== layout"
for file in bin/bellpull include/bell/bell.h include/bell/schema.h \
    include/bell/features.h \
    lib/libbell.a lib/libbell.so lib/pkgconfig/bell.pc \
    lib/cmake/Bellpull/BellpullConfig.cmake \
    lib/cmake/Bellpull/BellpullConfigVersion.cmake \
    lib/cmake/Bellpull/BellpullGenerate.cmake \
    lib/cmake/Bellpull/BellpullStamp.cmake \
    share/bellpull/bellpull.schema.json; do
    [ -e "$work/moved/$file" ] || fail "not installed: $file"
done
if grep -rlF -e "$root" "$work/moved/include" "$work/moved/lib/pkgconfig" \
    "$work/moved/lib/cmake"; then
    fail "an installed file names the source folder"
fi

echo "== exports and SONAME"
"$root/tests/install/exports.py" "$lib/libbell.so" "$work/moved/include"
readelf -d "$lib/libbell.so" | grep -F 'soname: [libbell.so.0]' >/dev/null ||
    fail "SONAME is not libbell.so.0"
[ "$(pkg-config --modversion bell)" = "$version" ] || fail "bell.pc's version"

features=$(pkg-config --variable=features bell)
[ "$features" = "tls libwebsockets cjson zlib proxy" ] ||
    fail "bell.pc's features: $features"

echo "== a program by pkg-config"
"$work/moved/bin/bellpull" generate "$root/schemas/tasks.yaml" \
    --output "$work/gen" --c --quiet
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    # shellcheck disable=SC2046,SC2086
    $compiler $strict "$root/tests/install/main.c" "$client/tasks.c" \
        "-I$client" $(pkg-config --cflags --libs bell) -o "$work/$compiler"
    LD_LIBRARY_PATH=$lib expect "$work/$compiler"
done

echo "== an object for older tables does not link"
# shellcheck disable=SC2046
cc -c "$client/tasks.c" "-I$client" $(pkg-config --cflags bell) \
    -o "$work/tasks.o"
tables=$(sed -n 's/^#define BELL_TABLE_VERSION //p' \
    "$work/moved/include/bell/schema.h")
objcopy --redefine-sym "bell_tables_v$tables=bell_tables_v0" \
    "$work/tasks.o" "$work/old.o"
for kind in "" --static; do
    # shellcheck disable=SC2046,SC2086
    cc "$root/tests/install/main.c" "-I$client" "$work/tasks.o" \
        $(pkg-config $kind --cflags --libs bell) -o "$work/new"
    # shellcheck disable=SC2046,SC2086
    if said=$(cc "$root/tests/install/main.c" "-I$client" "$work/old.o" \
        $(pkg-config $kind --cflags --libs bell) -o "$work/old" 2>&1); then
        fail "an old object links $kind"
    fi
    [[ $said == *bell_tables_v0* ]] || fail "an old object: $said"
done

echo "== a program in C++11 that calls"
# shellcheck disable=SC2046
c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror \
    "$root/examples/cpp/tasks.cpp" "$work/tasks.o" "-I$client" \
    $(pkg-config --cflags --libs bell) -o "$work/cpp"
coproc "$work/moved/bin/bellpull" serve "$root/schemas/tasks.yaml" --port 0
server=$COPROC_PID
trap 'kill "$server" 2>/dev/null' EXIT
read -r line <&"${COPROC[0]}"
said=$(LD_LIBRARY_PATH=$lib "$work/cpp" "${line#listening on }")
[[ $said == "3 tasks"*"1 Pull the rope" ]] ||
    fail "the program in C++ says: $said"
kill "$server"
trap - EXIT

echo "== the same without the shared library"
mkdir "$work/aside"
mv "$lib"/libbell.so* "$work/aside"
# shellcheck disable=SC2046,SC2086
cc $strict "$root/tests/install/main.c" "$client/tasks.c" "-I$client" \
    $(pkg-config --static --cflags --libs bell) -o "$work/static"
expect "$work/static"
mv "$work/aside"/libbell.so* "$lib"

echo "== a project by find_package"
cmake -S "$root/tests/install/consumer" -B "$work/consumer" -G Ninja \
    -DWAY=package -DCMAKE_PREFIX_PATH="$work/moved" \
    -DSCHEMA="$root/schemas/tasks.yaml" \
    -DMAIN="$root/tests/install/main.c" >/dev/null
cmake --build "$work/consumer" >"$work/log" || { cat "$work/log"; exit 1; }
expect "$work/consumer/consumer"
expect "$work/consumer/consumer_static"
cmake --build "$work/consumer" | grep 'no work to do' >/dev/null ||
    fail "a second build does something"

echo "== a project of C++ alone, with a schema that its build makes"
mkdir "$work/schemas"
cp "$root/schemas/tasks.yaml" "$work/schemas"
printf 'bellpull: 1\nservice: made\nrpc: {look: {params: {number: int64}}}\n' \
    >"$work/schemas/made.in"
cxx() {
    cmake --build "$work/cxx" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
}
cmake -S "$root/tests/install/consumer_cxx" -B "$work/cxx" -G Ninja \
    -DCMAKE_PREFIX_PATH="$work/moved" -DSCHEMAS="$work/schemas" >/dev/null
cxx
"$work/cxx/consumer" || fail "the program in C++ alone"
cxx
grep -q 'no work to do' "$work/log" || fail "a second build does something"
echo "# A comment." >>"$work/schemas/tasks.yaml"
echo "# A comment." >>"$work/schemas/made.in"
cxx
grep -q 'stamp' "$work/log" || fail "a comment: the clients are made again"
grep -q 'Building' "$work/log" && fail "a comment: it is compiled again"
sed -i 's/number: int64/number: int32/' "$work/schemas/made.in"
cxx
grep -q 'Building CXX' "$work/log" || fail "another type: nothing is compiled"
echo "  broken: [" >>"$work/schemas/tasks.yaml"
cmake --build "$work/cxx" >"$work/log" 2>&1 && fail "a mistake is built"
grep -q "^ *$work/schemas/tasks.yaml:[0-9]*:[0-9]*: error" "$work/log" ||
    fail "the place of a mistake is not on one line: $(cat "$work/log")"
