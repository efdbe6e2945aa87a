#!/bin/sh
# System folders for host manifests, a line each: FAMILY FOLDER.
set -eu
awk -F '\t' '!/^#/ && $3 == "yes" && $5 != "-" { print $2, $5 }' "$(dirname "$0")/browsers.tsv" | sort -u
