"""What a record says, in figures."""

from dataclasses import dataclass

from incident.record import SITES, Record

LATELY = 3  # seconds before the end


@dataclass(frozen=True)
class Figures:
    """Times are seconds since the cut."""

    takeover: float | None  # when c took its first write
    both: int  # in how many seconds both servers took writes
    lost: int  # writes that a confirmed to a client and that are not on c
    lost_after_takeover: int  # those of them from the takeover on
    healthy: float | None  # seconds from the reconnect until all was well for good: see _is_healthy
    blocked: str  # whether something was blocked in the end: yes, no; was: only for a time
    survivor: str  # who took writes in the end: a, c, ac, or nobody
    restarted: bool  # c's pgpool main process (of the cut, or else the first after it) was another one in the end
    primary: str  # what pgpool on c took for the primary in the end


def reckon(record: Record) -> Figures:
    takeover = next((write.at for write in record.writes if write.server == "c" and write.at >= 0), None)
    lost = [write for write in record.writes if record.is_lost(write)]
    healthy = _healthy_since(record)
    return Figures(
        takeover=None if takeover is None else round(takeover, 1),
        both=len(seconds_of_both(record)),
        lost=len(lost),
        lost_after_takeover=sum(takeover is not None and write.at >= takeover for write in lost),
        healthy=None if healthy is None else round(healthy - record.reconnect, 1),
        blocked=_blocked(record),
        survivor="".join(sorted({write.server for write in record.writes if write.at > record.end - LATELY})),
        restarted=_was_restarted(record),
        primary=_last(record, "c").get("primary", ""))


def seconds_of_both(record: Record) -> list[int]:
    """The whole seconds in which both servers took writes."""
    a, c = ({int(write.at) for write in record.writes if write.server == site and write.at >= 0} for site in SITES)
    return sorted(second for second in a & c if second + 1 <= record.end)


def _last(record: Record, node: str) -> dict[str, str]:
    """The last answer to each question that had one."""
    seen = {}
    for sample in record.samples:
        if sample.node == node:
            seen |= sample.answers()
    return seen


def _healthy_since(record: Record) -> float | None:
    """For good, and after the reconnect."""
    serving = "promoted" if any(sample.promoted for sample in record.samples) else "active"
    seen = {site: {} for site in SITES}
    since = None
    for sample in record.samples:
        seen[sample.node] |= sample.answers()
        if sample.at < record.reconnect or not _is_healthy(seen, serving):
            since = None
        elif since is None:
            since = sample.at
    return since


def _is_healthy(seen: dict[str, dict[str, str]], serving: str) -> bool:
    """Pacemaker on either site shows both online, pgpool on one and nothing blocked; and one server takes writes."""
    return seen["a"].get("taken") != seen["c"].get("taken") and all(
        site.get("online") == "ac" and site.get("blocked") == "" and site.get(serving) in SITES for site in seen.values())


def _blocked(record: Record) -> str:
    """Where Pacemaker never answered, nobody knows that nothing is blocked."""
    if any(_last(record, site).get("blocked") != "" for site in SITES):
        return "yes"
    return "was" if any(sample.blocked for sample in record.samples) else "no"


def _was_restarted(record: Record) -> bool:
    before = [sample.pgpool for sample in record.samples if sample.node == "c" and sample.at < 0]
    after = [sample.pgpool for sample in record.samples if sample.node == "c" and sample.at >= 0]
    first = next((main for main in [*before[-1:], *after] if main), "")
    return first != [*before, *after][-1]
