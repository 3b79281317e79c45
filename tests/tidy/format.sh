#!/bin/sh
# format.sh: is every hand-written C file as clang-format would have it?
# Exit code 77 where there is no clang-format. Its argument is the root.
set -eu
cd "$1"
command -v clang-format >/dev/null || exit 77
find runtime generator tests examples -name '*.[ch]' \
    -not -path 'tests/golden/*' -print0 |
    xargs -0 clang-format --dry-run -Werror --ferror-limit=1
