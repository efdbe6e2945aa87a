#!/bin/sh
# Print the native-messaging manifest of a browser family:
#   manifest.sh chromium|firefox HOST_PATH
# The ids come from extension/ids, the shape from manifests/.
set -eu
cd "$(dirname "$0")/.."
family=$1 host=$2
ids=$(tr -d '\n' < extension/ids | sed -n 's/.*"'"$family"'" *: *\[\([^]]*\)\].*/\1/p')
[ -n "$ids" ] || { echo "manifest.sh: no $family id in extension/ids" >&2; exit 1; }
if [ "$family" = chromium ]; then
    ids=$(echo "$ids" | sed 's|"\([a-p]*\)"|"chrome-extension://\1/"|g')
fi
case $host in
*[\"\\]*) echo "manifest.sh: a quote or backslash in $host" >&2; exit 1 ;;
esac
sed -e "s|@HOST@|$host|" -e "s|@IDS@|$ids|" "manifests/$family.json.in"
