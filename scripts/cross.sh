#!/bin/bash
# cross.sh: builds for another machine and runs there, by qemu-user where this
# machine's kernel cannot, all tests that need no server, and a program that
# calls this machine's. The last line is `TARGET: N passed, N failed`.
set -euo pipefail

usage() {
    cat <<'USAGE'
usage: scripts/cross.sh TARGET [OPTION-OF-CTEST...]
  TARGET is one of
    arm64  armhf    little-endian, of 64 and 32 bits
    s390x           big-endian
    i686            32 bits, no SSE, doubles at 80 bits (x87)
    musl            x86_64 with musl, static: the runtime without TLS,
                    libwebsockets and cJSON
  Compilers and qemu come by scripts/setup.sh --cross. The libraries of the
  other machine (20 MB) are unpacked in build/cross/TARGET; nothing foreign is
  installed. Exit code 3 where something cannot be had.
USAGE
}

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. scripts/options.sh

say() { printf 'cross: %s\n' "$*"; }

give_up() {
    printf 'cross: %s\n' "$*" >&2
    exit 3
}

target=${1:-}
run=
case $target in
arm64) run=qemu-aarch64 ;;
armhf) run=qemu-arm ;;
s390x) run=qemu-s390x ;;
i686 | musl) ;;
*) end_with_usage "$target" ;;
esac
shift
place=$root/build/cross/$target
sysroot=$place/sysroot
build=$place/build
packages=(libc6-dev libssl-dev libcjson-dev libwebsockets-dev libyaml-dev
    zlib1g-dev)

# ---- The libraries of the other machine -------------------------------------

# An apt of our own: it reads where this machine's packages come from, and
# writes nothing outside of build/.
private_apt() {
    local architecture=$target
    [ "$target" != i686 ] || architecture=i386
    mkdir -p "$place/apt/lists/partial" "$place/apt/cache/archives/partial"
    : >"$place/apt/status"
    cat >"$place/apt/apt.conf" <<CONFIGURATION
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Dir::State "$place/apt";
Dir::State::status "$place/apt/status";
Dir::Cache "$place/apt/cache";
CONFIGURATION
    APT_CONFIG=$place/apt/apt.conf apt-get -q -y "$@"
}

fetch_libraries() {
    local stamp each
    stamp="${packages[*]}"
    if [ "$(cat "$place/stamp" 2>/dev/null)" = "$stamp" ]; then
        return 0
    fi
    say "fetching libraries for $target into build/cross/$target (once)"
    rm -rf "$place"
    mkdir -p "$sysroot"
    # A list that is not there may not be needed: the packages decide.
    private_apt update >"$place/log" 2>&1 || true
    private_apt --download-only install "${packages[@]}" \
        >>"$place/log" 2>&1 || {
        grep '^[WE]:' "$place/log" >&2
        give_up "missing: libraries for $target (apt-get could not fetch them)"
    }
    for each in "$place"/apt/cache/archives/*.deb; do
        dpkg-deb --extract "$each" "$sysroot"
    done
    rm -rf "$place/apt"
    printf '%s\n' "$stamp" >"$place/stamp"
}

# ---- Build and test ---------------------------------------------------------

features=()
if [ "$target" = musl ]; then
    features=(-DBELLPULL_GENERATOR=OFF -DBELLPULL_EXAMPLES=OFF
        -DBELLPULL_TLS=OFF -DBELLPULL_LIBWEBSOCKETS=OFF -DBELLPULL_CJSON=OFF
        -DBELLPULL_ZLIB=OFF)
fi

configure() { # OPTION...
    cmake --preset release -B "$build" "${features[@]}" "$@" \
        -DCMAKE_TOOLCHAIN_FILE="$root/cmake/cross.cmake" \
        -DBELL_CROSS_TARGET="$target" -DBELL_CROSS_SYSROOT="$sysroot" \
        -DBELL_CROSS_RUN="$run" -DBELLPULL_PROGRAM="$host/bellpull" \
        -DBELLPULL_WERROR=ON
}

counted() {
    local attributes tests failures skipped
    attributes=$(grep -m 1 -A 8 '<testsuite' "$place/tests.xml" | tr '\n' ' ')
    [[ $attributes =~ tests=\"([0-9]+)\" ]] && tests=${BASH_REMATCH[1]}
    [[ $attributes =~ failures=\"([0-9]+)\" ]] && failures=${BASH_REMATCH[1]}
    [[ $attributes =~ skipped=\"([0-9]+)\" ]] && skipped=${BASH_REMATCH[1]}
    [ "$skipped" = 0 ] || say "SKIPPED: $skipped, see above"
    printf '%s: %d passed, %d failed\n' "$target" \
        $((tests - failures - skipped)) "$failures"
}

scripts/setup.sh --cross
mkdir -p "$place"
rm -f "$place/tests.xml"
[ "$target" = musl ] || fetch_libraries
if [ "$target" = i686 ] && ! "$sysroot/lib/ld-linux.so.2" --version \
    >/dev/null 2>&1; then
    run=qemu-i386 # a kernel without 32 bits
fi
say "$target: build"
host=$root/build/cross/host # this machine's program, to be called
cmake --preset release -B "$host" -DBUILD_TESTING=OFF -DBELLPULL_EXAMPLES=OFF \
    -DBELLPULL_LTO=OFF >"$place/log" 2>&1 &&
    cmake --build "$host" -j "$(nproc)" --target bellpull >"$place/log" 2>&1 ||
    { tail -n 40 "$place/log" >&2; exit 1; }
# Asserts stay on in all that is tested here.
configure -DCMAKE_C_FLAGS_RELEASE=-O2 -DBELLPULL_LTO=OFF >"$place/log" 2>&1 ||
    { tail -n 40 "$place/log" >&2; exit 1; }
cmake --build "$build" -j "$(nproc)" >"$place/log" 2>&1 ||
    { tail -n 60 "$place/log" >&2; exit 1; }
say "$target: test"
code=0
ctest --test-dir "$build" --output-on-failure --no-tests=error \
    --output-junit "$place/tests.xml" --timeout 600 -j "$(nproc)" "$@" ||
    code=$?
counted
exit $code
