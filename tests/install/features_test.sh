#!/bin/bash
# features_test.sh: the library without TLS, libwebsockets, cJSON, zlib and
# proxies: it needs the C library alone, and all that tells users of it says so.
# Arguments: the root, a bellpull that serves, a folder to work in.
set -euo pipefail

root=$1
bellpull=$2
work=$3
rm -rf "$work"
mkdir -p "$work/project"

fail() {
    printf 'features: %s\n' "$*" >&2
    exit 1
}

logged() { # COMMAND...
    "$@" >"$work/log" 2>&1 || { tail -n 40 "$work/log"; fail "$*"; }
}

echo "== nothing else is looked for, found or linked"
PKG_CONFIG_LIBDIR=/nowhere logged cmake -S "$root" -B "$work/build" -G Ninja \
    -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON -DBUILD_TESTING=OFF \
    -DBELLPULL_GENERATOR=OFF -DBELLPULL_EXAMPLES=OFF -DBELLPULL_TLS=OFF \
    -DBELLPULL_LIBWEBSOCKETS=OFF -DBELLPULL_CJSON=OFF -DBELLPULL_ZLIB=OFF \
    -DBELLPULL_PROXY=OFF \
    -DBELLPULL_WERROR=ON
logged cmake --build "$work/build" -j 2
logged cmake --install "$work/build" --prefix "$work/prefix"
needed=$(readelf -d "$work/prefix/lib/libbell.so" |
    sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
[ "$needed" = libc.so.6 ] || fail "libbell.so needs: $needed"
"$root/tests/install/exports.py" "$work/prefix/lib/libbell.so" \
    "$work/prefix/include"

echo "== pkg-config says it"
export PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig
[ -z "$(pkg-config --variable=features bell)" ] || fail "bell.pc has features"
[ -z "$(pkg-config --print-requires-private bell)" ] ||
    fail "bell.pc requires: $(pkg-config --print-requires-private bell)"

echo "== a program calls by ws://; wss:// is refused when it opens"
# shellcheck disable=SC2046
cc "$root/examples/c/tasks.c" "$root/generated/c/tasks/tasks.c" \
    -I"$root/generated/c/tasks" $(pkg-config --static --cflags --libs bell) \
    -Wl,-rpath,"$work/prefix/lib" -o "$work/tasks"
coproc "$bellpull" serve "$root/schemas/tasks.yaml" --port 0
server=$COPROC_PID
trap 'kill "$server" 2>/dev/null' EXIT
read -r line <&"${COPROC[0]}"
said=$("$work/tasks" "${line#listening on }" 2>&1) || true
[[ $said == *"total 3, completed 1, pending 2"* ]] || fail "it says: $said"
kill "$server"
trap - EXIT
said=$("$work/tasks" wss://localhost/ 2>&1) && fail "wss:// is no error"
[[ $said == *"this build of the library does not have (BELLPULL_TLS)"* ]] ||
    fail "wss:// says: $said"

echo "== CMake says it"
cat >"$work/project/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(found LANGUAGES C)
find_package(Bellpull REQUIRED COMPONENTS ${WANTED})
add_executable(client ${ROOT}/tests/install/main.c
  ${ROOT}/generated/c/tasks/tasks.c)
target_include_directories(client PRIVATE ${ROOT}/generated/c/tasks)
target_link_libraries(client PRIVATE Bellpull::bell_static)
CMAKE
found() { # COMPONENT...
    cmake -S "$work/project" -B "$work/found" -G Ninja "-DROOT=$root" \
        -DCMAKE_PREFIX_PATH="$work/prefix" "-DWANTED=$*" >"$work/log" 2>&1
}
found || { cat "$work/log"; fail "it is not found"; }
logged cmake --build "$work/found"
"$work/found/client"
for component in tls libwebsockets cjson zlib proxy program; do
    found "$component" && fail "it is found with $component"
    grep -q "$component" "$work/log" || fail "$component: $(cat "$work/log")"
done
