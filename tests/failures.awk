# Name each failed test in one suite's TAP: SUITE > FILE > TEST > SUBTEST, then
# the first lines of what it said. A parent that fails only because a child
# does is no failure of its own.
#   awk -v suite=NAME -v lines=N -v top=FOLDER -f tests/failures.awk LOG

# The failure that was being read is whole: print it. `said` is its own words,
# `before` what stood before it.
function flush(    i) {
    if (name != "") {
        print suite name
        for (i = 1; i <= said_n && i <= lines; i++)
            print "    " said[i]
        for (i = 1; i <= before_n && i + said_n <= lines; i++)
            print "    " before[i]
    }
    name = ""
    said_n = before_n = 0
}

function say(text) {
    if (text !~ /^ *$|^not ok - / && text != "'test failed'")
        said[++said_n] = text
}

function below(place) {
    return index(place, top "/") == 1 ? substr(place, length(top) + 2) : place
}

function path(depth, leaf,    i, all) {
    for (i = 0; i < depth; i++)
        all = all " > " stack[i]
    return (file == "" ? "" : " > " file) all " > " leaf
}

{ indent = match($0, /[^ ]/) ? RSTART - 1 : 0 }

# what node tells of a test
/^ *---$/ { yaml = 1; text = 0; next }
yaml && /^ *\.\.\.$/ { yaml = 0; flush(); next }
yaml && text && (indent > text_at || NF == 0) {
    say(substr($0, text_at + 3))
    next
}
yaml {
    text = 0
    if (/^ *failureType: 'subtestsFailed'/)
        name = ""
    else if (/^ *location: /) {
        gsub(/^ *location: '(file:\/\/)?|:[0-9]+:[0-9]+'$/, "")
        $0 = below($0)
        if (name != "" && index(name, $0) == 0)
            name = " > " $0 name
    } else if (/^ *error: \|/) {
        text = 1
        text_at = indent
    } else if (sub(/^ *exitCode: /, "exit status ") || sub(/^ *error: /, ""))
        say($0)
    next
}

/^ *# Subtest: / { sub(/^ *# Subtest: /, ""); stack[indent / 4] = $0; next }
# a program of the unit suites
/^# build\/[^ ]*$/ { flush(); file = $2; next }
/^ *ok / { flush(); next }
/^ *not ok / {
    if (name != "")
        flush()
    if (!/# (SKIP|skip|TO[D]O|to[d]o)/) {
        sub(/^ *not ok [0-9]* *-? */, "")
        name = path(indent / 4, below($0))
    }
    next
}
/^ *[0-9]+\.\.[0-9]+$|^TAP version/ || NF == 0 { next }
# comments: after a failure they are its words, else those of what comes
{
    sub(/^ *# ?/, "")
    if (name != "")
        say($0)
    else
        before[++before_n] = $0
}
END { flush() }
