# shellcheck shell=bash
# shellcheck disable=SC2154 # the lab and its other files set here, nodes and postgresql_version
# Sourced by the lab: what a node has on its own disk, and what of the machine it does not see.

# What a node does not share with the machine, on its disk.
readonly private_directories=(
    /etc/corosync /etc/init.d /etc/pgpool2 /usr/lib/ocf/resource.d
    /var/lib/corosync /var/lib/pacemaker /var/lib/postgresql /var/log
)
readonly size_of_run=16m # of memory, as on any system; so small that it can be filled
readonly agents=/usr/lib/ocf/resource.d

make_directories() { # NODE
    local root
    root=$(root_of "$1")
    owned_by root:root 0755 "${private_directories[@]/#/$root}" "$root"/var/log/corosync "$root"/var/log/crmsh
    owned_by hacluster:haclient 0750 "$root"/var/log/pacemaker "$root"/var/lib/pacemaker/{blackbox,cib,cores,pengine}
    owned_by postgres:postgres 0755 "$root"/var/lib/postgresql{,/"$postgresql_version"}
    owned_by root:postgres 1775 "$root"/var/log/postgresql
}

owned_by() { # OWNER:GROUP MODE DIRECTORY…
    install --directory --owner="${1%:*}" --group="${1#*:}" --mode="$2" "${@:3}"
}

# Written once: a node that is started again finds its disk as it left it.
write_disk() { # NODE
    local root
    root=$(root_of "$1")
    make_directories "$1"
    write_hosts >"$root/etc/hosts"
    install --mode=0755 "$here"/node/init.d/* "$root/etc/init.d"
    cp --archive "$agents/." "$root$agents"
    [[ -z ${LAB_AGENT:-} ]] ||
        install -D --mode=0755 "$LAB_AGENT" "$root$agents/custom/pgpool"
    write_corosync_conf >"$root/etc/corosync/corosync.conf"
    write_pgpool_configuration "$1"
}

write_hosts() {
    local node
    echo "127.0.0.1 localhost"
    for node in "${nodes[@]}"; do
        echo "$(address_of "$node") $node"
    done
}

mount_disk() { # NODE
    local directory
    in_node "$1" mount --bind "$(root_of "$1")/etc/hosts" /etc/hosts
    for directory in "${private_directories[@]}"; do
        in_node "$1" mount --bind "$(root_of "$1")$directory" "$directory"
    done
    in_node "$1" mount -t tmpfs -o mode=1777 tmpfs /dev/shm
    in_node "$1" hostname "$1"
    mount_run "$1" # last: it may hide LAB_DIR
}

mount_run() { # NODE
    in_node "$1" mount -t tmpfs -o mode=0755,size=$size_of_run tmpfs /run
    in_node "$1" install --directory --mode=1755 /run/resource-agents
    in_node "$1" install --directory --mode=1777 /run/lock
    in_node "$1" install --directory --owner=hacluster --group=haclient --mode=0750 /run/crm
    in_node "$1" install --directory --owner=postgres --group=postgres --mode=2775 /run/postgresql
}
