#!/bin/sh
# Documents that repeat what the program knows are compared with it, man pages
# are well-formed, and what the documents point to exists.
set -u
cd "$(dirname "$0")/../.." || exit 1
n=0 status=0
report() { # ok|"not ok" name [detail]
    n=$((n + 1))
    echo "$1 $n - $2"
    [ -z "${3:-}" ] || echo "$3" | head -n 20 | sed 's/^/# /'
    [ "$1" = ok ] || status=1
}

if ! command -v node > /dev/null 2>&1; then
    report ok "docs/protocol.md says what --describe says # SKIP node is not installed"
elif out=$(make -s build/ingam-host 2>&1 && node tests/docs/protocol.mjs build/ingam-host 2>&1); then
    report ok "docs/protocol.md says what --describe says"
else
    report "not ok" "docs/protocol.md says what --describe says" "$out"
fi

if ! command -v node > /dev/null 2>&1; then
    report ok "docs/integrate.md has every reason # SKIP node is not installed"
elif out=$(node tests/docs/integrate.mjs 2>&1); then
    report ok "docs/integrate.md has every reason"
else
    report "not ok" "docs/integrate.md has every reason" "$out"
fi

for page in man/ingam.1 man/ingam-host.8; do
    if ! command -v mandoc > /dev/null 2>&1; then
        report ok "$page is well-formed # SKIP mandoc is not installed"
    elif out=$(mandoc -T lint -W warning "$page" 2>&1); then
        report ok "$page is well-formed"
    else
        report "not ok" "$page is well-formed" "$out"
    fi
done

gone=$(grep -oE '\]\([^)#:]+' README.md CONTRIBUTING.md docs/*.md 2> /dev/null |
    while IFS=: read -r file link; do
        target=$(dirname "$file")/${link#](}
        [ -e "$target" ] || echo "$file: ${link#](}"
    done)
if [ -z "$gone" ]; then
    report ok "every link in the documents leads to a file"
else
    report "not ok" "every link in the documents leads to a file" "$gone"
fi

# An invariant of docs/architecture.md names the test that holds it.
# shellcheck disable=SC2016
gone=$(grep -ohE '`tests/[A-Za-z0-9_./-]+`' docs/*.md CONTRIBUTING.md README.md 2> /dev/null | tr -d '`' | sort -u |
    while read -r file; do [ -e "$file" ] || echo "$file"; done)
if [ -z "$gone" ]; then
    report ok "every test that a document names is there"
else
    report "not ok" "every test that a document names is there" "$gone"
fi
echo "1..$n"
exit $status
