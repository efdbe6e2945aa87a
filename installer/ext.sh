#!/bin/sh
# Pack the extension for both browsers: ext.sh VERSION BUILD. The same sources
# give the same bytes, whenever and wherever they are packed.
set -eu
cd "$(dirname "$0")/.."
version=${1:?usage: ext.sh VERSION BUILD} build=${2:?usage: ext.sh VERSION BUILD}
command -v node > /dev/null || {
    echo "ext.sh: node is needed to pack the extension" >&2
    exit 1
}
mkdir -p "$build"
node installer/ext.mjs "$version" "$build"
