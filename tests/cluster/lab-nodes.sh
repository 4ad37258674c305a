# shellcheck shell=bash
# shellcheck disable=SC2154 # the lab and its other files set lab_dir, postgresql_programs and up_log
# Sourced by the lab: nodes as sets of namespaces, and the network between them.

nodes=(a c) # or those that `up` was told
readonly node_path=/usr/sbin:/usr/bin:/sbin:/bin:$postgresql_programs
readonly lan=10.88.0
readonly gateway=$lan.254

root_of() { # NODE
    printf '%s' "$lab_dir/$1/root"
}

address_of() { # NODE
    printf '%s.%d' "$lan" "$(id_of "$1")"
}

id_of() { # NODE
    local i
    for i in "${!nodes[@]}"; do
        [[ ${nodes[i]} != "$1" ]] || printf '%d' $((i + 1))
    done
}

# The first that is not NODE.
other_node() { # NODE
    if [[ $1 == "${nodes[0]}" ]]; then
        printf '%s' "${nodes[1]}"
    else
        printf '%s' "${nodes[0]}"
    fi
}

# --- namespaces -------------------------------------------------------------------------

# The start time tells a process from a later one with the same pid. A zombie has none.
start_time_of() { # PID
    local line fields
    line=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    read -ra fields <<<"${line##*) }"
    [[ ${fields[0]} != Z ]] && printf '%s' "${fields[19]}"
}

# A node, or the network, lives as long as its keeper: the unshare(1) that waits for its PID 1.
keeper_of() { # NAME
    local pid started
    read -r pid started 2>/dev/null <"$lab_dir/$1/keeper" || return 1
    [[ $(start_time_of "$pid") == "$started" ]] && printf '%s' "$pid"
}

init_of() { # NAME
    local keeper
    keeper=$(keeper_of "$1") && pgrep --parent "$keeper"
}

is_down() { # NAME
    ! keeper_of "$1" >/dev/null
}

# A PID 1 that reaps, in new namespaces. It ignores no signal, and so does nothing that it starts.
keep() { # NAME OPTION-OF-UNSHARE…
    mkdir --parents "$lab_dir/$1"
    trap '' INT TERM HUP # no interruption between a start and the record of it
    setsid env --default-signal \
        unshare --net --pid --fork --kill-child "${@:2}" tini -- sleep infinity </dev/null >>"$up_log" 2>&1 &
    echo "$! $(start_time_of $!)" >"$lab_dir/$1/keeper"
    trap - INT TERM HUP
    wait_until 10 init_of "$1"
}

end() { # NAME
    local keeper init
    keeper=$(keeper_of "$1") || return 0
    init=$(init_of "$1") || init=$keeper
    kill -KILL "$init" # the kernel ends all other processes before the keeper learns of it
    wait_until 60 is_down "$1"
}

start_node() { # NODE
    keep "$1" --uts --ipc --mount --mount-proc
    wait_until 10 in_node "$1" pgrep --exact tini # its own /proc is there
}

in_node() { # NODE COMMAND…
    local init
    init=$(init_of "$1") || die "node $1 is not up"
    nsenter --target "$init" --all -- \
        env -i PATH="$node_path" HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" "${@:2}"
}

as_postgres() { # NODE COMMAND…
    in_node "$1" setpriv --reuid postgres --regid postgres --init-groups \
        env HOME=/var/lib/postgresql "${@:2}"
}

in_background() { # NODE COMMAND…
    in_node "$1" setsid --fork "${@:2}" </dev/null >>"$up_log" 2>&1
}

# --- network ----------------------------------------------------------------------------

# A namespace of its own, so that labs do not meet and the machine's network stays as it is. A bridge without
# a hardware address of its own takes one of its ports': it would change when a node is killed, and the
# others would not reach the gateway until their neighbour entries expire.
start_network() {
    keep network
    in_network ip link add lan address 02:00:00:00:00:fe type bridge
    in_network ip address add "$gateway/24" dev lan
    in_network ip link set lan up
}

in_network() { # COMMAND…
    local init
    init=$(init_of network) || die "the network is not up"
    nsenter --target "$init" --net -- "$@"
}

# A node's cable has its outer end, named like the node, at the bridge, and eth0 in the node.
connect() { # NODE
    in_network ip link add name "$1" type veth peer name eth0 netns "$(init_of "$1")"
    in_network ip link set dev "$1" master lan up
    in_node "$1" ip link set lo up
    in_node "$1" ip address add "$(address_of "$1")/24" dev eth0
    in_node "$1" ip link set eth0 up
    in_node "$1" ip route add default via "$gateway"
    # pgpool's search for a primary does not go on before the kernel gives a lost server up: 7 s, not 130
    in_node "$1" sysctl --quiet --write net.ipv4.tcp_syn_retries=2
    # as distributions set it: a new network namespace lets nobody but root ping where ping has no capability of its own
    in_node "$1" sysctl --quiet --write net.ipv4.ping_group_range="0 2147483647"
}

disconnect() { # NODE
    in_network ip link delete dev "$1"
}

is_cut() { # NODE
    in_network ip -oneline link show dev "$1" | grep 'state DOWN' >/dev/null
}
