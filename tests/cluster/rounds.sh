# shellcheck shell=bash disable=SC2154
# shellcheck source-path=SCRIPTDIR
# Sourced by the scenarios of the cut, after scenario.sh: rounds of a cut and a reconnect on one lab. The cut is placed on
# the site that serves or on the other one, and is long or short. The scenario defines
#
#   service_is_only_on NODE    as Pacemaker sees it from NODE
#   cuts                       one after the other, and from the beginning again: the site and the length
#
# and says with both_may_write=yes that nothing tells its configuration of isolation, with follows_primary=yes that
# Pacemaker moves the service to the newest primary, whatever was begun elsewhere.

readonly long_cut_of_other=40 # seconds; nothing is to be waited for
both_may_write=no
follows_primary=no

other_than() { # NODE
    case $1 in
    a) echo c ;;
    c) echo a ;;
    esac
}

# The timeline that the writable server of NODE writes to; false for a standby.
timeline_of() { # NODE
    [[ $(on_server "$1" 'select pg_is_in_recovery()') == f ]] &&
        echo $((16#$(on_server "$1" 'select left(pg_walfile_name(pg_current_wal_lsn()), 8)')))
}

newest_primary() {
    local node timeline highest=0 newest=''
    for node in a c; do
        timeline=$(timeline_of "$node") || continue
        ((timeline <= highest)) || { highest=$timeline newest=$node; }
    done
    [[ -n $newest ]] && echo "$newest"
}

# Where the service is, and nowhere else.
service_node() {
    if service_is_only_on a; then echo a; elif service_is_only_on c; then echo c; else return 1; fi
}

# Pacemaker has nothing left to do: what one half has begun while it was alone is known to both.
is_settled() { # SEEN-FROM-NODE
    local service
    on "$1" timeout 20 crm_resource --wait >/dev/null 2>&1 && service=$(service_node) && nothing_is_blocked "$1" &&
        [[ $follows_primary == no || $service == "$(newest_primary)" ]]
}

both_halves_noticed() {
    sees_only_itself a && sees_only_itself c
}

cut_is_long() {
    awk -v now="$EPOCHREALTIME" -v t0="$t0" -v limit="$long_cut_of_other" 'BEGIN { exit !(now - t0 >= limit) }'
}

# "0 up primary, 1 up standby" if PRIMARY is on a.
all_up_with() { # PRIMARY
    [[ $1 == a ]] && echo '0 up primary, 1 up standby' || echo '0 up standby, 1 up primary'
}

# The same after the other site was lost.
primary_alone() { # PRIMARY
    [[ $1 == a ]] && echo '0 up primary, 1 down standby' || echo '0 down standby, 1 up primary'
}

play_rounds() { # NUMBER
    local round cut
    for ((round = 1; round <= $1; round++)); do
        cut=${cuts[$(((round - 1) % ${#cuts[@]}))]}
        # shellcheck disable=SC2086 # two words
        play_round "$round" $cut
    done
}

play_round() { # ROUND serving|other long|short
    local serving site survivor main taken_over='-' reconnected healed both last
    serving=$(service_node) || fail "round $1 does not begin with the service on one side"
    [[ $2 == serving ]] && site=$serving || site=$(other_than "$serving")
    tell "round $1: a $3 cut of $site; the service is on $serving"

    start_the_clock
    cut_off "$site"
    case "$2 $3" in
    'serving long')
        within 180 "$(other_than "$site") serves its clients" first_served_on "$(other_than "$site")"
        taken_over=$(since_t0 "$(first_served_on "$(other_than "$site")")")
        ;;
    'other long')
        if [[ $both_may_write == yes ]]; then
            # Nothing tells that site that it is the one that was cut off: it takes over as well.
            within 180 "$site serves its clients" first_served_on "$site"
            taken_over=$(since_t0 "$(first_served_on "$site")")
        else
            wait_until $((long_cut_of_other + 5)) cut_is_long
        fi
        ;;
    *) within 60 "each half has lost the other" both_halves_noticed ;;
    esac
    survivor=$(newest_primary)
    main=$(main_of "$survivor" || true)

    # In a short cut pgpool may still wait for the other site's server, and its clients with it.
    if [[ $3 == long ]]; then
        within 60 "pgpool on $survivor serves its primary" has_roles "$survivor" "$(primary_alone "$survivor")"
        open_session "$survivor"
    fi
    reconnect "$site"
    reconnected=$EPOCHREALTIME
    within 60 "the halves see each other" sees_both_nodes "$survivor"
    within 150 "the service is on one side alone, and nothing is blocked" is_settled "$survivor"
    healed=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $reconnected }")
    if [[ $(service_node) != "$survivor" && $3 == short && $both_may_write == no ]]; then
        # The cut side had just begun to stop by itself when the network came back, and the other side to start.
        survivor=$(service_node)
        tell "the service has moved to $survivor, and sends its writes to the primary on the other side"
    elif [[ -n $main ]]; then
        expect "the service is where the newest primary is, on" "$(service_node)" "$survivor"
        # In a short cut the survivor may be the site that was cut off, and has just stopped serving.
        [[ $3 == short ]] || expect "pgpool on $survivor was not restarted: main process" "$(main_of "$survivor")" "$main"
    fi
    if [[ $3 == long ]]; then
        session_lives || fail "the session on $survivor was cut"
        tell "the session on $survivor lives"
    fi
    both=$(seconds_of_both "$t0")
    last=$(last_write_to "$(other_than "$survivor")" "$reconnected")
    [[ $both_may_write == yes ]] || expect "seconds in which both servers took writes" "$both" 0
    figure "round $1, $3 cut of the $2 site" \
        "service on the other side after $taken_over s, last write of the other server after $last s, both took writes for $both s, healed $healed s after the reconnect, survivor $survivor"
    prepare_next_round "$survivor"
}

no_failures() { # SEEN-FROM-NODE
    [[ -z $(fail_counts "$1") ]]
}

# A stale primary is never rewound by the agent: that is for the administrator, here for the lab.
prepare_next_round() { # SURVIVOR
    local primary loser
    primary=$(newest_primary)
    loser=$(other_than "$primary")
    ! is_writable "$loser" || "$lab" standby "$loser"
    # What the cut side has failed is forgotten in time; the lab has less of it.
    on "$1" crm_resource --cleanup --node "$(other_than "$1")" >/dev/null 2>&1
    within 90 "pgpool on $1 has both servers" has_roles "$1" "$(all_up_with "$primary")"
    within 90 "no failures are left" no_failures "$1"
    within 60 "the service is on $1 alone" service_is_only_on "$1"
}
