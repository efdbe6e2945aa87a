#!/bin/sh
# Run suites by name and end with the name of each failed test and one line:
# N passed, N failed, N skipped. A suite prints TAP; its whole output is kept
# in build/log/SUITE.log. A suite whose tools are missing is one named skip,
# never a pass. JOBS: how many test files run at a time (default 2), except
# those that drive browsers.
set -u
cd "$(dirname "$0")/.." || exit 1
mkdir -p build/log
passed=0 failed=0 skipped=0 since=$(date +%s) begin=$(date +%s) broken=
JOBS=${JOBS:-2}

# Name the failed tests of a suite, with so many lines of what each said.
failures() { # SUITE LINES
    named=$(awk -v suite="$1" -v lines="$2" -v top="$PWD" \
        -f tests/failures.awk "build/log/$1.log")
    if [ -n "$named" ]; then echo "$named"
    else echo "$1: it ended badly outside of any test"; tail -n 8 "build/log/$1.log"; fi
}

# Count a finished suite from its log and its exit status.
count() {
    suite=$1 status=$2 log=build/log/$1.log
    counts=$(awk '
        /^# (pass|fail|skipped|cancelled) [0-9]+$/ { node = 1
            if ($2 == "pass") np += $3
            if ($2 == "fail" || $2 == "cancelled") nf += $3
            if ($2 == "skipped") ns += $3
            next }
        /^(not )?ok / { if (/# SKIP/ || /# skip/) s++
            else if (/^ok/) p++
            else f++ }
        END { if (node) print np + 0, nf + 0, ns + 0
              else print p + 0, f + 0, s + 0 }' "$log")
    # shellcheck disable=SC2086
    set -- $counts
    if [ "$status" -ne 0 ] && [ "$2" -eq 0 ]; then
        set -- "$1" 1 "$3" # it died outside of any test
    fi
    if [ "$1" -eq 0 ] && [ "$2" -eq 0 ] && [ "$3" -eq 0 ]; then
        set -- 0 1 0 # a suite that ran nothing has not passed
    fi
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    now=$(date +%s)
    printf '%-18s %5s passed %4s failed %4s skipped %5s s\n' \
        "$suite" "$1" "$2" "$3" $((now - since))
    since=$now
    if [ "$2" -ne 0 ]; then
        broken="$broken $suite"
        failures "$suite" 20 | head -n 60
    fi
    grep -hE '^ *(not )?ok .*# SKIP' "$log" | sed 's/^ */  skipped: /' | head -n 20
}

skip() {
    echo "not ok 1 $1 # SKIP $2" > "build/log/$1.log"
    count "$1" 0
}

# run SUITE COMMAND...
run() {
    suite=$1
    shift
    "$@" > "build/log/$suite.log" 2>&1
    count "$suite" $?
}

have() { command -v "$1" > /dev/null 2>&1; }

units() { # BUILD make-arguments...
    build=$1
    shift
    make -s -j2 BUILD="$build" "$@" unit || return 1
    # the largest first, so that no long one is left alone at the end
    # shellcheck disable=SC2012
    programs=$(ls -S tests/unit/test_*.c | sed "s,tests,$build,; s/\\.c\$//")
    # shellcheck disable=SC2016
    echo "$programs" | xargs -n 1 -P "$JOBS" sh -c '
        CMOCKA_MESSAGE_OUTPUT=TAP "$0" > "$0.log" 2>&1 && exit
        status=$?
        grep -q "^not ok" "$0.log" ||
            echo "not ok - it ended with status $status" >> "$0.log"
        exit 1'
    status=$?
    for t in $programs; do
        echo "# $t"
        cat "$t.log"
    done
    return $status
}

# The same, and what strangers send: every entry of the verify suite's corpus,
# and ten damaged copies of each, judged by the library with sanitizers.
sanitized() { # BUILD make-arguments...
    units "$@"
    status=$?
    have node || return $status
    build=$1
    shift
    if make -s -j2 BUILD="$build" "$@" "$build/tool/judge-static" &&
        node tests/verify/corpus.mjs > "$build/corpus"; then
        "$build/tool/judge-static" --damage 10 < "$build/corpus" && return $status
    fi
    echo "not ok - the corpus"
    return 1
}

# A tree staged from the present sources, for a suite that drives it.
staged() { # SUITE
    make -s -j2 stage > build/log/stage.log 2>&1 && return 0
    cp build/log/stage.log "build/log/$1.log"
    count "$1" 1
    return 1
}

node_suite() { # SUITE NODE FILES...
    suite=$1 node=$2
    shift 2
    [ "$suite" = e2e ] || set -- --test-concurrency="$JOBS" "$@"
    run "$suite" "$node" --test --test-reporter=tap "$@"
}

lint() {
    status=0
    for t in tests/lint/*.sh; do
        sh "$t" || status=1
    done
    return $status
}

# How many points the torture tried; each row with all that is tried.
points() {
    [ -z "${TORTURE:-}" ] || sed -n 's/^ *# points /  /p' build/log/torture.log
    awk '/^ *# points / { for (i = 1; i < NF; i++) if ($(i + 1) == "points:") n += $i }
        END { print "  " n + 0 " points of torture tried" }' build/log/torture.log
}

for suite in "$@"; do
    case $suite in
    unit)
        if pkg-config --exists cmocka; then run unit units build
        else skip unit "cmocka is not installed"; fi ;;
    unit-san-gcc)
        run "$suite" sanitized build/san-gcc CC=gcc SAN=1 WERROR=1 CFLAGS='-O1 -g' ;;
    unit-san-clang)
        run "$suite" sanitized build/san-clang CC=clang SAN=1 WERROR=1 CFLAGS='-O1 -g' ;;
    lint) run lint lint ;;
    host | cmp | extension | verify | e2e)
        if ! have node; then skip "$suite" "node is not installed"
        elif staged "$suite"; then
            node_suite "$suite" node tests/"$suite"/*.test.mjs
            sed -n 's/^# \([0-9]* rows run: \)/  \1/p' "build/log/$suite.log"
        fi ;;
    torture)
        if ! have node; then skip "$suite" "node is not installed"
        elif make -s -j2 torture-programs > "build/log/$suite.log" 2>&1; then
            node_suite "$suite" node tests/torture/*.test.mjs
            points
        else count "$suite" 1; fi ;;
    javascript-node18)
        # the oldest Node that is supported; the browsers' suites run once
        node18=node_modules/node-18/bin/node
        if [ ! -x $node18 ]; then skip "$suite" "Node 18 is not installed"
        elif staged "$suite"; then
            node_suite "$suite" $node18 tests/extension/*.test.mjs tests/host/*.test.mjs \
                tests/verify/*.test.mjs \
                tests/e2e/bank.test.mjs tests/e2e/mailbox.test.mjs tests/e2e/transfer.test.mjs
        fi ;;
    *) echo "run.sh: no such suite: $suite" >&2; exit 2 ;;
    esac
done

# At the very end, where it is seen: what failed, in some thirty lines.
if [ "$failed" -gt 0 ]; then
    printf '\nfailed:\n'
    lines=$((30 / failed))
    for suite in $broken; do
        failures "$suite" $((lines > 8 ? 8 : lines))
    done | head -n 200
fi
printf '\n%s s in all\n' $(($(date +%s) - begin))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
