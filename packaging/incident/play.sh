# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# Sourced by each play: the cut of site a, as it is watched and recorded.
#
# Usage of a play: DIRECTORY, which is made and in the end holds
#
#   name, title  one line each; the name is short
#   samples.tsv  what `watch` saw on either node; and what was done to the network, as lines
#                "EPOCH network cut|reconnect|end"
#   writes.tsv   EPOCH, writer, accepted or refused, address of the server that took it, sequence
#   kept.tsv     writer, sequence: the writes that are on c in the end
#   figures.tsv  name, value: see `figures`
#
# Its lab is in LAB_DIR (default as `lab` has it), and stays up with SCENARIO_KEEP=yes.

(($# == 1)) || { echo "Usage: ${0##*/} DIRECTORY" >&2; exit 2; }
incident=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
readonly incident
readonly record=$1
mkdir "$record"
lab_of_play=${LAB_DIR:-/tmp/pgpool-lab}
source "$incident/../../tests/cluster/scenario.sh"
rmdir "$LAB_DIR"
LAB_DIR=$lab_of_play
readonly samples=$record/samples.tsv

# How long there is something to look at before the cut, from the takeover to the reconnect, and after it.
# shellcheck disable=SC2034 # for the plays
readonly seconds_before=5 seconds_of_both_halves=20 seconds_after=15

play() { # NAME TITLE
    echo "$1" >"$record/name"
    echo "$2" >"$record/title"
    begin "$2"
    title="played to the end: $2"
    trap 'end_play $?' EXIT
    : >"$samples"
}

end_play() { # EXIT-STATUS
    end_watching || true
    finish "$1"
}

# False, with what was waited for, if it does not come.
await() { # SECONDS WHAT CONDITION…
    wait_until "$1" "${@:3}" || fail "not within $1 s: $2"
}

# The same on the way to the cut, where nothing else tells of it.
reach() { # SECONDS WHAT CONDITION…
    await "$@"
    say "$2"
}

# --- watching ---------------------------------------------------------------------------

watch_both() { # ADDRESS, or - for none
    local node
    for node in a c; do
        on "$node" setsid --fork "$incident/watch" "$node" "$@" </dev/null >>"$samples" 2>/dev/null
    done
    reach 30 "a takes writes" lasts $seconds_before a taken yes
    await 10 "c is watched" lasts 0 c postgresql standby
}

# It lives inside the nodes, and would outlive the play in a lab that stays up.
end_watching() {
    local node
    for node in a c; do
        # shellcheck disable=SC2016 # for the shell inside
        on "$node" bash -c '[[ ! -e /run/watch.pid ]] || kill "$(cat /run/watch.pid)"; rm --force /run/watch.pid'
    done 2>/dev/null
}

tell_timeline() {
    "$incident/timeline" < <(exec tail --lines=+1 --follow --pid=$$ "$samples") &
    timeline=$!
}

# The last samples of NODE have VALUE in FIELD, and have had it for SECONDS.
lasts() { # SECONDS NODE FIELD VALUE
    awk -F'\t' -v limit="$1" -v node="$2" -v field="$3" -v value="$4" '
        BEGIN {
            split("at node online active promoted blocked score pgpool address postgresql taken primary", names, " ")
            for (i in names) if (names[i] == field) column = i
        }
        $2 == node { if ($column != value) since = 0; else if (!since) since = $1; at = $1 }
        END { exit !(since && at - since >= limit) }' "$samples"
}

# --- what is done to the network --------------------------------------------------------

cut_off_a() {
    start_the_clock
    printf '%s\tnetwork\tcut\n' "$EPOCHREALTIME" >>"$samples"
    "$lab" cut a
}

reconnect_a() {
    printf '%s\tnetwork\treconnect\n' "$EPOCHREALTIME" >>"$samples"
    "$lab" reconnect a
}

# --- the record -------------------------------------------------------------------------

finish_the_record() {
    printf '%s\tnetwork\tend\n' "$EPOCHREALTIME" >>"$samples"
    wait "$timeline" || true
    end_watching
    record_writes
    "$incident/figures" "$record" >"$record/figures.tsv"
}

record_writes() {
    local node
    end_writer a
    end_writer c
    for node in a c; do
        awk -v OFS='\t' -v writer="$node" '{ print $1, writer, $2, $3, $4 }' "$(logs_of "$node")/writer-$node.log"
    done | sort --numeric-sort >"$record/writes.tsv"
    on_server c 'select writer, sequence from writes' | tr '|' '\t' >"$record/kept.tsv"
}
