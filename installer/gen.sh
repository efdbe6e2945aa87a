#!/bin/sh
# Turn installer/browsers.tsv and the manifest templates into C:
#   gen.sh OUTPUT_HEADER
set -eu
cd "$(dirname "$0")/.."
c_string() { sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/    "&\\n"/'; }
{
    echo '/* Made from installer/browsers.tsv and manifests/; do not edit. */'
    echo 'static const struct browser browser_table[] = {'
    awk -F '\t' '!/^#/ && NF {
        system_dir = $5 == "-" ? "NULL" : "\"" $5 "\""
        policies = $6 == "-" ? "NULL" : "\"" $6 "\""
        split($4, user, ":")
        printf "    { \"%s\", %s, %s, %s, \"%s\", %s, %s },\n", $1,
            $2 == "firefox" ? "true" : "false", $3 == "yes" ? "true" : "false",
            user[1] == "home" ? "true" : "false", user[2], system_dir, policies
    }' installer/browsers.tsv
    echo '    { 0 },'
    echo '};'
    for family in chromium firefox; do
        echo "static const char manifest_${family}[] ="
        sh installer/manifest.sh $family @HOST@ | c_string
        echo '    ;'
    done
} > "$1.new"
mv "$1.new" "$1"
