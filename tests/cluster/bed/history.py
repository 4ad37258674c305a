"""The judge of what applications were told, against what the databases hold in the end. Pure.

A history is a timeline of PostgreSQL together with those it branched off from. Of a confirmed write its server and timeline
are known, and a place in the log just before its commit. Times are epochs of one clock.
"""

import json
from dataclasses import dataclass, field

# A commit is a little further in the log than the place that its write names: between the two nobody can tell.
DOUBT = 8192  # bytes


@dataclass(frozen=True)
class Write:
    """A write that was confirmed."""

    writer: str
    sequence: int
    began: float
    ended: float
    server: str
    timeline: int
    lsn: int


@dataclass(frozen=True)
class Read:
    """How far a writer saw its own writes: SEEN is the highest sequence."""

    writer: str
    began: float
    ended: float
    server: str
    standby: bool
    seen: int


@dataclass(frozen=True)
class Server:
    """What is there in the end. BRANCHED: where in the log each earlier timeline of its history ended."""

    address: str
    timeline: int
    branched: dict[int, int]
    rows: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Promise:
    """Until when two histories may take writes: what the configuration and the faults do not rule out. 0: never. What
    BYSTANDERS, writers that use the pgpool of their own host instead of the service, write until then may be given up."""

    two_histories_until: float = 0
    bystanders: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    kind: str
    text: str

    def __str__(self):
        return f"{self.kind}: {self.text}"


@dataclass
class Record:
    """What the writers have noted, each in the order of its beginning."""

    writes: list[Write] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)  # of writes: when

    def between(self, since: float, until: float) -> "Record":
        return Record(
            [each for each in self.writes if since <= each.began and each.ended <= until],
            [each for each in self.reads if since <= each.began and each.ended <= until],
            [at for at in self.refusals if since <= at <= until])


def read_record(lines) -> Record:
    """From the writers' lines of JSON; a last line that was cut short by the end of its writer counts for nothing."""
    record = Record()
    for line in lines:
        try:
            seen = json.loads(line)
        except json.JSONDecodeError:
            continue
        if "refused" in seen:
            if seen["kind"] == "write":
                record.refusals.append(seen["ended"])
            continue
        common = {name: seen[name] for name in ("writer", "began", "ended", "server")}
        if seen["kind"] == "write":
            record.writes.append(
                Write(**common, sequence=seen["sequence"], timeline=seen["timeline"], lsn=lsn(seen["lsn"])))
        else:
            record.reads.append(Read(**common, standby=seen["standby"], seen=seen["seen"]))
    record.writes.sort(key=lambda write: write.began)
    record.reads.sort(key=lambda read: read.began)
    return record


def lsn(text: str) -> int:
    """A place in the log, as PostgreSQL prints it: 0/3000060."""
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def branches(text: str) -> dict[int, int]:
    """From a timeline's history file: where each of the earlier ones ended."""
    lines = (line.split() for line in text.splitlines())
    return {int(words[0]): lsn(words[1]) for words in lines if words and not words[0].startswith("#")}


def belongs(write: Write, server: Server) -> bool | None:
    """Whether the history of SERVER holds that write; None where nobody can tell."""
    if write.timeline == server.timeline:
        return write.server == server.address or None
    end = server.branched.get(write.timeline)
    if end is None or write.lsn > end:
        return False
    return True if write.lsn + DOUBT <= end else None


def judge(record: Record, survivor: Server, promise: Promise) -> list[Finding]:
    return [
        *lost(record, survivor),
        *survived_by_the_older(record, survivor, promise),
        *two_histories(record, survivor, promise),
        *stale_reads(record, survivor, promise),
    ]


def lost(record: Record, survivor: Server) -> list[Finding]:
    missing = [
        write for write in record.writes
        if belongs(write, survivor) and (write.writer, write.sequence) not in survivor.rows
    ]
    return [Finding("lost", f"{len(missing)} confirmed writes of the survivor's own history, {_span(missing)}")] if missing else []


def survived_by_the_older(record: Record, survivor: Server, promise: Promise) -> list[Finding]:
    newer = [write for write in record.writes if write.timeline > survivor.timeline
             and not (write.writer in promise.bystanders and write.began <= promise.two_histories_until)]
    if not newer:
        return []
    return [Finding("older history survived",
                    f"{survivor.address} is on timeline {survivor.timeline}, and {len(newer)} writes were confirmed on a"
                    f" newer one, {_span(newer)}")]


def overtaken(record: Record, survivor: Server) -> list[Write]:
    """Confirmed writes that began when they were void already: after one was confirmed on a newer timeline of the survivor's
    history, or, where their own is none of that history, on any of it."""
    own = {survivor.timeline, *survivor.branched}
    first = {}  # when a write on each timeline of that history was first confirmed
    for write in sorted(record.writes, key=lambda each: each.ended):
        if write.timeline in own:
            first.setdefault(write.timeline, write.ended)
    return [write for write in record.writes
            if any((write.timeline not in own or timeline > write.timeline) and confirmed < write.began
                   for timeline, confirmed in first.items())]


def two_histories(record: Record, survivor: Server, promise: Promise) -> list[Finding]:
    late = [write for write in overtaken(record, survivor) if write.began > promise.two_histories_until]
    if not late:
        return []
    return [Finding("two histories", f"{len(late)} writes were confirmed beside the history that survived, {_span(late)}")]


def stale_reads(record: Record, survivor: Server, promise: Promise) -> list[Finding]:
    """Answers of a server that says it is no standby, without a write that the same application had confirmed before and that
    survived. What a standby shows may always be late."""
    confirmed = {}  # by writer, those that survived, in order
    for write in record.writes:
        if (write.writer, write.sequence) in survivor.rows:
            confirmed.setdefault(write.writer, []).append(write)
    stale = []
    for read in record.reads:
        before = [write.sequence for write in confirmed.get(read.writer, ()) if write.ended <= read.began]
        if before and not read.standby and read.seen < before[-1] and read.began > promise.two_histories_until:
            stale.append(read)
    return [Finding("stale reads", f"{len(stale)} answers miss what was confirmed before, {_span(stale)}")] if stale else []


@dataclass(frozen=True)
class Figures:
    confirmed: dict[tuple[str, int], int]  # by server and timeline
    given_up: int  # confirmed, and not in the survivor's history: what asynchronous replication and two histories cost
    overtaken: int  # see overtaken()
    longest_gap: float  # seconds in which nothing was confirmed


def figures(record: Record, survivor: Server) -> Figures:
    confirmed = {}
    for write in record.writes:
        key = (write.server, write.timeline)
        confirmed[key] = confirmed.get(key, 0) + 1
    ends = sorted(write.ended for write in record.writes)
    return Figures(
        confirmed=confirmed,
        given_up=sum((write.writer, write.sequence) not in survivor.rows for write in record.writes),
        overtaken=len(overtaken(record, survivor)),
        longest_gap=max((later - earlier for earlier, later in zip(ends, ends[1:])), default=0))


def _span(seen) -> str:
    servers = ", ".join(sorted({f"{each.writer} at {each.server}" for each in seen}))
    return f"from {seen[0].began:.1f} to {seen[-1].ended:.1f} ({servers})"
