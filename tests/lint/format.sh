#!/bin/sh
# C is formatted, headers compile alone, shell scripts are clean.
set -u
cd "$(dirname "$0")/../.." || exit 1
n=0 status=0
ok() { n=$((n + 1)); echo "ok $n - $1"; }
bad() {
    n=$((n + 1))
    echo "not ok $n - $1"
    echo "$2" | head -n 20 | sed 's/^/# /'
    status=1
}
skip() { n=$((n + 1)); echo "ok $n - $1 # SKIP $2"; }

if command -v clang-format > /dev/null 2>&1; then
    # shellcheck disable=SC2046
    if out=$(clang-format --dry-run -Werror $(git ls-files '*.c' '*.h') 2>&1); then
        ok "C is formatted as .clang-format says"
    else
        bad "C is formatted as .clang-format says" "$out"
    fi
else
    skip "C is formatted as .clang-format says" "clang-format is not installed"
fi

mkdir -p build/tmp build/gen
failed=''
flags=$(pkg-config --cflags libcrypto libcjson libcurl 2> /dev/null)
for h in $(git ls-files 'host/*.h'); do
    echo "#include \"${h#host/}\"" > build/tmp/alone.c
    # shellcheck disable=SC2086
    "${CC:-cc}" -std=c17 -D_GNU_SOURCE -Ihost -Ibuild/gen $flags -Wall -Wextra -Werror \
        -fsyntax-only build/tmp/alone.c 2> build/tmp/alone.log || failed="$failed $h"
done
if [ -z "$failed" ]; then ok "every header compiles alone"; else bad "every header compiles alone" "$failed"; fi

if command -v shellcheck > /dev/null 2>&1; then
    # shellcheck disable=SC2046
    if out=$(shellcheck -s sh $(git ls-files '*.sh' .ci/run) 2>&1); then
        ok "shellcheck is quiet"
    else
        bad "shellcheck is quiet" "$out"
    fi
else
    skip "shellcheck is quiet" "shellcheck is not installed"
fi

long=$(git ls-files 'host/*.c' | xargs wc -l | awk '$2 != "total" && $2 !~ /table/ && $1 > 400 { print $2 ": " $1 " lines" }')
if [ -z "$long" ]; then ok "no C file of the host is over 400 lines"; else bad "no C file of the host is over 400 lines" "$long"; fi
echo "1..$n"
exit $status
