"""What applications wrote, and which server took it: figures about times. Pure.

A write counts from the moment in which its confirmation came. Times are epochs.
"""

import math
from dataclasses import dataclass

from bed.history import Record, Write


@dataclass(frozen=True)
class Written:
    writes: tuple[Write, ...]  # in the order in which they were confirmed
    refusals: tuple[float, ...]  # when

    def taken(self, server: str, since: float, until: float = math.inf) -> list[Write]:
        """Those that the server with that address took."""
        return [write for write in self.writes if write.server == server and since <= write.ended <= until]

    def of(self, beginning: str) -> "Written":
        """Those of the writers whose names begin so."""
        return Written(tuple(write for write in self.writes if write.writer.startswith(beginning)), ())

    def refused(self, since: float) -> int:
        return sum(at >= since for at in self.refusals)

    def seconds_of_both(self, since: float) -> int:
        """In how many seconds of the clock more than one server took writes."""
        servers = {}
        for write in self.writes:
            if write.ended >= since:
                servers.setdefault(int(write.ended), set()).add(write.server)
        return sum(len(took) > 1 for took in servers.values())

    def longest_gap(self, since: float) -> float:
        """The longest time without a confirmation between two."""
        ends = [write.ended for write in self.writes if write.ended >= since]
        return max((later - earlier for earlier, later in zip(ends, ends[1:])), default=0.0)


def written(record: Record) -> Written:
    return Written(tuple(sorted(record.writes, key=lambda write: write.ended)), tuple(sorted(record.refusals)))
