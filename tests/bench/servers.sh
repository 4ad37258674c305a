# shellcheck shell=bash
# shellcheck disable=SC2154 # work comes from the script that sources this
# Sourced: PostgreSQL servers and pgpools for what is measured, all on 127.0.0.1. Server 0 is a primary, the others
# stream from it.

readonly node=bench # the name of this node, which standbys give themselves
readonly first_port=5432
readonly -A pgpool_ports=([healthy]=9000 [three]=9002 [eight]=9004 [frozen]=9006 [idle]=9008 [absent]=9010 [standby_first]=9012)

as_postgres() { # COMMAND…
    setpriv --reuid postgres --regid postgres --init-groups -- "$@"
}

port_of_server() { # NUMBER
    echo $((first_port + $1))
}

start_servers() { # COUNT
    local number
    as_postgres "$postgresql_programs/initdb" --no-sync --auth=trust --username=postgres --wal-segsize=1 --pgdata="$work/0" \
        >"$work/initdb.log"
    write_postgresql_conf >>"$work/0/postgresql.conf"
    start_server 0
    as_postgres "$postgresql_programs/pg_basebackup" --no-sync --checkpoint=fast --write-recovery-conf --username=postgres \
        --host=127.0.0.1 --dbname="application_name=$node" --pgdata="$work/standby"
    for ((number = 1; number < $1; ++number)); do
        cp --archive "$work/standby" "$work/$number"
        start_server "$number"
    done
    for ((number = 1; number < $1; ++number)); do
        wait_until 30 standby_streams "$number"
    done
}

write_postgresql_conf() {
    cat <<'END'
listen_addresses = '127.0.0.1'
unix_socket_directories = '/run/postgresql'
shared_buffers = 16MB
fsync = off
max_connections = 50
END
}

start_server() { # NUMBER
    as_postgres "$postgresql_programs/pg_ctl" start --silent --wait --pgdata="$work/$1" --log="$work/$1.log" \
        --options="-p $(port_of_server "$1")"
}

standby_streams() { # NUMBER
    [[ $(ask_server "$1" 'select status from pg_stat_wal_receiver') == streaming ]]
}

ask_server() { # NUMBER QUERY
    "$postgresql_programs/psql" --host=127.0.0.1 --port="$(port_of_server "$1")" --username=postgres --no-psqlrc --tuples-only \
        --no-align --command="$2"
}

# Its sessions too: what they have begun would go on.
freeze_server() { # NUMBER
    local postmaster
    read -r postmaster <"$work/$1/postmaster.pid"
    # shellcheck disable=SC2046 # a word each
    kill -STOP "$postmaster" $(pgrep --parent "$postmaster")
}

# --- pgpool -----------------------------------------------------------------------------

readonly pcp_password_file=$work/pcppass

configure_pcp() {
    echo 'admin:5ebe2294ecd0e0f08eab7690d2a6ee69' >"$work/pcp.conf" # "secret"
    echo 'host all all 127.0.0.1/32 trust' >"$work/pool_hba.conf"
    (umask 077 && echo '*:*:admin:secret' >"$pcp_password_file")
}

# Its directory holds all that is its own, but for the pid file of `pgpool`, which is where an init script looks.
configure_pgpool() { # NAME SERVER…
    local directory=$work/pgpool-$1
    install --directory --owner=postgres --group=postgres "$directory"
    write_pgpool_conf "$directory" "${pgpool_ports[$1]}" "$(pid_file_of "$1")" "${@:2}" >"$directory/pgpool.conf"
}

pcp_port_of() { # NAME
    echo $((${pgpool_ports[$1]} + 1))
}

# A frozen server stays attached: neither a health check nor a failed connection detaches it.
write_pgpool_conf() { # DIRECTORY PORT PID-FILE SERVER…
    local id=0 server
    cat <<END
backend_clustering_mode = 'streaming_replication'
listen_addresses = '127.0.0.1'
port = $2
pcp_listen_addresses = '127.0.0.1'
pcp_port = $(($2 + 1))
socket_dir = '$1'
unix_socket_directories = '$1'
pcp_socket_dir = '$1'
pid_file_name = '$3'
logdir = '$1'
sr_check_user = 'postgres'
health_check_period = 0
failover_on_backend_error = off
connect_timeout = 2000
END
    for server in "${@:4}"; do
        printf "backend_hostname%d = '127.0.0.1'\nbackend_port%d = %d\n" "$id" "$id" "$(port_of_server "$server")"
        id=$((id + 1))
    done
}

pid_file_of() { # NAME
    if [[ $1 == healthy ]]; then
        echo /run/postgresql/pgpool.pid
    else
        echo "$work/pgpool-$1/pgpool.pid"
    fi
}

# What an action of the agent is given, as VARIABLE=VALUE. No cluster is named, so that none is told anything.
environment_of() { # NAME
    local directory=$work/pgpool-$1
    printf '%s\n' OCF_ROOT=/usr/lib/ocf OCF_RA_VERSION_MAJOR=1 OCF_RA_VERSION_MINOR=1 OCF_RESOURCE_INSTANCE="$1" \
        OCF_RESKEY_config="$directory/pgpool.conf" OCF_RESKEY_pcp_config="$work/pcp.conf" \
        OCF_RESKEY_hba_config="$work/pool_hba.conf" OCF_RESKEY_log="$directory/pgpool.log" \
        OCF_RESKEY_CRM_meta_timeout=60000 PCMK_logfile="$directory/agent.log"
}

start_pgpool() { # NAME
    local -a variables
    mapfile -t variables < <(environment_of "$1")
    env --ignore-environment PATH="$PATH" "${variables[@]}" "$agent" start
}
