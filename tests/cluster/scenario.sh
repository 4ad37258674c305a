# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# Sourced by each scenario: a lab of its own, what to look at in it, and how to say what was seen.
#
# A scenario fails at the first thing that is not as it should be, shows the evidence, and leaves
# nothing behind. With SCENARIO_KEEP=yes its lab stays up.

set -Eeuo pipefail
cluster=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
readonly cluster
readonly lab=$cluster/lab
# shellcheck disable=SC2034 # for scenarios
readonly recipes=$cluster/../../packaging/recipes
readonly pgpool=/usr/sbin/pgpool
source "$cluster/progress.sh"
source "$cluster/../outcome.sh"
source "$cluster/../postgresql.sh"

LAB_DIR=$(mktemp --directory /tmp/pgpool-scenario.XXXXXX)
export LAB_DIR
t0=$EPOCHREALTIME

# --- the beginning and the end ----------------------------------------------------------

begin() { # TITLE
    title=$1
    end_with finish
    echo "$title"
    "$lab" up
    on_server a 'create table writes (writer text, sequence int, at timestamptz default now())'
    start_the_clock
}

finish() { # EXIT-STATUS
    ignore_signals
    (($1 == 0)) || tell "FAILED: ${cause:-exit status $1}" >&2
    (($1 == 0 || $1 > 128)) || show_evidence >&2 || true
    if [[ ${SCENARIO_KEEP:-no} == yes ]]; then
        echo "the lab stays up in $LAB_DIR"
    else
        "$lab" down
        [[ ! -d $LAB_DIR ]] || rmdir "$LAB_DIR"
    fi
    (($1 != 0)) || echo "as it should be: $title"
    exit "$1"
}

show_evidence() {
    local node
    for node in a c; do
        heading "$node" cluster
        on "$node" timeout 10 crm_mon --one-shot --inactive --show-node-attributes --failcounts 2>&1
        heading "$node" "what Pacemaker and the agent say"
        grep --extended-regexp '(notice|warning|error): .*(pgpool|companion|vip)' "$(logs_of "$node")"/pacemaker/pacemaker.log |
            tail --lines=40 | cut --characters=-250
        show_ends_of "$node" "$(logs_of "$node")"/{postgresql/pgpool,postgresql/postgresql,writer-*}.log
    done
}

show_ends_of() { # NODE LOG…
    local log
    for log in "${@:2}"; do
        [[ -e $log ]] || continue
        heading "$1" "${log##*/}"
        tail --lines=15 "$log" | cut --characters=-250
    done
}

heading() { # NODE WHAT
    printf '\n=== %s: %s\n' "$1" "$2"
}

logs_of() { # NODE
    printf '%s/%s/root/var/log' "$LAB_DIR" "$1"
}

# --- telling ----------------------------------------------------------------------------

start_the_clock() {
    t0=$EPOCHREALTIME
}

since_t0() { # EPOCH
    seconds_between "$t0" "$1"
}

tell() {
    printf '%7s s  %s\n' "$(since_t0 "$EPOCHREALTIME")" "$*"
}

figure() { # NAME VALUE
    printf 'figure: %s = %s\n' "$1" "$2"
}

expect() { # WHAT SEEN EXPECTED
    [[ $2 == "$3" ]] || fail "$1: '$2' (expected '$3')"
    tell "$1: $2"
}

expect_at_most() { # WHAT SEEN LIMIT
    awk -v seen="$2" -v limit="$3" 'BEGIN { exit !(seen <= limit) }' || fail "$1: $2 (expected at most $3)"
    figure "$1" "$2"
}

expect_more_than() { # WHAT SEEN LIMIT
    awk -v seen="$2" -v limit="$3" 'BEGIN { exit !(seen > limit) }' || fail "$1: $2 (expected more than $3)"
    figure "$1" "$2"
}

# SECONDS are those of a quiet machine; a busy one has twice the time.
within() { # SECONDS WHAT CONDITION…
    wait_until $(($1 * 2)) "${@:3}" || fail "not within $1 s: $2"
    tell "$2"
}

# Looks again and again for that time: CONDITION must hold throughout.
stays() { # SECONDS WHAT CONDITION…
    ! wait_until "$1" is_false "${@:3}" 2>/dev/null || fail "no longer so: $2"
    tell "$2, for $1 s"
}

is_false() { # CONDITION…
    ! "$@"
}

seconds_between() { # EPOCH EPOCH
    awk -v from="$1" -v to="$2" 'BEGIN { printf "%.1f", to - from }'
}

# --- nodes and their network ------------------------------------------------------------

on() { # NODE COMMAND…
    "$lab" enter "$@"
}

cut_off() { # NODE
    "$lab" cut "$1"
    tell "$1 is cut off"
}

reconnect() { # NODE
    "$lab" reconnect "$1"
    tell "$1 is back on the network"
}

# Corosync and all of Pacemaker; what they have started lives on.
cluster_daemons() { # NODE
    on "$1" pgrep --full '^(corosync |pacemakerd|/usr/lib/pacemaker/)'
}

# Some of them end by themselves when another one is gone: what counts is that none is left.
kill_cluster_daemons() { # NODE
    local pids
    pids=$(cluster_daemons "$1")
    # shellcheck disable=SC2086 # a word each
    on "$1" kill -KILL $pids || true
    wait_until 10 is_false cluster_daemons "$1" || fail "the cluster daemons of $1 live on: $(cluster_daemons "$1")"
    tell "all cluster daemons of $1 are killed"
}

start_cluster_daemons() { # NODE
    local daemon
    for daemon in 'corosync -f' pacemakerd; do
        # shellcheck disable=SC2086 # command and option
        on "$1" setsid --fork $daemon </dev/null >/dev/null 2>&1
        [[ $daemon == pacemakerd ]] || wait_until 30 on "$1" corosync-quorumtool -s
    done
    tell "the cluster daemons of $1 are started again"
}

# --- what Pacemaker says ----------------------------------------------------------------

# Of all instances of RESOURCE, or of those in ROLE: "a", "c", "a c", or nothing.
nodes_of() { # RESOURCE SEEN-FROM-NODE [ROLE]
    on "$2" crm_mon --one-shot --output-as=xml |
        awk -v id=" id=\"$1\" " -v role="role=\"${3:-}" '
            /<resource / { inside = index($0, id) && index($0, role) && !/\/>/ }
            /<\/resource>/ { inside = 0 }
            inside && match($0, /<node name="[^"]*"/) { print substr($0, RSTART + 12, RLENGTH - 13) }' |
        sort | paste --serial --delimiters=' '
}

runs_on() { # RESOURCE NODES [SEEN-FROM-NODE]
    [[ $(nodes_of "$1" "${3:-${2%% *}}") == "$2" ]]
}

is_promoted_on() { # RESOURCE NODE [SEEN-FROM-NODE]
    [[ $(nodes_of "$1" "${3:-$2}" Promoted) == "$2" ]]
}

is_blocked() { # RESOURCE SEEN-FROM-NODE
    on "$2" crm_mon --one-shot --output-as=xml | grep "<resource id=\"$1\" .*blocked=\"true\"" >/dev/null
}

nothing_is_blocked() { # SEEN-FROM-NODE
    local seen
    seen=$(on "$1" crm_mon --one-shot --output-as=xml) && [[ $seen == *'</pacemaker-result>'* && $seen != *'blocked="true"'* ]]
}

sees_both_nodes() { # NODE
    on "$1" crm_mon --one-shot | grep --fixed-strings 'Online: [ a c ]' >/dev/null
}

sees_only_itself() { # NODE
    on "$1" crm_mon --one-shot | grep --fixed-strings "Online: [ $1 ]" >/dev/null
}

# Nothing, or the fail counts that there are.
fail_counts() { # SEEN-FROM-NODE
    on "$1" crm_mon --one-shot --output-as=xml |
        sed --quiet 's/.*<resource_history id="\([^"]*\)".*fail-count="\([1-9][^"]*\)".*/\1 \2/p' |
        paste --serial --delimiters=,
}

# Nothing if NODE has no such attribute.
attribute_of() { # NODE NAME [SEEN-FROM-NODE]
    on "${3:-$1}" crm_mon --one-shot --output-as=xml --show-node-attributes |
        awk -v node="\"$1\"" -v name="name=\"$2\"" '
            /<node_attributes>/ { there = 1 }
            there && /<node name=/ { mine = index($0, node) }
            mine && index($0, name) && match($0, /value="[^"]*"/) { print substr($0, RSTART + 7, RLENGTH - 8) }'
}

# The agent tells Pacemaker so of that node, in words that contain TEXT.
reports() { # NODE TEXT
    [[ $(attribute_of "$1" pgpool-state-pgpool) == *"$2"* ]]
}

# How often Pacemaker on NODE has ended ACTION of RESOURCE.
actions_done() { # NODE RESOURCE ACTION
    grep --count "Result of $3 operation for $2 " "$(logs_of "$1")/pacemaker/pacemaker.log" || true
}

# The time limit of the operation ACTION in the agent's metadata, in seconds.
timeout_of() { # ACTION
    on a crm_resource --show-metadata ocf:custom:pgpool |
        sed --quiet "s/.*<action name=\"$1\".*timeout=\"\([0-9]*\)s\?\".*/\1/p" | sed --quiet 1p
}

# --- pgpool -----------------------------------------------------------------------------

# "PID START-TIME" of the main process, which the pid file alone does not prove.
main_of() { # NODE
    on "$1" bash -c "
        pid=\$(tr --delete '\0' </run/postgresql/pgpool.pid) && [[ \$(readlink /proc/\$pid/exe) == $pgpool ]] &&
            cut --delimiter=' ' --fields=1,22 /proc/\$pid/stat" 2>/dev/null
}

has_other_main() { # NODE MAIN
    local main
    main=$(main_of "$1") && [[ $main != "$2" ]]
}

# Each process of any pgpool, in the same words.
family_of() { # NODE
    on "$1" bash -c "
        for process in /proc/[0-9]*; do
            [[ \$(readlink \$process/exe) == $pgpool ]] && cut --delimiter=' ' --fields=1,22 \$process/stat
        done
        true" 2>/dev/null
}

# Of the processes in LINES, as family_of prints them, those that still live.
still_alive() { # NODE LINES
    family_of "$1" | grep --line-regexp --fixed-strings --regexp="$2" || true
}

no_pgpool_on() { # NODE
    [[ -z $(family_of "$1") ]]
}

through_pgpool() { # NODE QUERY
    on "$1" timeout 5 psql --host=localhost --port=9999 --username=postgres --no-psqlrc --tuples-only --no-align \
        --command="$2"
}

serves() { # NODE
    [[ $(through_pgpool "$1" 'select 6 * 7') == 42 ]]
}

# Each backend as pgpool sees it: "0 up primary, 1 up standby".
roles_of() { # NODE
    through_pgpool "$1" 'show pool_nodes' |
        awk --field-separator='|' '{ printf "%s%s %s %s", (NR > 1 ? ", " : ""), $1, $4, $7 }'
}

has_roles() { # NODE ROLES
    [[ $(roles_of "$1") == "$2" ]]
}

# Tells the pgpool of NODE something, as an administrator does.
pcp() { # NODE COMMAND ARGUMENT…
    # shellcheck disable=SC2016 # for the shell inside
    on "$1" bash -c '
        export PCPPASSFILE=/run/pcppass
        (umask 077 && echo "*:*:lab:lab" >$PCPPASSFILE)
        "$0" --host=localhost --port=9898 --username=lab --no-password "$@"' "${@:2}"
}

configure_pgpool() { # SETTING VALUE, on both nodes
    local node
    for node in a c; do
        on "$node" bash -c "echo \"$1 = '$2'\" >>/etc/pgpool2/pgpool.conf"
    done
}

configure_failover() { # SETTING VALUE, on both nodes; see node/failover
    local node
    for node in a c; do
        on "$node" bash -c "echo '$1=$2' >>/etc/pgpool2/failover.conf"
    done
}

# A client's session that stays open through pgpool: a query in, an answer out. One at a time.
open_session() { # NODE [HOST]
    # shellcheck disable=SC1083,SC2093 # closes a descriptor whose number is in the array
    [[ -z ${session_PID:-} ]] || { exec {session[1]}>&-; wait "$session_PID" || true; } 2>/dev/null
    coproc session {
        on "$1" psql --host="${2:-localhost}" --port=9999 --username=postgres --no-psqlrc --quiet --tuples-only \
            --no-align 2>&1
    }
    session_lives || fail "cannot open a session on $1"
}

# shellcheck disable=SC2154 # session is the coproc
ask_session() { # QUERY
    local answer
    { echo "$1;" >&"${session[1]}"; } 2>/dev/null
    read -r -t 10 answer <&"${session[0]}" && echo "$answer"
}

session_lives() {
    [[ $(ask_session 'select 6 * 7') == 42 ]]
}

# --- PostgreSQL -------------------------------------------------------------------------

on_server() { # NODE QUERY
    on "$1" timeout 5 psql --username=postgres --no-psqlrc --quiet --tuples-only --no-align --command="$2"
}

is_writable() { # NODE
    [[ $(on_server "$1" 'select pg_is_in_recovery()') == f ]]
}

address_of() { # NODE
    case $1 in
    a) echo 10.88.0.1 ;;
    c) echo 10.88.0.2 ;;
    esac
}

# By pid, all at once; CONT lets them go on.
signal_postgresql() { # NODE SIGNAL
    on "$1" bash -c "kill -$2 \$(pgrep --exact postgres)"
}

stop_postgresql() { # NODE
    on "$1" setpriv --reuid postgres --regid postgres --init-groups \
        pg_ctl stop --wait --mode=immediate --pgdata="/var/lib/postgresql/$postgresql_version/main" >/dev/null
}

make_standby() { # NODE
    "$lab" standby "$1" >/dev/null
    tell "PostgreSQL on $1 is a fresh standby"
}

# --- writers ----------------------------------------------------------------------------

# Several may run on one node under different names.
start_writer() { # NODE HOST:PORT [NAME]
    on "$1" setsid --fork "$cluster/writer" "${3:-$1}" "$2" "/var/log/writer-${3:-$1}.log" </dev/null >/dev/null 2>&1
    wait_until 10 test -s "$(logs_of "$1")/writer-${3:-$1}.log.pid"
}

end_writer() { # NODE [NAME]
    on "$1" bash -c "kill \$(cat /var/log/writer-${2:-$1}.log.pid)"
}

writes() {
    cat "$LAB_DIR"/?/root/var/log/writer-*.log | sort --numeric-sort
}

# When SERVER took its first write at or after SINCE; false if it took none.
first_accepted() { # SERVER-NODE [SINCE]
    writes | awk -v server="$(address_of "$1")" -v since="${2:-$t0}" '
        $2 == "accepted" && $3 == server && $1 >= since && !found { print $1; found = 1 }
        END { exit !found }' # to the end of the log: a sort whose reader leaves early would fail
}

# When the writer on NODE had its first write since t0 accepted by NODE's own server; false if it had none.
first_served_on() { # NODE
    awk -v server="$(address_of "$1")" -v since="$t0" '
        $2 == "accepted" && $3 == server && $1 >= since { print $1; exit found = 1 }
        END { exit !found }' "$(logs_of "$1")/writer-$1.log"
}

last_accepted() { # SERVER-NODE
    writes | awk -v server="$(address_of "$1")" '
        $2 == "accepted" && $3 == server { at = $1 }
        END { if (at) print at; exit !at }'
}

# The number of writes that SERVER took in that time.
accepted_by() { # SERVER-NODE [SINCE [UNTIL]]
    writes | awk -v server="$(address_of "$1")" -v since="${2:-$t0}" -v until="${3:-9999999999}" '
        $2 == "accepted" && $3 == server && $1 >= since && $1 <= until { n++ }
        END { print n + 0 }'
}

# In how many seconds of the clock both servers took writes.
seconds_of_both() { # SINCE
    writes | awk -v since="$1" '
        $2 == "accepted" && $1 >= since { taken[int($1) " " $3] = 1 }
        END {
            for (key in taken) { split(key, part, " "); servers[part[1]]++ }
            for (second in servers) both += servers[second] > 1
            print both + 0
        }'
}

# Seconds from the cut to the last write that the server of NODE took until MOMENT; "-" for none.
last_write_to() { # SERVER-NODE MOMENT
    writes | awk -v server="$(address_of "$1")" -v since="$t0" -v until="$2" '
        $2 == "accepted" && $3 == server && $1 >= since && $1 <= until && $1 > last { last = $1 }
        END { if (last) printf "%.1f", last - since; else printf "-" }'
}

both_took_writes_for() { # SECONDS
    (($(seconds_of_both "$t0") >= $1))
}

# The longest time in which WRITER had no write accepted, in seconds.
longest_gap() { # WRITER-LOG-OF-NODE [SINCE]
    awk -v since="${2:-$t0}" '
        $2 == "accepted" && $1 >= since { if (last && $1 - last > gap) gap = $1 - last; last = $1 }
        END { printf "%.1f", gap }' "$(logs_of "$1")/writer-$1.log"
}
