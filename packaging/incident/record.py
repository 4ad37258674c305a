"""What a play leaves: what was seen and done, as one value and as one file."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

SITES = ("a", "c")


def name_of(address: str) -> str:
    """Of a node of the lab; the third has only a vote."""
    return (*SITES, "d")[int(address.rpartition(".")[2]) - 1]


@dataclass(frozen=True)
class Cluster:
    """What decides where pgpool serves, in words."""

    name: str
    promoted: str  # its word for the pgpool that serves


CLUSTERS = {cluster.name: cluster for cluster in (Cluster("Pacemaker", "promoted"), Cluster("watchdog", "leader"))}


@dataclass(frozen=True)
class Sample:
    """One look at NODE. Of each thing: None, no answer; "", nothing."""

    at: float
    node: str
    online: str | None = None  # the sites that the cluster (Pacemaker, or the watchdog) here sees: a, c, ac
    active: str | None = None  # where it shows pgpool
    promoted: str | None = None  # where it shows it promoted
    blocked: str | None = None  # the resources that it shows as blocked, with commas
    score: str | None = None  # NODE's promotion score
    pgpool: str | None = None  # pgpool's main process here, as PID:START-TIME
    address: str | None = None  # "yes" if NODE has the clients' address
    postgresql: str | None = None  # the server here: writable, standby
    taken: str | None = None  # "yes" if it took a write within the last two seconds
    primary: str | None = None  # the node that pgpool here takes for the primary

    def answers(self) -> dict[str, str]:
        seen = {field: getattr(self, field) for field in FIELDS}
        return {field: value for field, value in seen.items() if value is not None}


FIELDS = tuple(field.name for field in dataclasses.fields(Sample) if field.name not in ("at", "node"))


@dataclass(frozen=True)
class Write:
    """One that was confirmed to WRITER, by PostgreSQL on SERVER."""

    at: float
    writer: str
    sequence: int
    server: str


@dataclass(frozen=True)
class Record:
    """All times are seconds since the cut. Samples are in the order in which they came, writes in the order of time."""

    name: str
    title: str
    cluster: str  # a name of CLUSTERS
    reconnect: float
    end: float
    samples: tuple[Sample, ...]
    writes: tuple[Write, ...]  # until the end
    kept: frozenset[tuple[str, int]]  # writer and sequence of those that are on c in the end

    def is_lost(self, write: Write) -> bool:
        return write.server == "a" and (write.writer, write.sequence) not in self.kept


def save(record: Record, path: Path):
    told = {**dataclasses.asdict(record), "kept": sorted(record.kept)}
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Record:
    told = json.loads(path.read_text(encoding="utf-8"))
    return Record(**told | {
        "samples": tuple(Sample(**each) for each in told["samples"]),
        "writes": tuple(Write(**each) for each in told["writes"]),
        "kept": frozenset((writer, sequence) for writer, sequence in told["kept"]),
    })
