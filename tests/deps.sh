#!/bin/sh
# Install what a target needs and this machine lacks: deps.sh demo|test|bench.
# Names the packages first. As root, else through sudo, else it prints the one
# line to run and stops with 2. Asks once on a terminal; where there is none it
# goes ahead. A machine that lacks nothing is not touched.
set -eu
cd "$(dirname "$0")/.."
target=${1:?usage: deps.sh demo|test|bench}

# package | how to see that it is there | for which targets
#   cmd:NAME  a program         pc:NAME   a pkg-config module
#   font:ko   a Korean font     file:F    a file (shell pattern)
#   node:18   Node of that version or later, from wherever
#   floor:V   the installed package is not older than V (security fixes in
#             libraries that read what strangers send)
needs() {
    cat << 'EOF'
gcc                   cmd:gcc           all
libc6-dev             file:/usr/include/stdio.h all
pkg-config            cmd:pkg-config    all
libssl-dev            pc:libssl         all
libcjson-dev          pc:libcjson       all
libcurl4-openssl-dev  pc:libcurl        all
libsqlite3-dev        pc:sqlite3        all
openssl               cmd:openssl       all
nodejs                node:18           all
npm                   cmd:npm           all
libssl3               floor:3.0.22-1~deb12u2      all
libcjson1             floor:1.7.15-1+deb12u4      all
libcurl4              floor:7.88.1-10+deb12u15    all
chromium              cmd:chromium      demo,test
firefox-esr           cmd:firefox-esr   demo,test
chromium-l10n         file:/usr/lib/chromium/locales/ko.pak demo,test
firefox-esr-l10n-ko   file:/usr/lib/firefox-esr/browser/extensions/langpack-ko@*.xpi demo,test
fonts-nanum           font:ko           demo,test
libcmocka-dev         pc:cmocka         test
clang                 cmd:clang         test
libclang-rt-14-dev    file:/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.asan-*.a test
clang-format          cmd:clang-format  test
shellcheck            cmd:shellcheck    test
mandoc                cmd:mandoc        test
gnutls-bin            cmd:certtool      test
libnss3-tools         cmd:pk12util      test
strace                cmd:strace        test
xmlsec1               cmd:xmlsec1       test
EOF
}

present() { # check package
    case $1 in
    cmd:*) command -v "${1#cmd:}" > /dev/null 2>&1 ;;
    pc:*) pkg-config --exists "${1#pc:}" 2> /dev/null ;;
    font:*) fc-list ":lang=${1#font:}" 2> /dev/null | grep -q . ;;
    file:*)
        for f in ${1#file:}; do
            [ ! -e "$f" ] || return 0
        done
        return 1 ;;
    node:*)
        v=$(node --version 2> /dev/null | sed 's/^v//; s/\..*//')
        [ "${v:-0}" -ge "${1#node:}" ] ;;
    floor:*)
        # Only where the package exists under this name and Debian release.
        # shellcheck disable=SC1091
        case $(. /etc/os-release 2> /dev/null && echo "$ID$VERSION_ID") in
        debian12) ;;
        *) return 0 ;;
        esac
        v=$(dpkg-query -W -f '${Version}' "$2" 2> /dev/null) || return 0
        dpkg --compare-versions "${v:-0}" ge "${1#floor:}" ;;
    esac
}

missing=$(needs | while read -r package check targets; do
    case ,$targets, in
    *,all,* | *,"$target",*) present "$check" "$package" || echo "$package" ;;
    esac
done | tr '\n' ' ')

if [ -n "$missing" ]; then
    echo "Needed and not here: $missing"
    command -v apt-get > /dev/null 2>&1 || {
        echo "Install them with your system's package manager; the names above are Debian's." >&2
        exit 2
    }
    sudo=''
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo > /dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2> /dev/null; }; then
            sudo=sudo
        else
            echo "Run this as root, then try again:" >&2
            echo "  apt-get install -y --no-install-recommends $missing" >&2
            exit 2
        fi
    fi
    if [ -t 0 ]; then
        printf 'Install them now? [Y/n] '
        read -r answer
        case $answer in
        '' | [Yy]*) ;;
        *) exit 2 ;;
        esac
    fi
    export DEBIAN_FRONTEND=noninteractive
    mkdir -p build/log
    for step in "update" "install -y --no-install-recommends $missing"; do
        # shellcheck disable=SC2086
        $sudo apt-get -q -o DPkg::Lock::Timeout=600 $step > build/log/apt.log 2>&1 || {
            tail -n 20 build/log/apt.log >&2
            exit 1
        }
    done
fi

# Development packages of the JavaScript tests: exactly what the lock says.
if [ -f package-lock.json ] && ! cmp -s package-lock.json node_modules/.ingam-lock 2> /dev/null; then
    echo "Installing the JavaScript development packages (node_modules)"
    npm ci --loglevel=error --no-audit --no-fund --ignore-scripts
    cp package-lock.json node_modules/.ingam-lock
fi
