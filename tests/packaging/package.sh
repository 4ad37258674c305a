# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# Sourced by the tests of the packages: a directory for their work, what they expect, and how they end.
#
# A test fails at the first thing that is not as it should be, and leaves nothing behind. It ends
# with 77 where it cannot be run, which ctest counts as skipped.

set -Eeuo pipefail
project=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
source "$project/tests/cluster/progress.sh"
source "$project/tests/outcome.sh"
readonly package=resource-agents-custom-pgpool
# shellcheck disable=SC2034 # for the tests
readonly agent=/usr/lib/ocf/resource.d/custom/pgpool askers=(/usr/lib/ocf/lib/custom/pgpool-ask-{pcp,postgres})

begin() { # TITLE
    title=$1
    work=$(mktemp --directory /tmp/pgpool-package.XXXXXX)
    end_with finish
    echo "$title"
}

finish() { # EXIT-STATUS
    ignore_signals
    case $1 in
    0) say "as it should be: $title" ;;
    77) say "SKIPPED: $cause" ;;
    *)
        say "FAILED: ${cause:-exit status $1}" >&2
        [[ ! -s $work/log ]] || (($1 > 128)) || tail --lines=30 "$work/log" >&2
        ;;
    esac
    take_down || true
    rm --recursive --force --one-file-system "$work"
    exit "$1"
}

# What is to be undone beside the directory; a test may say more.
take_down() {
    :
}

skip() {
    cause=$*
    exit 77
}

expect() { # WHAT SEEN EXPECTED
    [[ $2 == "$3" ]] || fail "$1: '$2' (expected '$3')"
    say "$1: ${2:-none}"
}

# Its output is shown only if the test ends with it. In a subshell: what a trap says is not part of it.
quietly() { # COMMAND…
    ("$@") </dev/null >"$work/log" 2>&1 || return
    : >"$work/log"
}

build_agent() {
    quietly cmake --preset release || fail "cannot configure the build"
    quietly cmake --build --preset release || fail "cannot build the agent"
    say "the agent is built"
}

# The libraries that the programs name.
loaded_libraries() {
    objdump --private-headers build/release/agent/pgpool{,-ask-pcp,-ask-postgres} |
        awk '$1 == "NEEDED" { print $2 }' | sort --unique
}

# What a package has to hold, as "MODE OWNER/GROUP PATH".
expected_files() {
    local recipe document documents=/usr/share/doc/$package
    {
        echo "-rwxr-xr-x root/root $agent"
        printf -- '-rwxr-xr-x root/root %s\n' "${askers[@]}"
        echo "-rw-r--r-- root/root /usr/share/man/man7/ocf_custom_pgpool.7.gz"
        for document in "$project"/README.md "$project"/packaging/doc/*; do
            echo "-rw-r--r-- root/root $documents/${document##*/}"
        done
        for recipe in "$project"/packaging/recipes/*; do
            echo "-rwxr-xr-x root/root $documents/examples/${recipe##*/}"
        done
    } | sort
}

expect_files() { # FILE-WITH-SUCH-LINES
    expected_files | diff - <(sort "$1") >&2 || fail "these files are not what the package should hold"
    say "files: $(wc --lines <"$1")"
}

expect_dependencies() { # FILE-WITH-ONE-A-LINE DEPENDENCY…
    local wanted
    for wanted in "${@:2}"; do
        grep --quiet --line-regexp --regexp="$wanted\( .*\)\?" "$1" || fail "it does not depend on $wanted"
    done
    say "depends on ${*:2}"
}

# The names of the parameters, as the source of the metadata has them.
parameters() {
    sed --quiet 's/^<parameter name="\([^"]*\)".*/\1/p' "$project/ocf-metadata/pgpool.xml"
}
