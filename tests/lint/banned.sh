#!/bin/sh
# Functions and words that must not occur, each with what to use instead.
set -u
cd "$(dirname "$0")/../.." || exit 1
n=0 status=0
# ban NAME PATTERN INSTEAD FILES...
ban() {
    n=$((n + 1)) name=$1 pattern=$2 instead=$3
    shift 3
    hits=$(grep -nE "$pattern" "$@" /dev/null 2> /dev/null | head -n 10)
    if [ -z "$hits" ]; then
        echo "ok $n - no $name"
    else
        echo "not ok $n - no $name: use $instead"
        echo "$hits" | sed 's/^/# /'
        status=1
    fi
}
word='(^|[^A-Za-z0-9_.>])'
c=$(find host -name '*.[ch]')
js=$(find extension -name '*.js' 2> /dev/null)
# shellcheck disable=SC2046,SC2086
{
    ban "unbounded string functions" "$word(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca)\(" "snprintf or struct buf" $c
    ban "number parsers that cannot fail" "$word(atoi|atol|atof|sscanf)\(" "strtoul with its checks" $c
    ban "local time" "$word(localtime|gmtime|mktime|ctime|asctime)\(" "clock_text, timegm or gmtime_r" $c
    ban "shells and dynamic loading" "$word(system|popen|dlopen|tmpnam|mktemp)\(" "posix_spawn, or nothing" $c
    ban "setlocale" "$word(setlocale)\(" "nothing: the C locale" $c
    ban "raw allocation" "$word(malloc|calloc|realloc|strdup|strndup)\(" "mem_alloc, mem_strdup" $(echo "$c" | grep -v base/mem.c)
    ban "printf on the wire" "$word(printf|puts|putchar)\(" "a frame, or log_line" $(find host -name '*.[ch]' -not -path 'host/cli/*' -not -name main.c)
    ban "cJSON parser behind the validator's back" 'cJSON_(Parse|ParseWith[A-Za-z]*)\(' "json_parse" $(echo "$c" | grep -v cmd/json)
    ban "cJSON look-ups without case" 'cJSON_(GetObjectItem|HasObjectItem|Minify|SetValuestring)\(' "cJSON_GetObjectItemCaseSensitive" $c
    ban "OpenSSL error queue outside the translator" '(ERR_(get|peek)_|ERR_print|ERR_error_string)' "err_openssl" $(echo "$c" | grep -v pki/crypto.c)
    ban "HTML built from text" '(innerHTML|outerHTML|insertAdjacentHTML|document\.write)' "textContent and nodes" $js
    ban "code from text" '(\beval\(|new Function\()' "nothing" $js
    ban "loose equality" '[^=!]==[^=]|!=[^=]' "=== and !==" $js
    ban "messages to any origin" "postMessage\([^)]*'\*'" "an explicit origin" $js
    ban "unfinished work" '\b(TODO|FIXME|XXX|HACK)\b' "an issue" $(git ls-files host extension tests installer manifests | grep -v '^tests/lint/banned.sh$')
    ban "paths of one machine" '(^|[^A-Za-z0-9_.-])/(work|farm|root)/' "a path relative to the project" $(git ls-files | grep -v '^tests/lint/banned.sh$')
}
echo "1..$n"
exit $status
