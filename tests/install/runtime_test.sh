#!/bin/bash
# runtime_test.sh: the library without the program: configured with tests,
# built, installed, found; also by a project that it is a part of. Arguments:
# the root, a folder to work in, a bellpull to generate with.
set -euo pipefail

root=$1
work=$2
bellpull=$3
rm -rf "$work"
mkdir -p "$work/project"

fail() {
    printf 'runtime: %s\n' "$*" >&2
    exit 1
}

logged() { # COMMAND...
    "$@" >"$work/log" 2>&1 || { tail -n 40 "$work/log"; fail "$*"; }
}

echo "== with tests, it can be configured"
logged cmake -S "$root" -B "$work/build" -G Ninja -DBELLPULL_GENERATOR=OFF \
    -DBELLPULL_EXAMPLES=OFF -DBUILD_TESTING=ON -DCMAKE_BUILD_TYPE=Debug
[[ $(ctest --test-dir "$work/build" -N) == *unit.session_test* ]] ||
    fail "there are no tests of the runtime"
logged cmake --build "$work/build" -j 2 --target bell_shared bell_static

echo "== installed, it is found, and says that there is no program"
logged cmake --install "$work/build" --prefix "$work/prefix"
[ ! -e "$work/prefix/bin/bellpull" ] || fail "there is a program"
"$root/tests/install/exports.py" "$work/prefix/lib/libbell.so" \
    "$work/prefix/include"
cat >"$work/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(found LANGUAGES C)
find_package(Bellpull REQUIRED)
add_executable(client ${ROOT}/tests/install/main.c
  ${ROOT}/generated/c/tasks/tasks.c)
target_include_directories(client PRIVATE ${ROOT}/generated/c/tasks)
target_link_libraries(client PRIVATE Bellpull::bell)
if(GENERATE)
  bellpull_generate(tasks_client ${ROOT}/schemas/tasks.yaml)
endif()
END
logged cmake -S "$work/project" -B "$work/found" -G Ninja "-DROOT=$root" \
    -DCMAKE_PREFIX_PATH="$work/prefix"
logged cmake --build "$work/found"
"$work/found/client"
if cmake "$work/found" -DGENERATE=ON >"$work/log" 2>&1; then
    fail "it generates without a program"
fi
grep -q 'there is no program' "$work/log" || { cat "$work/log"; exit 1; }
logged cmake "$work/found" -DGENERATE=ON -DBELLPULL_PROGRAM="$bellpull"
logged cmake --build "$work/found"

echo "== as a part of a project that installs it"
cat >"$work/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(part LANGUAGES C)
add_subdirectory(${ROOT} bellpull)
END
logged cmake -S "$work/project" -B "$work/part" -G "Unix Makefiles" \
    "-DROOT=$root" -DBELLPULL_INSTALL=ON -DBELLPULL_GENERATOR=OFF
logged cmake --build "$work/part" -j 2
logged cmake --install "$work/part" --prefix "$work/part_prefix"
for file in lib/libbell.so lib/libbell.a include/bell/bell.h \
    lib/pkgconfig/bell.pc lib/cmake/Bellpull/BellpullConfig.cmake; do
    [ -e "$work/part_prefix/$file" ] || fail "not installed: $file"
done
