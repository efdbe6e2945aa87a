#!/bin/sh
# Install what `make` built; called by `make install`. PREFIX is where the
# files will be, DESTDIR what stands before it while packaging. Host manifests
# go where the browsers look (installer/browsers.tsv, rows marked default).
set -eu
cd "$(dirname "$0")/.."
: "${PREFIX:?}" "${BUILD:=build}"
root=${DESTDIR:-}
lib=$root$PREFIX/lib/ingam share=$root$PREFIX/share/ingam

put() { # mode file target
    install -D -m "$1" "$2" "$3"
}

put 755 "$BUILD/ingam-host" "$lib/ingam-host"
put 755 "$BUILD/ingam-net" "$lib/ingam-net"
put 755 "$BUILD/ingam" "$root$PREFIX/bin/ingam"

# the bank's verifier
for f in "$BUILD"/libingam-verify.so.*.*.*; do
    put 644 "$f" "$root$PREFIX/lib/${f##*/}"
    ln -sf "${f##*/}" "$root$PREFIX/lib/libingam-verify.so.0"
    ln -sf libingam-verify.so.0 "$root$PREFIX/lib/libingam-verify.so"
done
put 644 "$BUILD/libingam-verify.a" "$root$PREFIX/lib/libingam-verify.a"
put 644 host/lib/ingam/verify.h "$root$PREFIX/include/ingam/verify.h"
install -d "$root$PREFIX/lib/pkgconfig"
sed "s,^prefix=.*,prefix=$PREFIX," "$BUILD/ingam-verify.pc" > "$root$PREFIX/lib/pkgconfig/ingam-verify.pc"

install -d "$share/ca.d"
for f in host/ca.d/*.json; do
    [ ! -e "$f" ] || put 644 "$f" "$share/ca.d/${f##*/}"
done
put 644 man/ingam.1 "$root$PREFIX/share/man/man1/ingam.1"
put 644 man/ingam-host.8 "$root$PREFIX/share/man/man8/ingam-host.8"
put 644 LICENSE "$root$PREFIX/share/doc/ingam/LICENSE"

mkdir -p "$BUILD/gen"
sh installer/places.sh | while read -r family folder; do
    sh installer/manifest.sh "$family" "$PREFIX/lib/ingam/ingam-host" > "$BUILD/gen/manifest.json"
    put 644 "$BUILD/gen/manifest.json" "$root$folder/kr.ingam.host.json"
done
