# shellcheck shell=bash
# Sourced by tests in bash: the PostgreSQL that they run.

# The newest that is installed, as distributions have it: 15, 17, …
postgresql_version() {
    local servers=(/usr/lib/postgresql/*/bin/postgres)
    printf '%s\n' "${servers[@]}" | cut --delimiter=/ --fields=5 | sort --version-sort | tail --lines=1
}

postgresql_version=$(postgresql_version)
# shellcheck disable=SC2034 # for those that source this
readonly postgresql_version postgresql_programs=/usr/lib/postgresql/$postgresql_version/bin
