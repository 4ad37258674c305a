# shellcheck shell=bash disable=SC2154
# shellcheck source-path=SCRIPTDIR
# Sourced by scenarios, after scenario.sh: the recommended configuration, pgpool on both nodes and an address for the
# clients where it is promoted.

readonly vip=10.88.0.100
source "$cluster/rounds.sh"
# shellcheck disable=SC2034 # for the rounds
follows_primary=yes

has_vip() { # NODE
    [[ $(on "$1" ip -oneline address show dev eth0) == *" $vip/"* ]]
}

service_is_only_on() { # NODE
    is_promoted_on pgpool "$1" && has_vip "$1" && ! has_vip "$(other_than "$1")"
}

# The other side promotes its PostgreSQL only when the cut side has surely given up the address.
set_up_service() { # NODE, where the primary is
    configure_pgpool health_check_max_retries 6
    configure_pgpool failover_on_backend_error on
    configure_pgpool search_primary_node_timeout 10
    configure_failover gateway 10.88.0.254
    on "$1" env VIP=$vip GATEWAYS=10.88.0.254 bash "$recipes/promotable-with-vip" 2>/dev/null
    within 60 "pgpool is promoted on $1, with the address" service_is_only_on "$1"
}

through_vip() { # NODE QUERY
    on "$1" timeout 5 psql --host=$vip --port=9999 --username=postgres --no-psqlrc --quiet --tuples-only --no-align \
        --command="$2"
}

# An application's, which tries again until it is confirmed.
order() { # NUMBER NODE
    through_vip "$2" "insert into orders values ($1) on conflict do nothing"
}

orders_through() { # NODE
    through_vip "$1" 'select number from orders order by number' | paste --serial --delimiters=' '
}
