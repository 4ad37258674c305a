# shellcheck shell=bash
# Sourced: how the lab and the quickstart say what they do, and how they wait.

# One clock for all that a command starts.
export PROGRESS_BEGAN=${PROGRESS_BEGAN:-${EPOCHREALTIME//[.,]/}}

seconds_since() { # MICROSECONDS, a former value of EPOCHREALTIME without its point
    local tenths=$(((${EPOCHREALTIME//[.,]/} - $1) / 100000))
    printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

say() {
    printf '%6s s  %s\n' "$(seconds_since "$PROGRESS_BEGAN")" "$*"
}

# False if CONDITION… did not become true within SECONDS.
wait_until() { # SECONDS CONDITION…
    local limit=$1 deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= deadline)); then
            echo "not true after $limit s: $*" >&2
            return 1
        fi
        sleep 0.2
    done
}
