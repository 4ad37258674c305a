# shellcheck shell=bash
# shellcheck disable=SC2154 # programs, work come from the script that sources this
# Sourced: more processes, which do nothing.

# What one of them takes of the kernel's memory, rounded up.
readonly kilobytes_of_a_process=256

# Why there cannot be COUNT more processes; nothing if there can.
why_not_crowd() { # COUNT
    local most free
    most=$(ulimit -u)
    [[ $most == unlimited || $most -gt $(($1 + 1000)) ]] || { echo "ulimit -u is $most" && return; }
    most=$(</proc/sys/kernel/pid_max)
    ((most > $1 + 5000)) || { echo "pid_max is $most" && return; }
    most=$(</proc/sys/kernel/threads-max)
    ((most > $1 + 5000)) || { echo "threads-max is $most" && return; }
    most=$(pids_limit)
    [[ $most == max || $most -gt $(($1 + 1000)) ]] || { echo "the control group's pids.max is $most" && return; }
    free=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
    ((free > $1 * kilobytes_of_a_process)) || { echo "only $((free / 1024)) MB of memory are free" && return; }
}

pids_limit() {
    local file
    for file in "/sys/fs/cgroup$(sed --quiet 's/^0:://p' /proc/self/cgroup)/pids.max" \
        "/sys/fs/cgroup/pids$(sed --quiet 's/^[0-9]*:pids://p' /proc/self/cgroup)/pids.max"; do
        [[ ! -r $file ]] || { cat "$file" && return; }
    done
    echo max
}

begin_crowd() { # COUNT
    local word
    coproc crowd { exec "$programs/bench_crowd" "$1"; }
    # shellcheck disable=SC2154 # crowd is the coproc
    read -r word <&"${crowd[0]}" && [[ $word == ready ]]
}

end_crowd() {
    local pid=$crowd_PID input=${crowd[1]}
    exec {input}>&-
    wait "$pid"
}
