# shellcheck shell=bash
# Sourced by tests that need a Debian of their own: namespaces to run it in, and where its packages come from, which is
# where this machine's apt has Debian's from. Needs cluster/progress.sh and outcome.sh.

# --- a machine of its own ---------------------------------------------------------------

# Namespaces that live as long as their PID 1: with it end all processes and mounts in them.
start_machine() { # [OPTION-OF-UNSHARE…]
    trap '' INT TERM HUP # no interruption between a start and the record of it
    setsid env --default-signal \
        unshare --mount --pid --ipc --uts --fork --kill-child --mount-proc "$@" tini -- sleep infinity </dev/null &
    keeper=$!
    disown "$keeper"
    exit_on_signals
    wait_until 10 has_started
}

has_started() {
    init=$(pgrep --parent "$keeper") && nsenter --target "$init" --mount --pid -- pgrep --exact tini
}

end_machine() {
    [[ -n ${keeper:-} ]] || return 0
    kill -KILL "$keeper"
    wait_until 30 has_ended "${init:-$keeper}"
    keeper='' init=''
}

has_ended() { # PID
    [[ ! -e /proc/$1 ]]
}

in_machine() { # COMMAND…
    nsenter --target "$init" --net --mount --pid --ipc --uts -- "$@"
}

# With the network of the machine that the test runs on, for apt alone.
with_network() { # COMMAND…
    nsenter --target "$init" --mount --pid --ipc --uts -- "$@"
}

# --- Debian -----------------------------------------------------------------------------

# "URI CODENAME COMPONENT" of each source of Debian that this machine's apt uses; false if there is none.
debian_sources() {
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Identifier: Packages' 'Origin: Debian' | grep .
}

# The release that this machine has; sid says another name of itself in /etc/os-release.
own_release() {
    debian_sources | awk '$2 !~ /-/ && !release { release = $2 } END { print release }'
}

# The same sources, for RELEASE, in the words of sources.list. sid has neither updates nor security.
sources_of() { # RELEASE
    debian_sources | awk -v own="$(own_release)" -v release="$1" '
        $2 == own || (index($2, own "-") == 1 && release != "sid") {
            print "deb", $1, release substr($2, length(own) + 1), $3
        }'
}

# How this machine's apt reaches them: a proxy, a clock that is not trusted.
apt_options() {
    apt-config dump | grep --extended-regexp '^Acquire::(https?::|Check-|Retries)' || true
}

# What a source says of itself, into FILE; false if it does not answer.
answers() { # FILE-WITH-SOURCES FILE
    local uri suite
    read -r _ uri suite _ <"$1" && /usr/lib/apt/apt-helper download-file "${uri}dists/$suite/InRelease" "$2"
}

make_debian() { # RELEASE DIRECTORY FILE-WITH-SOURCES FILE-WITH-OPTIONS-OF-APT
    with_network mmdebstrap --mode=root --variant=minbase --skip=cleanup/apt --aptopt="$4" --dpkgopt=force-unsafe-io \
        "$1" "$2" "$3"
}
