#!/bin/sh
# Make the project's own key files, with openssl and the shell only, so that
# they do not share a line with what is tested: make.sh FOLDER.
#
# A throw-away RSA-1024 key (small, for the mutation tests) with an R, wrapped
# in every scheme of key files with a handful of iterations. Nothing is real.
set -eu
out=$1
mkdir -p "$out"
cd "$out"
password='Vector!2026'
salt=0102030405060708
iv=101112131415161718191a1b1c1d1e1f
rounds=5

hex() { od -An -v -tx1 | tr -d ' \n'; }
bytes() { # HEX, without 00, to bytes
    env printf '%b' "$(printf '%s' "$1" | sed 's/../\\x&/g')"
}
der() { # CONFIG on stdin to the DER file $1
    cat > tmp.cnf
    openssl asn1parse -noout -genconf tmp.cnf -out "$1"
}

printf '%s' "$password" > password
printf 'a1b2c3d4e5f60718293a4b5c6d7e8f9001020304' > R.hex
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -outform DER -out key.der 2> tmp.log
openssl rsa -inform DER -in key.der -traditional -outform DER -out rsa.der 2> tmp.log

info() { # version, name of the file, lines for attributes
    der "$1" << EOF
asn1=SEQUENCE:info
[info]
version=INTEGER:0
algorithm=SEQUENCE:rsa
key=FORMAT:HEX,OCT:$(hex < rsa.der)
$2
[rsa]
type=OID:rsaEncryption
none=NULL
[attributes]
one=SEQUENCE:attribute
[attribute]
type=OID:1.2.410.200004.10.1.1.3
values=SET:values
[values]
bits=FORMAT:HEX,BITSTR:$(cat R.hex)
EOF
}
info info.der 'attributes=IMPLICIT:0C,SET:attributes'
info info-noR.der ''

encrypt() { # CIPHER KEY IV: info.der to tmp.enc
    openssl enc -provider legacy -provider default -e "-$1" -K "$2" -iv "$3" -in info.der -out tmp.enc
}

# The schemes of KISA on PBKDF1: hash of password and salt, hashed again.
{ printf '%s' "$password"; bytes "$salt"; } | openssl dgst -sha1 -binary > tmp.t
i=1
while [ $i -lt $rounds ]; do
    openssl dgst -sha1 -binary tmp.t > tmp.u
    mv tmp.u tmp.t
    i=$((i + 1))
done
key=$(head -c 16 tmp.t | hex)
derived=$(tail -c 4 tmp.t | openssl dgst -sha1 -binary | head -c 16 | hex)

pbe1() { # NAME OID IV
    encrypt seed-cbc "$key" "$3"
    der "$1.key" << EOF
asn1=SEQUENCE:file
[file]
algorithm=SEQUENCE:algorithm
data=FORMAT:HEX,OCT:$(hex < tmp.enc)
[algorithm]
type=OID:$2
parameters=SEQUENCE:parameters
[parameters]
salt=FORMAT:HEX,OCT:$salt
rounds=INTEGER:$rounds
EOF
}
pbe1 seed-sha1 1.2.410.200004.1.15 "$derived"
pbe1 seed-old 1.2.410.200004.1.4 "$(printf '0123456789012345' | hex)"

pbes2() { # NAME CIPHER BYTES DIGEST
    key=$(openssl kdf -binary -keylen "$3" -kdfopt "digest:$4" -kdfopt "pass:$password" \
        -kdfopt "hexsalt:$salt" -kdfopt "iter:$rounds" -kdfopt pkcs5:1 PBKDF2 | hex)
    encrypt "$2" "$key" "$iv"
    prf=''
    [ "$4" = SHA1 ] || prf='prf=SEQUENCE:prf'
    der "$1.key" << EOF
asn1=SEQUENCE:file
[file]
algorithm=SEQUENCE:algorithm
data=FORMAT:HEX,OCT:$(hex < tmp.enc)
[algorithm]
type=OID:PBES2
parameters=SEQUENCE:parameters
[parameters]
kdf=SEQUENCE:kdf
cipher=SEQUENCE:cipher
[kdf]
type=OID:PBKDF2
parameters=SEQUENCE:pbkdf2
[pbkdf2]
salt=FORMAT:HEX,OCT:$salt
rounds=INTEGER:$rounds
$prf
[prf]
type=OID:hmacWithSHA256
none=NULL
[cipher]
type=OID:$2
iv=FORMAT:HEX,OCT:$iv
EOF
}
for digest in SHA1 SHA256; do
    low=$(printf '%s' $digest | tr '[:upper:]' '[:lower:]')
    pbes2 "pbes2-seed-$low" seed-cbc 16 $digest
    for size in 128 192 256; do
        pbes2 "pbes2-aria$size-$low" "aria-$size-cbc" $((size / 8)) $digest
        pbes2 "pbes2-aes$size-$low" "aes-$size-cbc" $((size / 8)) $digest
    done
done
rm -f tmp.*
