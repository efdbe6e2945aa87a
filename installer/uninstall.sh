#!/bin/sh
# The mirror of install.sh: removes exactly what it put there. The person's
# NPKI folder, settings and records are theirs and stay.
set -eu
cd "$(dirname "$0")/.."
: "${PREFIX:?}"
root=${DESTDIR:-}

rm -f "$root$PREFIX/lib/ingam/ingam-host" "$root$PREFIX/lib/ingam/ingam-net" \
    "$root$PREFIX/bin/ingam" "$root$PREFIX/share/man/man1/ingam.1" \
    "$root$PREFIX/share/man/man8/ingam-host.8" "$root$PREFIX/share/doc/ingam/LICENSE"
rm -f "$root$PREFIX"/lib/libingam-verify.so* "$root$PREFIX/lib/libingam-verify.a" \
    "$root$PREFIX/lib/pkgconfig/ingam-verify.pc" "$root$PREFIX/include/ingam/verify.h"
rmdir "$root$PREFIX/include/ingam" "$root$PREFIX/lib/pkgconfig" 2> /dev/null || true
for f in host/ca.d/*.json; do
    rm -f "$root$PREFIX/share/ingam/ca.d/${f##*/}"
done
sh installer/places.sh | while read -r _ folder; do
    rm -f "$root$folder/kr.ingam.host.json"
    rmdir "$root$folder" 2> /dev/null || true
done
for d in lib/ingam share/ingam/ca.d share/ingam share/doc/ingam; do
    rmdir "$root$PREFIX/$d" 2> /dev/null || true
done
