#!/bin/bash
# readonly_test.sh: builds out of tree from a source folder that may not be
# written, and proves that nothing in it changed. Arguments: the root, a folder
# to work in.
set -euo pipefail

root=$1
work=$2

contents() {
    (cd "$work/source" && find . -printf '%p %m %T@\n' | sort)
}

if [ -d "$work" ]; then
    chmod -R u+w "$work"
    rm -rf "$work"
fi
mkdir -p "$work/source"
(cd "$root" && tar -cf - --exclude=./build --exclude=./.git \
    --exclude=node_modules .) |
    tar -xf - -C "$work/source"
chmod -R a-w "$work/source"
contents >"$work/before"

cmake -S "$work/source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_C_FLAGS=-O0 -DBUILD_TESTING=OFF >/dev/null
cmake --build "$work/build" -j 2 >"$work/log" ||
    { tail -n 40 "$work/log"; exit 1; }
"$work/build/bellpull" --version

contents >"$work/after"
diff "$work/before" "$work/after"
chmod -R u+w "$work/source"
