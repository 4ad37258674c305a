"""The figures of several plays side by side, for people."""

from html import escape

from incident.figures import Figures

Runs = list[tuple[str, Figures]]  # each with the name of its play
WIDTH, COLUMN = 46, 16


def _sites(nodes: str) -> str:
    return {"ac": "a and c", "": "none"}.get(nodes, nodes)


def _or_never(seconds: float | None) -> str:
    return "never" if seconds is None else str(seconds)


def _healthy(seen: Figures) -> str:
    return _or_never(seen.healthy) + (": blocked" if seen.healthy is None and seen.blocked == "yes" else "")


ROWS = (
    ("seconds until service on the other side", lambda seen: _or_never(seen.takeover)),
    ("seconds in which both servers took writes", lambda seen: str(seen.both)),
    ("confirmed writes that are not on c: lost", lambda seen: str(seen.lost)),
    ("  of these, after c had taken over", lambda seen: str(seen.lost_after_takeover)),
    ("seconds from the reconnect to a healthy status", _healthy),
    ("takes writes in the end", lambda seen: _sites(seen.survivor)),
    ("pgpool on c was restarted", lambda seen: "yes" if seen.restarted else "no"),
    ("the primary, as pgpool on c has it in the end",
     lambda seen: f"{_sites(seen.primary)} ({'right' if seen.primary == 'c' else 'wrong'})"),
)


def as_text(runs: Runs) -> str:
    lines = [_line("", (name for name, _ in runs)), "-" * (WIDTH + COLUMN * len(runs))]
    return "\n".join(lines + [_line(label, (value(seen) for _, seen in runs)) for label, value in ROWS])


def _line(label: str, values) -> str:
    return f"{label:{WIDTH}}" + "".join(f"{value:>{COLUMN}}" for value in values)


def as_html(runs: Runs) -> str:
    """The rows of a table."""
    lines = [_row("", "th", (name for name, _ in runs))]
    return "\n".join(lines + [_row(label, "td", (value(seen) for _, seen in runs)) for label, value in ROWS])


def _row(label: str, cell: str, values) -> str:
    part = ' class="part"' if label.startswith(" ") else ""
    return f"<tr><th{part}>{escape(label.strip())}</th>{''.join(f'<{cell}>{escape(value)}</{cell}>' for value in values)}</tr>"
