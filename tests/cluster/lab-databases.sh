# shellcheck shell=bash
# shellcheck disable=SC2154 # the lab and its other files set here, lan, nodes and postgresql_version
# Sourced by the lab: one PostgreSQL server on each node, and the configuration of pgpool.

readonly postgresql_data=/var/lib/postgresql/$postgresql_version/main
readonly postgresql_log=/var/log/postgresql/postgresql.log

set_up_primary() { # NODE
    as_postgres "$1" initdb --pgdata="$postgresql_data" --auth=trust --encoding=UTF8 --no-sync
    write_postgresql_conf >>"$(root_of "$1")$postgresql_data/postgresql.conf"
    write_pg_hba_conf >>"$(root_of "$1")$postgresql_data/pg_hba.conf"
    start_postgresql "$1"
}

# A fresh copy of PRIMARY's server, whatever NODE had before.
set_up_standby() { # NODE PRIMARY
    stop_postgresql "$1"
    in_node "$1" rm --recursive --force "$postgresql_data"
    as_postgres "$1" pg_basebackup --pgdata="$postgresql_data" --write-recovery-conf \
        --host="$(address_of "$2")" --checkpoint=fast --no-sync
    start_postgresql "$1"
    wait_until 30 standby_streams "$1" "$2"
}

write_postgresql_conf() {
    cat <<END
listen_addresses = '*'
unix_socket_directories = '/run/postgresql'
shared_buffers = 32MB
fsync = off
max_connections = 50
wal_keep_size = 128MB
END
}

write_pg_hba_conf() {
    echo "host all all $lan.0/24 trust"
    echo "host replication all $lan.0/24 trust"
}

# The name of the cluster is also what a standby calls itself at its primary.
start_postgresql() { # NODE
    as_postgres "$1" pg_ctl start --wait --timeout=60 --pgdata="$postgresql_data" \
        --log=$postgresql_log --options="-c cluster_name=$1"
}

stop_postgresql() { # NODE
    ! as_postgres "$1" pg_ctl status --pgdata="$postgresql_data" ||
        as_postgres "$1" pg_ctl stop --wait --timeout=30 --mode=immediate --pgdata="$postgresql_data"
}

# Its pid means nothing in a node that was started again, or somebody else.
remove_stale_pid_file() { # NODE
    in_node "$1" rm --force "$postgresql_data/postmaster.pid"
}

ask() { # NODE QUERY
    as_postgres "$1" timeout 5 psql --no-psqlrc --tuples-only --no-align --command="$2"
}

standby_streams() { # NODE PRIMARY
    [[ $(ask "$2" \
        "select state from pg_stat_replication where application_name = '$1'") == streaming ]]
}

state_of_postgresql() { # NODE
    ask "$1" "select case when pg_is_in_recovery() then 'in recovery' else 'writable' end" 2>&1
}

# --- pgpool -----------------------------------------------------------------------------

write_pgpool_configuration() { # NODE
    local pgpool2
    pgpool2=$(root_of "$1")/etc/pgpool2
    write_pgpool_conf >"$pgpool2/pgpool.conf"
    write_failover_conf >"$pgpool2/failover.conf"
    echo "lab:$(pg_md5 lab)" >"$pgpool2/pcp.conf"
    echo 'host all all all trust' >"$pgpool2/pool_hba.conf"
    : >"$pgpool2/pool_passwd"
    cp "$here/node/failover" "$here/../../packaging/recipes/failover-command" "$pgpool2"
    chown root:postgres "$pgpool2"/*
    chmod 0640 "$pgpool2"/*
    chmod 0755 "$pgpool2"/failover{,-command}
}

# The same on all nodes. Failover is left to the health check, as pgpool's manual advises: 4.3.5 ignores what
# sessions ask for while it starts, and after ten such requests its queue stays full, so that it never fails over.
write_pgpool_conf() {
    local node
    cat <<'END'
backend_clustering_mode = 'streaming_replication'

listen_addresses = '*'
port = 9999
socket_dir = '/run/postgresql'
unix_socket_directories = '/run/postgresql' # the same, from pgpool 4.4 on
pcp_listen_addresses = 'localhost'
pcp_port = 9898
pcp_socket_dir = '/run/postgresql'
pid_file_name = '/run/postgresql/pgpool.pid'
logdir = '/var/log/postgresql'
num_init_children = 12

sr_check_period = 5
sr_check_user = 'postgres'
sr_check_database = 'postgres'
health_check_period = 2
health_check_timeout = 3
health_check_max_retries = 1
health_check_retry_delay = 1
health_check_user = 'postgres'
health_check_database = 'postgres'
failover_on_backend_error = off
connect_timeout = 2000
search_primary_node_timeout = 1
failover_command = '/etc/pgpool2/failover %d %P %H %R %h %p'
END
    for node in "${nodes[@]}"; do
        write_backend "$(($(id_of "$node") - 1))" "$node"
    done
}

write_backend() { # NUMBER NODE
    cat <<END

backend_hostname$1 = '$(address_of "$2")'
backend_port$1 = 5432
backend_data_directory$1 = '$postgresql_data'
backend_weight$1 = 1
backend_application_name$1 = '$2'
END
}

write_failover_conf() {
    cat <<END
gateway=           # what must answer before PostgreSQL is promoted
wait=0             # seconds that the recipe waits before it promotes
promotion_delay=0  # seconds until PostgreSQL is promoted; not waited for
duration=0         # seconds until the command ends
END
}
