# Draws the record of one play (samples.tsv, kept.tsv, writes.tsv; see play.sh) as an SVG: site a above, site c below,
# over the seconds since the cut. Variables: from, to: the seconds at the left and the right edge.

BEGIN {
    FS = "\t"
    left = 168; right = 16; width = 1160
    bar_height = 62; strip = 13; gap = 5
    count = split("online active promoted blocked score pgpool address postgresql taken primary", names, " ")
    for (i = 1; i <= count; i++) column[names[i]] = i + 2
}

FILENAME ~ /kept.tsv$/ { kept[$1, $2]; next }
FILENAME ~ /samples.tsv$/ && $2 == "network" { event[$3] = $1; next }
FILENAME ~ /samples.tsv$/ { samples++; at[samples] = $1; seen[samples] = $0; node_of[samples] = $2; next }
$3 == "accepted" && $1 <= event["end"] {
    server = $4 ~ /\.1$/ ? "a" : "c"
    writes++; write_at[writes] = $1; write_on[writes] = server
    is_lost[writes] = server == "a" && !(($2, $5) in kept)
}

function x(seconds) {
    if (seconds < from) seconds = from
    if (seconds > to) seconds = to
    return left + (seconds - from) / (to - from) * (width - left - right)
}
function box(class, start, end, y, height) {
    if (x(end) > x(start))
        printf "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", class, x(start), y, x(end) - x(start), height
}
function text(class, at_x, y, what) {
    printf "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", class, at_x, y, what
}
function line(class, x1, y1, x2, y2) {
    printf "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class, x1, y1, x2, y2
}
function floor(number) { return number < 0 && int(number) != number ? int(number) - 1 : int(number) }

# --- what is known over time ----------------------------------------------------------------------

# The spans in which FIELD of NODE had one value: span_value, span_start, span_end [1..spans]. An unanswered question
# goes on with the last answer.
function find_spans(node, field,    i, part, value) {
    spans = 0
    for (i = 1; i <= samples; i++) {
        if (node_of[i] != node) continue
        split(seen[i], part, "\t")
        value = part[column[field]]
        if (value == "?") { if (!spans) continue; value = span_value[spans] }
        if (!spans || value != span_value[spans]) {
            if (spans) span_end[spans] = at[i] - zero
            spans++
            span_value[spans] = value
            span_start[spans] = at[i] - zero
        }
    }
    if (spans) span_end[spans] = last
    if (spans && span_start[1] < 0) span_start[1] = from
}

function ever(field, value,    i, part) {
    for (i = 1; i <= samples; i++) {
        split(seen[i], part, "\t")
        if (part[column[field]] != "-" && part[column[field]] != "?" && (value == "" || part[column[field]] == value)) return 1
    }
    return 0
}

function count_writes(    i, second) {
    for (i = 1; i <= writes; i++) {
        second = floor(write_at[i] - zero)
        taken[write_on[i], second]++
        if (is_lost[i]) lost[write_on[i], second]++
        if (taken[write_on[i], second] > most) most = taken[write_on[i], second]
    }
}

# --- what is drawn --------------------------------------------------------------------------------

function draw_bars(node, y,    second, height, lost_height, per_write) {
    per_write = bar_height / most
    text("name", 8, y + 16, "site " node)
    text("label", left - 8, y + bar_height - 14, "writes per second,")
    text("label", left - 8, y + bar_height - 2, "taken by PostgreSQL")
    text("tick", left - 4, y + 8, most)
    line("base", left, y + bar_height, x(last), y + bar_height)
    for (second = floor(from); second + 1 <= last; second++) {
        height = taken[node, second] * per_write
        lost_height = lost[node, second] * per_write
        if (height > lost_height) box("kept", second + 0.1, second + 0.9, y + bar_height - height, height - lost_height)
        if (lost_height) box("lost", second + 0.1, second + 0.9, y + bar_height - lost_height, lost_height)
    }
    return y + bar_height + 6
}

function draw_strip(node, field, label, y,    i, class, what) {
    text("label", left - 8, y + strip - 3, label)
    line("rail", left, y + strip / 2, x(last), y + strip / 2)
    find_spans(node, field)
    for (i = 1; i <= spans; i++) {
        class = ""; what = ""
        if (field == "primary") { class = "said"; what = span_value[i] == "-" ? "none" : span_value[i] }
        else if (field == "postgresql") { class = span_value[i] == "writable" ? "full" : "hollow"; what = span_value[i] == "writable" ? "" : "standby" }
        else if (field == "promoted") { class = index(span_value[i], node) ? "full" : "" }
        else if (field == "blocked") { class = span_value[i] == "-" ? "" : "blocked"; what = class ? "BLOCKED" : "" }
        else class = span_value[i] == "-" ? "" : "full"
        if (!class) continue
        box(class, span_start[i], span_end[i], y, strip)
        if (what != "" && x(span_end[i]) - x(span_start[i]) > 7 * length(what))
            text("inside" (class == "blocked" || what == "none" ? " loud" : ""), (x(span_start[i]) + x(span_end[i])) / 2, y + strip - 3, what)
    }
    return y + strip + gap
}

function draw_site(node, y) {
    y = draw_bars(node, y)
    y = draw_strip(node, "postgresql", "PostgreSQL is writable", y)
    y = draw_strip(node, "pgpool", "pgpool runs", y)
    y = draw_strip(node, "primary", "its primary is", y)
    if (ever("promoted", "")) y = draw_strip(node, "promoted", "pgpool is promoted", y)
    if (ever("address", "")) y = draw_strip(node, "address", "has the clients&#8217; address", y)
    if (ever("blocked", "")) y = draw_strip(node, "blocked", "Pacemaker shows", y)
    return y
}

function draw_both(top, bottom,    second, start, seconds, first) {
    start = ""
    for (second = 0; second <= last; second++) {
        if (second + 1 <= last && taken["a", second] && taken["c", second]) {
            seconds++
            if (start == "") start = second
            if (first == "") first = second
        } else if (start != "") {
            box("both", start, second, top, bottom - top)
            start = ""
        }
    }
    if (seconds) text("loud start", x(first) + 6, (top + bottom) / 2 + 4, "both servers take writes: " seconds " s")
    return seconds
}

function draw_event(seconds, what, top, bottom) {
    line("event", x(seconds), top, x(seconds), bottom)
    text("event start", x(seconds) + 4, top + 9, what)
}

function draw_axis(y,    second) {
    line("base", left, y, width - right, y)
    for (second = 0; second <= to; second += 10) {
        line("base", x(second), y, x(second), y + 4)
        text("tick middle", x(second), y + 16, second)
    }
    text("label", left - 8, y + 16, "seconds since the cut")
}

END {
    zero = event["cut"]
    last = event["end"] - zero
    if (last > to) last = to
    most = 1
    count_writes()

    per_site = bar_height + 6 + (strip + gap) * (3 + ever("promoted", "") + ever("address", "") + ever("blocked", ""))
    top = 18; between = 24
    bottom = top + 2 * per_site + between
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n", width, bottom + 26
    printf "<rect class=\"cut\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
        x(0), top - 16, x(event["reconnect"] - zero) - x(0), bottom - top + 16
    draw_both(top + per_site, top + per_site + between - 6)
    y = draw_site("a", top)
    draw_site("c", y + between)
    draw_event(0, "site a is cut off", top - 16, bottom)
    draw_event(event["reconnect"] - zero, "back on the network", top - 16, bottom)
    draw_axis(bottom)
    print "</svg>"
}
