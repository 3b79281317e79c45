#!/bin/bash
# musl_test.sh: what of us is there without glibc. Debian has musl, but the
# libraries that we stand on only for glibc: so all files that include none of
# their headers are compiled, and the tests that reach none of the others are
# linked and run. Exit code 77 where there is no musl-gcc. Arguments: the root,
# the build folder (for the templates in the program), a folder to work in.
set -euo pipefail

root=$1
build=$2
work=$3
command -v musl-gcc >/dev/null || exit 77
rm -rf "$work"
mkdir -p "$work"
cd "$root"

# What stands on OpenSSL, libwebsockets, libyaml or cJSON, itself or by a header
# of ours.
pattern='<(openssl/|libwebsockets|yaml\.h|cjson/|zlib\.h)'
for header in $(grep -rlE "$pattern" runtime/c generator --include='*.h'); do
    header=${header#generator/}
    pattern="$pattern|\"${header#runtime/c/}\""
done
foreign=$(grep -rlE "#include ($pattern)" runtime/c generator --include='*.c')

# These must stay without them.
tests="arena buf json_read json_write number reply centrifugo
    centrifugo_messages channel session session_state codec codec_bad
    codec_every codec_form codec_pattern codec_rule codec_union
    generator/diag generator/file generator/index generator/names
    generator/pattern_compile generator/plan generator/render"

# Sections, so that the linker leaves out what a test does not reach.
flags="-std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Werror
    -ffunction-sections -fdata-sections -O1 -DBELL_VERSION=\"0\"
    -Iruntime/c -Iruntime/c/include -Igenerator"

failed=0
# Of the pollers, Linux's.
for file in $(find runtime/c generator generated/c -name '*.c' \
    ! -name poller_kqueue.c ! -name poller_poll.c | sort) \
    "$build/generator/builtin_templates.c"; do
    grep -qxF "$file" <<<"$foreign" || printf '%s\n' "$file"
done >"$work/files"
xargs -a "$work/files" -P 2 -I FILE sh -c '
    musl-gcc $1 -c FILE -o "$2/$(echo FILE | tr / _).o" || exit 255
' musl "$flags" "$work" || { echo "does not compile with musl"; exit 1; }
rm "$work/generator_main.c.o"
ar rcs "$work/libours.a" "$work"/*.o
printf '%d files compiled, left out:\n%s\n' "$(wc -l <"$work/files")" "$foreign"

# Links a program, and runs it.
runs() { # SOURCE ARGUMENT...
    local program
    program=$work/$(basename "$1" .c)
    # shellcheck disable=SC2086
    if ! musl-gcc $flags -Itests -Igenerated/c/tasks -Wl,--gc-sections \
        -static "-DTESTS_DIR=\"$root/tests\"" "$1" "$work/libours.a" \
        -o "$program" || ! "$program" "${@:2}" >"$work/log" 2>&1; then
        printf 'failed with musl: %s\n' "$1"
        tail -n 5 "$work/log" 2>/dev/null || true
        failed=1
    fi
}

for test in $tests; do
    runs "tests/unit/${test}_test.c"
done
# shellcheck disable=SC2086
musl-gcc $flags -Itests -c tests/conformance/stage.c -o "$work/stage.o"
ar rs "$work/libours.a" "$work/stage.o"
for transcript in connect calls; do
    runs tests/conformance/transcripts.c \
        "$root/tests/conformance/$transcript.txt"
done
exit $failed
