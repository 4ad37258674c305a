# shellcheck shell=bash
# shellcheck disable=SC2154 # agent, form, programs, work come from the script that sources this
# Sourced: what is measured, as bench_measure reads it. A case may be played among more processes: NAME@COUNT.

readonly agents=/usr/lib/ocf/resource.d
readonly init_script=/etc/init.d/pgpool2

# In every which round a case is played, if it takes long.
if [[ $form == full ]]; then
    declare -rA every=([pgsql]=5 [pgsqlms]=5 [start]=15 [stop]=15 [interrupt]=15 [frozen]=30 [frozen_peer]=30)
else
    declare -rA every=([start]=4 [stop]=4 [interrupt]=4)
fi

put() { # WORD…
    local IFS=$'\t'
    echo "$*"
}

write_cases() { # CASE…
    local name what
    for name; do
        what=${name%@*}
        put case "$name"
        put every "${every[$what]:-1}"
        "case_$what"
    done
}

# --- peers ------------------------------------------------------------------------------

case_empty() {
    put run "$programs/bench_empty"
}

case_dummy() {
    put env OCF_ROOT=/usr/lib/ocf OCF_RESOURCE_INSTANCE=dummy OCF_RESKEY_CRM_meta_interval=10000
    put run "$agents/pacemaker/Dummy" monitor
}

case_init_script() {
    put run "$init_script" status
}

case_pgsql() {
    put env OCF_ROOT=/usr/lib/ocf OCF_RESOURCE_INSTANCE=pgsql OCF_RESKEY_CRM_meta_interval=10000 \
        OCF_RESKEY_pgctl="$postgresql_programs/pg_ctl" OCF_RESKEY_psql="$postgresql_programs/psql" OCF_RESKEY_pgdata="$work/1" \
        OCF_RESKEY_pgport="$(port_of_server 1)" OCF_RESKEY_socketdir=/run/postgresql
    put run "$agents/heartbeat/pgsql" monitor
}

# It asks Pacemaker's configuration and the name of the node; both are given, as no cluster runs here.
case_pgsqlms() {
    put env OCF_ROOT=/usr/lib/ocf OCF_RA_VERSION_MAJOR=1 OCF_RESOURCE_INSTANCE=pgsqlms \
        OCF_RESKEY_CRM_meta_interval=10000 \
        OCF_RESKEY_CRM_meta_timeout=60000 OCF_RESKEY_CRM_meta_master_max=1 OCF_RESKEY_CRM_meta_on_node="$node" \
        OCF_RESKEY_crm_feature_set=3.16.2 OCF_RESKEY_bindir="$postgresql_programs" OCF_RESKEY_pgdata="$work/1" \
        OCF_RESKEY_pghost=/run/postgresql OCF_RESKEY_pgport="$(port_of_server 1)" CIB_file="$work/cib.xml"
    put run "$agents/heartbeat/pgsqlms" monitor
}

case_pcp() {
    put env PCPPASSFILE="$pcp_password_file"
    put_pcp_node_info healthy 0
}

case_connection() {
    put_connection 1
}

case_both() {
    case_pcp
    case_connection
}

case_frozen_peer() {
    put env PCPPASSFILE="$pcp_password_file"
    put_pcp_node_info frozen 1
    put_connection 1
}

case_interrupt() {
    put_environment idle
    put before "$agent" start
    put run "$programs/bench_interrupt" "$(pid_file_of idle)"
}

put_pcp_node_info() { # PGPOOL NODE
    put run "$(type -P pcp_node_info)" --no-password --host="$work/pgpool-$1" --port="$(pcp_port_of "$1")" \
        --username=admin --node-id="$2"
}

put_connection() { # SERVER
    put run "$programs/bench_connection" "host=127.0.0.1 port=$(port_of_server "$1") user=postgres dbname=postgres"
}

# --- the agent --------------------------------------------------------------------------

put_environment() { # PGPOOL
    local -a variables
    mapfile -t variables < <(environment_of "$1")
    put env "${variables[@]}"
}

put_monitor() { # PGPOOL LEVEL INTERVAL
    put_environment "$1"
    put env OCF_CHECK_LEVEL="$2" OCF_RESKEY_CRM_meta_interval="$3"
    put run "$agent" monitor
}

# It has nothing to say: every role is right.
put_content_monitor() { # PGPOOL
    put_monitor "$1" 10 30000
    put silent yes
}

case_meta_data() { put run "$agent" meta-data; }
case_level_0() { put_monitor healthy 0 10000; }
case_level_10() { put_content_monitor healthy; }
case_level_10_standby_first() { put_content_monitor standby_first; }
case_level_10_of_3() { put_content_monitor three; }
case_level_10_of_8() { put_content_monitor eight; }
case_probe() { put_monitor healthy 0 0; }

case_frozen() { put_monitor frozen 10 30000; }

case_probe_of_nothing() {
    put_monitor absent 0 0
    put expect 7
}

case_start() {
    put_environment idle
    put before "$agent" stop
    put run "$agent" start
}

case_stop() {
    put_environment idle
    put before "$agent" start
    put run "$agent" stop
}
