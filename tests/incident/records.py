"""Records written by hand: a takeover by c 10.2 s after the cut, the reconnect at 20 s, the end at 30 s."""

from incident.record import FIELDS, Record, Sample, Write


def sample(at: float, node: str, values: str) -> Sample:
    """VALUES in the order of the fields; "?": no answer, "-": nothing."""
    told = {"?": None, "-": ""}
    return Sample(at, node, **{field: told.get(value, value) for field, value in zip(FIELDS, values.split(), strict=True)})


def init_script() -> Record:
    return Record(
        "init script", "with an init script", "Pacemaker", reconnect=20, end=30,
        samples=(
            #            online active promoted blocked score pgpool address postgresql taken primary
            sample(-1.0, "a", "ac a - - - 7:1 - writable yes a"),
            sample(-1.0, "c", "ac a - - - - - standby - ?"),
            sample(5.0, "c", "c c - - - 8:2 - standby - ?"),
            sample(11.0, "c", "c c - - - 8:2 - writable yes -"),
            sample(20.5, "c", "ac c - - - 8:2 - writable yes -"),
            sample(21.0, "a", "ac ac - pgpool,companion - 7:1 - writable yes a"),
            sample(21.0, "c", "ac ac - pgpool,companion - 8:2 - writable yes -"),
        ),
        writes=(
            Write(-1.0, "a", 1, "a"), Write(5.0, "a", 2, "a"), Write(10.2, "c", 1, "c"), Write(10.3, "a", 3, "a"),
            Write(11.5, "a", 4, "a"), Write(29.0, "a", 5, "a"), Write(29.1, "c", 2, "c"),
        ),
        kept=frozenset({("a", 1), ("c", 1), ("c", 2)}))


def agent() -> Record:
    return Record(
        "agent", "with the agent", "Pacemaker", reconnect=20, end=30,
        samples=(
            sample(-1.0, "a", "ac ac a - 1500 7:1 yes writable yes a"),
            sample(-1.0, "c", "ac ac a - 1000 8:2 - standby - a"),
            sample(6.0, "a", "a a - - -INFINITY 7:1 - writable - a"),
            sample(11.0, "c", "c c c - 2500 8:2 yes writable yes c"),
            sample(21.0, "c", "? ? ? ? ? 8:2 yes writable yes ?"),
            sample(22.0, "c", "ac ac c - 2500 8:2 yes writable yes c"),
            sample(22.5, "a", "ac ac c - 2000 7:1 - writable - c"),
        ),
        writes=(Write(-1.0, "a", 1, "a"), Write(4.0, "a", 2, "a"), Write(10.2, "c", 1, "c"), Write(29.0, "a", 3, "c")),
        kept=frozenset({("a", 1), ("c", 1), ("a", 3)}))
