# shellcheck shell=bash
# Sourced by tests in bash: how one ends, and how it knows why.

cause='' # of a failure, or of a test that cannot be run

# However the test ends from here on, FINISH is called with the exit status.
end_with() { # FINISH
    # shellcheck disable=SC2064 # the name is known now
    trap "$1 \$?" EXIT
    trap 'cause=${cause:-"line $LINENO: $BASH_COMMAND"}' ERR
    exit_on_signals
}

exit_on_signals() {
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# For FINISH, which nothing is to interrupt.
ignore_signals() {
    trap '' HUP INT TERM
    trap - ERR
}

fail() { # CAUSE
    cause=$*
    exit 1
}
