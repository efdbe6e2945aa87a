#!/bin/sh
# The JavaScript: types (tsc --checkJs, strict) and rules (eslint), and that the
# lock file names no place to download from.
set -u
cd "$(dirname "$0")/../.." || exit 1
status=0

# check NAME TOOL ARGUMENTS...
check() {
    name=$1 tool=node_modules/.bin/$2
    shift 2
    if [ ! -x "$tool" ]; then
        echo "ok - javascript: $name # SKIP npm's packages are not installed"
    elif output=$("$tool" "$@" 2>&1); then
        echo "ok - javascript: $name"
    else
        echo "$output" | sed 's/^/# /'
        echo "not ok - javascript: $name"
        status=1
    fi
}

check "types" tsc --project tsconfig.json
# by name, since ingam.d.ts beside it hides it from the first
check "types of the page library" tsc --project tests/lint/tsconfig.page.json
# written for developers of pages: what is obvious there needs no type
check "types of the examples" tsc --project tests/lint/tsconfig.examples.json
check "rules" eslint --max-warnings 0 .

if grep -q '"resolved"' package-lock.json; then
    echo "not ok - javascript: the lock file names a download address"
    status=1
else
    echo "ok - javascript: the lock file names no download address"
fi
exit $status
