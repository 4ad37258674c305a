# shellcheck shell=bash
# shellcheck disable=SC2154 # the lab's other files set nodes
# Sourced by the lab: Corosync and Pacemaker.

readonly cib=/var/lib/pacemaker/cib/cib.xml

write_corosync_conf() {
    local node
    cat <<'END'
totem {
    version: 2
    cluster_name: pgpool-lab
    transport: udpu
    crypto_cipher: none
    crypto_hash: none
    token: 2000
}
system {
    # the machine's scheduling and control groups are not the lab's
    sched_rr: no
    move_to_root_cgroup: no
}
logging {
    to_syslog: no
    to_logfile: yes
    logfile: /var/log/corosync/corosync.log
    timestamp: on
}
END
    echo 'quorum {'
    echo '    provider: corosync_votequorum'
    ((${#nodes[@]} > 2)) || printf '    two_node: 1\n    wait_for_all: 0\n'
    echo '}'
    echo 'nodelist {'
    for node in "${nodes[@]}"; do
        printf '    node {\n        name: %s\n        nodeid: %d\n        ring0_addr: %s\n    }\n' \
            "$node" "$(id_of "$node")" "$(address_of "$node")"
    done
    echo '}'
}

start_corosync() { # NODE
    in_background "$1" corosync -f
    wait_until 30 in_node "$1" corosync-cfgtool -s
}

# Written before Pacemaker first reads it: with its own dc-deadtime it would wait 20 s for peers.
write_cluster_properties() { # NODE
    local property without_quorum=ignore
    ((${#nodes[@]} == 2)) || without_quorum=stop
    in_node "$1" cibadmin --empty >"$(root_of "$1")$cib"
    for property in stonith-enabled=false no-quorum-policy=$without_quorum dc-deadtime=2s; do
        in_node "$1" env CIB_file="$cib" \
            crm_attribute --name "${property%=*}" --update "${property#*=}"
    done
    in_node "$1" chown --recursive hacluster:haclient "${cib%/*}"
}

start_pacemaker() { # NODE
    in_background "$1" pacemakerd
}

all_are_online() {
    in_node "${nodes[0]}" crm_mon --one-shot | grep --fixed-strings "Online: [ ${nodes[*]} ]" >/dev/null
}

node_is_online() { # NODE
    in_node "$1" crm_mon --one-shot | grep --extended-regexp "Online: \[.* $1 .*\]" >/dev/null
}
