#!/bin/bash
# install.sh: the preset `release` for another machine, installed into a prefix,
# and the README's program built with it by pkg-config: WORK/tasks runs it.
# Arguments: the root, a folder to work in, what runs a program (one word, or
# nothing), options of CMake, `--`, the compiler and its flags.
set -euo pipefail

root=$1
work=$2
emulator=$3
shift 3
options=()
while [ "$1" != -- ]; do
    options+=("$1")
    shift
done
shift

logged() { # COMMAND...
    "$@" >"$work/log" 2>&1 || { tail -n 40 "$work/log"; exit 1; }
}

mkdir -p "$work"
rm -rf "$work/prefix" "$work/tasks"
cd "$root"
logged cmake --preset release -B "$work/build" "${options[@]}" \
    -DBUILD_TESTING=OFF
logged cmake --build "$work/build" -j "$(nproc)"
logged cmake --install "$work/build" --prefix "$work/prefix"

export PKG_CONFIG_LIBDIR=$work/prefix/lib/pkgconfig
features=$(pkg-config --variable=features bell)
echo "features: ${features:-none}"
# Of what is private its users need nothing: the other machine's is not looked
# for.
sed -i '/^Requires.private:/d' "$PKG_CONFIG_LIBDIR/bell.pc"
# shellcheck disable=SC2046
"$@" examples/c/tasks.c generated/c/tasks/tasks.c -Igenerated/c/tasks \
    $(pkg-config --cflags --libs bell) "-Wl,-rpath,$work/prefix/lib" \
    -Wl,--allow-shlib-undefined -o "$work/program"
printf '#!/bin/sh\nexec %s %s "$@"\n' "$emulator" "$work/program" \
    >"$work/tasks"
chmod +x "$work/tasks"
