"""What is done to a cluster in one round, from a seed. Pure: the same seed and recipe give the same schedule."""

import random
from dataclasses import dataclass

SHORT, LONG = 15, 60  # seconds of a round until everything is repaired
NODES = ("serving", "other", "third")  # of a cluster of two, the first two


@dataclass(frozen=True)
class Kind:
    """targets: which nodes it may hit. lasts: it goes on until it is ended. unruly: nothing in these configurations keeps two
    sites from serving while it goes on, as only a fence or a third vote could."""

    name: str
    targets: tuple[str, ...]
    lasts: bool
    unruly: bool = False
    weight: int = 2


KINDS = {kind.name: kind for kind in (
    # the network
    Kind("cut", NODES, lasts=True, weight=8),
    Kind("mute", NODES, lasts=True),
    Kind("deaf", NODES, lasts=True),
    Kind("flapping", NODES, lasts=True),
    Kind("narrow", NODES, lasts=True, unruly=True),
    Kind("parted", ("both",), lasts=True, unruly=True),
    Kind("gateway lost", ("both",), lasts=True),
    # nodes
    Kind("power lost", NODES, lasts=True, weight=3),
    Kind("node frozen", NODES, lasts=True, unruly=True),
    Kind("/run full", NODES, lasts=True),
    # pgpool
    Kind("pgpool's main killed", NODES, lasts=False),
    Kind("pgpool's children killed", NODES, lasts=False, weight=1),
    Kind("pgpool's PCP killed", NODES, lasts=False, weight=1),
    Kind("pgpool killed", NODES, lasts=False),
    Kind("pgpool's main frozen", NODES, lasts=True),
    Kind("pgpool's children frozen", NODES, lasts=True),
    Kind("pgpool's PCP frozen", NODES, lasts=True, weight=1),
    # PostgreSQL
    Kind("PostgreSQL killed", NODES, lasts=True, weight=3),
    Kind("PostgreSQL frozen", NODES, lasts=True, unruly=True),  # a primary may go on where it was when it thaws
    Kind("PostgreSQL promoted", ("standby",), lasts=False, unruly=True),
    # the cluster
    Kind("corosync killed", NODES, lasts=True, unruly=True),
    Kind("pacemakerd killed", NODES, lasts=True, unruly=True, weight=1),
    Kind("a daemon of Pacemaker killed", NODES, lasts=False),
    # a person
    Kind("cleanup typed", NODES, lasts=False, weight=1),
    Kind("refresh typed", NODES, lasts=False, weight=1),
    Kind("move typed", ("other",), lasts=True),
    Kind("standby typed", NODES, lasts=True),
)}


@dataclass(frozen=True)
class Fault:
    """KIND on TARGET, from AT to UNTIL, in seconds since the beginning; without UNTIL it lasts until the repair, or is over at
    once. CHOICE is for the kind to use."""

    kind: str
    target: str
    at: float
    until: float | None
    choice: int

    def __str__(self):
        ending = "" if self.until is None else f", until {self.until:.1f} s"
        return f"{self.at:5.1f} s  {self.kind}: {self.target}{ending}"


@dataclass(frozen=True)
class Schedule:
    seed: int
    faults: tuple[Fault, ...]
    repaired: float  # seconds since the beginning

    def is_unruly(self) -> bool:
        return any(KINDS[fault.kind].unruly for fault in self.faults)

    def __str__(self):
        lines = [str(fault) for fault in self.faults]
        return "\n".join([*lines, f"{self.repaired:5.1f} s  everything is repaired"])


def schedule(seed: int, recipe: str, nodes: int) -> Schedule:
    """For a cluster of that many nodes: one fault in half of the rounds, else two or three; for a short time, or until a takeover
    can be over."""
    chance = random.Random(f"{recipe} {seed}")
    length = chance.choice((SHORT, LONG))
    kinds = list(KINDS.values())
    chosen = chance.choices(kinds, [kind.weight for kind in kinds], k=chance.choice((1, 1, 2, 3)))
    faults = [_fault(chance, kind, nodes, length) for kind in chosen]
    return Schedule(seed, tuple(sorted(faults, key=lambda fault: fault.at)), length)


def _fault(chance: random.Random, kind: Kind, nodes: int, length: float) -> Fault:
    at = round(chance.uniform(0, 10), 1)
    ends_early = kind.lasts and chance.random() < 0.4
    until = round(chance.uniform(at + 1, length), 1) if ends_early else None
    targets = [target for target in kind.targets if target not in NODES[nodes:]]
    return Fault(kind.name, chance.choice(targets), at, until, chance.randrange(1 << 16))
