"""Draws records as one file that needs no other: for each a picture of both sites over time, with site a above and site c
below, and in a page of HTML the summary and a legend beside them. All pictures have one scale of time.
"""

import math
from collections import Counter
from dataclasses import dataclass
from html import escape

from incident import summary
from incident.figures import reckon, seconds_of_both
from incident.record import CLUSTERS, Record, Sample
from incident.style import LEGEND, PAGE, PATTERNS, STYLE

LEFT, RIGHT, WIDTH = 168, 16, 1160
BARS, STRIP, GAP = 62, 13, 5
TOP, BETWEEN, AXIS = 18, 24, 26
BEGIN = -6  # seconds at the left edge


def page(records: list[Record]) -> str:
    until = _longest(records)
    pictures = "\n".join(f"<h2>{_text(record.title)}</h2>\n{Picture(record, until).svg()}" for record in records)
    table = summary.as_html([(record.name, reckon(record)) for record in records])
    return PAGE.format(style=STYLE, patterns=PATTERNS, table=table, pictures=pictures, legend=LEGEND)


def drawing(records: list[Record]) -> str:
    """The pictures below each other, each under its title."""
    until, bottom, body = _longest(records), 0, []
    for record in records:
        picture = Picture(record, until)
        body.append(f'<text class="name" x="8" y="{bottom + 18}">{_text(record.title)}</text>')
        body.append(picture.svg(f' y="{bottom + 26}" width="{WIDTH}" height="{picture.height}"'))
        bottom += 26 + picture.height
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom}" role="img">',
        f"<style>\n{STYLE}</style><defs>\n{PATTERNS}</defs>" f'<rect width="{WIDTH}" height="{bottom}" fill="#fff"/>',
        *body, "</svg>"])


def _longest(records: list[Record]) -> float:
    return max(record.end for record in records)


def _text(what: object) -> str:
    """In ASCII, whatever the reader takes the file for."""
    return escape(str(what), quote=False).encode("ascii", "xmlcharrefreplace").decode()


@dataclass
class Span:
    """The time in which a thing was seen to be one value."""

    value: str
    start: float
    end: float


def spans(samples: list[Sample], field: str, until: float) -> list[Span]:
    """An unanswered question goes on with the last answer; the first one holds from the left edge."""
    found: list[Span] = []
    for sample in samples:
        value = getattr(sample, field)
        if value is None or found and value == found[-1].value:
            continue
        if found:
            found[-1].end = sample.at
        found.append(Span(value, BEGIN if not found and sample.at < 0 else sample.at, until))
    return found


def fill(field: str, value: str, node: str) -> tuple[str, str]:
    """The class of the box for that VALUE, and what stands in it; no class, no box."""
    match field, value:
        case "primary", _: return "said", value or "none"
        case "postgresql", "writable": return "full", ""
        case "postgresql", _: return "hollow", "standby"
        case "promoted", _: return "full" if node in value else "", ""
        case "blocked", _: return ("blocked", "BLOCKED") if value else ("", "")
        case _: return "full" if value else "", ""


class Picture:
    def __init__(self, record: Record, until: float):
        self._record = record
        self._until = until  # seconds at the right edge
        self._taken = _by_second(record.writes)
        self._lost = _by_second(filter(record.is_lost, record.writes))
        self._most = max(self._taken.values(), default=1)
        self._strips = self._choose_strips()
        self._site = BARS + 6 + (STRIP + GAP) * len(self._strips)
        self._bottom = TOP + 2 * self._site + BETWEEN
        self.height = self._bottom + AXIS

    def _choose_strips(self) -> list[tuple[str, str]]:
        always = [("postgresql", "PostgreSQL is writable"), ("pgpool", "pgpool runs"), ("primary", "its primary is")]
        cluster = CLUSTERS[self._record.cluster]
        sometimes = [("promoted", f"pgpool is {cluster.promoted}"), ("address", "has the clients’ address"),
                     ("blocked", f"{cluster.name} shows")]
        return always + [(field, label) for field, label in sometimes
                         if any(getattr(sample, field) for sample in self._record.samples)]

    def svg(self, attributes: str = "") -> str:
        x = self._x
        back = self._record.reconnect
        return "\n".join([
            f'<svg{attributes} xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" role="img">',
            *self._box("cut", 0, back, TOP - 16, self._bottom - TOP + 16),
            *self._both(TOP + self._site, TOP + self._site + BETWEEN - 6),
            *self._draw_site("a", TOP),
            *self._draw_site("c", TOP + self._site + BETWEEN),
            *self._event(x(0), "site a is cut off"),
            *self._event(x(back), "back on the network"),
            *self._axis(self._bottom),
            "</svg>"])

    # --- elements

    def _x(self, seconds: float) -> float:
        inside = min(max(seconds, BEGIN), self._until)
        return LEFT + (inside - BEGIN) / (self._until - BEGIN) * (WIDTH - LEFT - RIGHT)

    def _box(self, kind: str, start: float, end: float, y: float, height: float):
        left, right = self._x(start), self._x(end)
        if right > left:
            yield f'<rect class="{kind}" x="{left:.1f}" y="{y:.1f}" width="{right - left:.1f}" height="{height:.1f}"/>'

    # --- what is drawn

    def _draw_site(self, node: str, y: float):
        yield from self._bars(node, y)
        y += BARS + 6
        for field, label in self._strips:
            yield from self._strip(node, field, label, y)
            y += STRIP + GAP

    def _bars(self, node: str, y: float):
        bottom = y + BARS
        yield _words("name", 8, y + 16, f"site {node}")
        yield _words("label", LEFT - 8, bottom - 14, "writes per second,")
        yield _words("label", LEFT - 8, bottom - 2, "taken by PostgreSQL")
        yield _words("tick", LEFT - 4, y + 8, self._most)
        yield _line("base", LEFT, bottom, self._x(self._record.end), bottom)
        for second in range(BEGIN, math.floor(self._record.end)):
            height, lost = (count[node, second] * BARS / self._most for count in (self._taken, self._lost))
            if height > lost:
                yield from self._box("kept", second + 0.1, second + 0.9, bottom - height, height - lost)
            if lost:
                yield from self._box("lost", second + 0.1, second + 0.9, bottom - lost, lost)

    def _strip(self, node: str, field: str, label: str, y: float):
        yield _words("label", LEFT - 8, y + STRIP - 3, label)
        yield _line("rail", LEFT, y + STRIP / 2, self._x(self._record.end), y + STRIP / 2)
        samples = [sample for sample in self._record.samples if sample.node == node]
        for span in spans(samples, field, self._record.end):
            kind, what = fill(field, span.value, node)
            if not kind:
                continue
            yield from self._box(kind, span.start, span.end, y, STRIP)
            left, right = self._x(span.start), self._x(span.end)
            if what and right - left > 7 * len(what):
                loud = " loud" if kind == "blocked" or what == "none" else ""
                yield _words(f"inside{loud}", (left + right) / 2, y + STRIP - 3, what)

    def _both(self, top: float, bottom: float):
        """A box for each time without a break."""
        seconds = seconds_of_both(self._record)
        starts = [second for second in seconds if second - 1 not in seconds]
        ends = [second + 1 for second in seconds if second + 1 not in seconds]
        for start, end in zip(starts, ends):
            yield from self._box("both", start, end, top, bottom - top)
        if seconds:
            yield _words("loud start", self._x(seconds[0]) + 6, (top + bottom) / 2 + 4,
                         f"both servers take writes: {len(seconds)} s")

    def _event(self, x: float, what: str):
        yield _line("event", x, TOP - 16, x, self._bottom)
        yield _words("event start", x + 4, TOP - 7, what)

    def _axis(self, y: float):
        yield _line("base", LEFT, y, WIDTH - RIGHT, y)
        for second in range(0, math.floor(self._until) + 1, 10):
            yield _line("base", self._x(second), y, self._x(second), y + 4)
            yield _words("tick middle", self._x(second), y + 16, second)
        yield _words("label", LEFT - 8, y + 16, "seconds since the cut")


def _by_second(writes) -> Counter[tuple[str, int]]:
    return Counter((write.server, math.floor(write.at)) for write in writes)


def _words(kind: str, x: float, y: float, what: object) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{_text(what)}</text>'


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
