# samples.tsv traces.tsv rows.tsv: the table of what was measured, and the budgets. Exit status 1 if one is missed that
# does not depend on the clock; the others are told.
#
# samples.tsv is what bench_measure prints. traces.tsv: CASE CALLS FORKS LIBPQ. rows.tsv: CASE TITLE [WHY-NOT], or - TITLE.
# A ratio is that of two cases in the same round, and the median of all rounds.

BEGIN { FS = "\t" }

FILENAME ~ /samples.tsv$/ {
    n[$1]++
    round_of[$1, n[$1]] = $2
    wall[$1, $2] = $3
    wall_of[$1, n[$1]] = $3
    cpu_of[$1, n[$1]] = $4
    if ($5 > memory[$1]) memory[$1] = $5
    next
}
FILENAME ~ /traces.tsv$/ { calls[$1] = $2; forks[$1] = $3; libpq[$1] = $4; next }
{ rows++; row_case[rows] = $1; row_title[rows] = $2; row_why_not[rows] = $3 }

END {
    print_table()
    judge()
    exit failed
}

# Of values[1..count], which are sorted by this.
function median(values, count,    i, j, value) {
    for (i = 2; i <= count; ++i) {
        value = values[i]
        for (j = i - 1; j >= 1 && values[j] > value; --j) values[j + 1] = values[j]
        values[j + 1] = value
    }
    if (count % 2) return values[(count + 1) / 2]
    return (values[count / 2] + values[count / 2 + 1]) / 2
}

function median_of(samples, name,    i, values) {
    for (i = 1; i <= n[name]; ++i) values[i] = samples[name, i]
    return median(values, n[name])
}

# Empty if the two were never in one round.
function ratio(name, peer,    i, round, count, values) {
    for (i = 1; i <= n[name]; ++i) {
        round = round_of[name, i]
        if ((peer, round) in wall) values[++count] = wall[name, round] / wall[peer, round]
    }
    return count ? median(values, count) : ""
}

# By how many seconds `name` takes longer than `peer`.
function excess(name, peer,    i, round, count, values) {
    for (i = 1; i <= n[name]; ++i) {
        round = round_of[name, i]
        if ((peer, round) in wall) values[++count] = (wall[name, round] - wall[peer, round]) / 1e6
    }
    return count ? median(values, count) : ""
}

function empty_beside(name) {
    return name ~ /@/ ? "empty" substr(name, index(name, "@")) : "empty"
}

# --- the table --------------------------------------------------------------------------

function print_table(    i) {
    printf "%-44s %9s %9s %9s %7s %6s %7s\n", "", "wall ms", "x empty", "CPU ms", "calls", "forks", "MB"
    for (i = 1; i <= rows; ++i) {
        if (row_case[i] == "-") print row_title[i]
        else print_row(row_case[i], row_title[i], row_why_not[i])
    }
}

function print_row(name, title, why_not,    compared) {
    if (!n[name]) {
        if (form == "full") printf "  %-42s %s\n", title, why_not ? why_not : "not there"
        return
    }
    compared = ratio(name, empty_beside(name))
    printf "  %-42s %9.2f %9s %9.2f %7s %6s %7.1f\n", title, median_of(wall_of, name) / 1000, \
        compared == "" ? "" : sprintf(compared < 100 ? "%.2f" : "%.0f", compared), median_of(cpu_of, name) / 1000, \
        calls[name], forks[name], memory[name] / 1024
}

# --- the budgets ------------------------------------------------------------------------

function judge(    i, name, most) {
    print "\nbudgets"
    exactly("level 0: forks", forks["level_0"], 0)
    exactly("level 0: libpq is loaded", libpq["level_0"], 0)
    within("level 0: x an empty program", ratio("level_0", "empty"), 2)
    for (i = 1; i <= rows; ++i) {
        name = row_case[i]
        if (name !~ /^level_0@/ || !n[name]) continue
        exactly("  among " substr(name, 9) " more processes: system calls", calls[name], calls["level_0"])
        within("  among " substr(name, 9) " more processes: x", ratio(name, empty_beside(name)), 2)
    }
    exactly("meta-data: forks", forks["meta_data"], 0)
    exactly("meta-data: libpq is loaded", libpq["meta_data"], 0)
    within("meta-data: x an empty program", ratio("meta_data", "empty"), 2)
    within("level 10, 2 backends: x both peers at once", ratio("level_10", "both"), 1.3)
    within("level 10, 3 backends", ratio("level_10_of_3", "both"), 1.3)
    within("level 10, 8 backends", ratio("level_10_of_8", "both"), 1.3)
    within("stop: seconds more than pgpool needs by itself", excess("stop", "interrupt"), 1)
    for (name in n)
        if (is_ours(name) && memory[name] > most) most = memory[name]
    below("memory of the largest process, MB", most / 1024, 10)
}

# Not start: the largest process that it waits for is pgpool itself, before it detaches.
function is_ours(name) {
    return name ~ /^(meta_data|level_|probe|stop|frozen$)/
}

function exactly(what, seen, expected) {
    if (seen == "") return
    printf "  %-6s %-48s %6d (expected %d)\n", seen == expected ? "met" : "MISSED", what, seen, expected
    if (seen != expected) failed = 1
}

function below(what, seen, limit) {
    say_limit(what, seen, limit, seen < limit)
    if (seen >= limit) failed = 1
}

function within(what, seen, limit) {
    if (seen == "") return
    say_limit(what, seen, limit, seen <= limit)
}

function say_limit(what, seen, limit, met) {
    printf "  %-6s %-48s %6.2f (at most %.4g: %.0f %% %s)\n", met ? "met" : "MISSED", what, seen, limit, \
        met ? (1 - seen / limit) * 100 : (seen / limit - 1) * 100, met ? "less" : "more"
}
