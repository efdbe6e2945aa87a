#!/bin/sh
# The arrows of docs/architecture.md: who may include whom, and which folder
# may see which library.
set -u
cd "$(dirname "$0")/../.." || exit 1
n=0 status=0
result() { # ok|"not ok" name [detail]
    n=$((n + 1))
    echo "$1 $n - $2"
    [ -z "${3:-}" ] || echo "$3" | sed 's/^/# /'
    [ "$1" = ok ] || status=1
}
# forbid NAME PATTERN FILES...: no line of the files may match.
forbid() {
    name=$1 pattern=$2
    shift 2
    hits=$(grep -nE "$pattern" "$@" /dev/null 2> /dev/null | head -n 10)
    if [ -z "$hits" ]; then result ok "$name"; else result "not ok" "$name" "$hits"; fi
}
files() { find "$@" -name '*.[ch]' 2> /dev/null; }
include='^#include "'
# shellcheck disable=SC2046
{
    forbid "base knows nothing above it" "$include(os|wire|pki|net|cmd|cli)/" $(files host/base)
    forbid "os knows only base" "$include(wire|pki|net|cmd|cli)/" $(files host/os)
    forbid "pki does not know wire, net, cmd or cli" "$include(wire|net|cmd|cli)/" $(files host/pki)
    forbid "net knows only base and os" "$include(wire|pki|cmd|cli)/" $(files host/net)
    forbid "lib knows neither wire, net nor cli" "$include(wire|net|cli)/" $(files host/lib)
    forbid "nobody knows lib" "$include(lib|ingam)/|<ingam/" $(files host | grep -v '^host/lib/')
    forbid "cmd does not know wire or cli" "$include(wire|cli)/" $(files host/cmd)
    forbid "wire does not know pki or cli" "$include(pki|cli)/" $(files host/wire)
    forbid "cJSON only in wire, cmd and cli" '<cjson/' $(files host/base host/os host/pki host/net)
    forbid "OpenSSL only in pki and base/mem.c" '<openssl/' $(files host/os host/wire host/net host/cmd host/cli host/lib) $(files host/base | grep -v base/mem.c)
    forbid "libcurl only in the network worker" '<curl/' $(files host | grep -v '^host/net/worker')
    forbid "windows.h only in os/*_win32.c" '<windows.h>' $(files host | grep -v '_win32\.c$')
    forbid "the test CA does not use the host's code" '"(base|os|wire|pki|net|cmd|cli)/|"host\.h"' $(files tests/ca)
}
echo "1..$n"
exit $status
