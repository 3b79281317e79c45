#!/bin/bash
# test.sh: sets up and runs all tests. The last line is `N passed, N failed`;
# what was skipped is named above it. With CI=true a skipped test is a failure.
set -euo pipefail

usage() {
    cat <<'END'
usage: scripts/test.sh
  Installs what is missing (scripts/setup.sh --tests --centrifugo --arcp
  --cross; about 2.7 GB with clang, valgrind, chromium, compilers for other
  machines and what Go, npm and pip fetch), builds four times for this machine
  and for three others, and runs everything: about half an hour on two cores.
END
}

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. scripts/options.sh
[ $# -eq 0 ] || end_with_usage "$1"
started=$SECONDS
running=
work=$(mktemp -d)

# Nothing of the caller's may reach the clients and servers under test.
unset "${!CENTRIFUGO_@}" "${!BELL_@}" NO_COLOR

# Nothing is written beside sources.
export PYTHONDONTWRITEBYTECODE=1

say() { printf '== %s (%ds)\n' "$*" $((SECONDS - started)); }

stop() {
    trap - EXIT INT TERM HUP
    if [ -n "$running" ]; then
        kill -TERM "$running" 2>/dev/null || true
        wait "$running" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap stop EXIT
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM HUP

# Runs a command so that a signal to this script ends it too.
run() {
    local code=0
    "$@" &
    running=$!
    wait "$running" || code=$?
    running=
    return $code
}

tree_state() {
    git status --porcelain 2>/dev/null || true
}

# Processes of programs that were built here.
processes() {
    local each program
    for each in /proc/[0-9]*; do
        program=$(readlink "$each/exe" 2>/dev/null) || continue
        case $program in
        "$root"/build/*) printf '%s %s\n' "${each#/proc/}" "$program" ;;
        esac
    done
}

fail() {
    printf 'test: %s\n' "$*" >&2
    exit 1
}

# ---- One preset: configure, build, test -------------------------------------

build() { # PRESET [CMAKE-OPTION...]
    local preset=$1
    shift
    say "$preset: build"
    run cmake --preset "$preset" "$@" >"$work/log" 2>&1 ||
        { cat "$work/log"; fail "$preset: cmake failed"; }
    run cmake --build "build/$preset" -j "$(nproc)" >"$work/log" 2>&1 ||
        { tail -n 60 "$work/log"; fail "$preset: the build failed"; }
}

suites=()

check() { # PRESET [CTEST-OPTION...]
    local preset=$1
    shift
    say "$preset: test"
    suites+=("$work/$preset.xml")
    run ctest --preset "$preset" --output-junit "$work/$preset.xml" \
        --timeout 900 --no-tests=error "$@" || true
    [ -s "$work/$preset.xml" ] || fail "$preset: ctest did not finish"
}

# A command of this folder as a test: it ends with 0.
check_command() { # COMMAND...
    say "$*"
    if run "$@"; then
        printf 'passed %s\n' "$*" >>"$work/commands"
    else
        printf 'failed %s\n' "$*" >>"$work/commands"
    fi
}

# Another machine's tests. Without a network they cannot be had.
check_cross() { # TARGET
    local code=0
    say "$1: build and test"
    run scripts/cross.sh "$1" --quiet || code=$?
    case $code in
    3) printf 'skipped scripts/cross.sh %s\n' "$1" >>"$work/commands" ;;
    *) cp "build/cross/$1/tests.xml" "$work/$1.xml" ||
        fail "$1: scripts/cross.sh did not finish" ;;
    esac
    [ $code = 3 ] || suites+=("$work/$1.xml")
}

# ---- All of them ------------------------------------------------------------

before=$(tree_state)
alive=$(processes)
say "setup"
scripts/setup.sh --tests
if scripts/setup.sh --centrifugo; then
    export BELLPULL_CENTRIFUGO=$root/build/servers/centrifugo
elif [ "${CI:-}" = true ]; then
    exit 3
fi
scripts/setup.sh --arcp || [ "${CI:-}" != true ] || exit 3

fed='^(unit|golden|conformance|alloc|fuzz)\.'
# Other languages have watchers of their own, and one build to be tested with;
# instructions are counted in one, and goldens compiled with one.
compiled='^golden\.(compile|cpp_example)$'
others="^(tidy|go|typescript|count)\\.|$compiled"
jobs=$(nproc)
build asan
check asan -E "$others" -j "$jobs"
# What has threads, loops or sockets; a live client is one thread.
build tsan
check tsan -R '^(unit|alloc|conformance|fuzz|serve)\.' -E corpus -j "$jobs"
build ci
check ci -R "$fed|^tidy\\." -E "corpus|$compiled" -j "$jobs"
build release -DBELLPULL_WERROR=ON
check release -E "^tidy\\.|^schema\\.mutations$" -j "$jobs"

# Of 32 bits with an x87, big-endian, and the smallest.
check_cross i686
check_cross s390x
check_cross musl

check_command scripts/demo.sh
if [ -x build/servers/arcp/bin/uvicorn ]; then
    check_command scripts/demo.sh --arcp
fi
if [ -n "${BELLPULL_CENTRIFUGO:-}" ]; then
    check_command scripts/demo.sh --centrifugo
fi

after=$(tree_state)
if [ "$before" != "$after" ]; then
    printf '%s\n' "$after" >&2
    fail "the tests changed the tree"
fi
left=$(processes)
if [ "$alive" != "$left" ]; then
    printf '%s\n' "$left" >&2
    fail "the tests left processes behind"
fi

# ---- The count --------------------------------------------------------------

python3 - "$work/commands" "${suites[@]}" <<'END'
import os
import sys
import xml.etree.ElementTree as tree

passed, failed, skipped = 0, [], []
for line in open(sys.argv[1]):
    result, _, name = line.rstrip().partition(" ")
    if result == "passed":
        passed += 1
    elif result == "skipped":
        skipped.append(name)
    else:
        failed.append(name)
for path in sys.argv[2:]:
    preset = os.path.basename(path)[:-len(".xml")]
    for case in tree.parse(path).getroot().iter("testcase"):
        name = preset + " " + case.get("name")
        status = case.get("status")
        if status == "run":
            passed += 1
        elif status in ("notrun", "disabled"):
            skipped.append(name)
        else:
            failed.append(name)
for name in failed:
    print("failed: " + name)
for name in skipped:
    print("SKIPPED: " + name)
refused = bool(skipped) and os.environ.get("CI") == "true"
if skipped:
    print("%d skipped%s" % (len(skipped), ": with CI=true that is a failure"
                            if refused else ""))
print("%d passed, %d failed" % (passed, len(failed)))
sys.exit(1 if failed or refused else 0)
END
