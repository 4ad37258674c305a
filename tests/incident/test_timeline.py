import unittest

import records
from incident.record import CLUSTERS, Record
from incident.timeline import Timeline


def told(record: Record) -> list[str]:
    """All lines of it but the first, which names the columns; without what ends a line of site a."""
    timeline = Timeline(CLUSTERS["Pacemaker"])
    lines = []
    for sample in record.samples:
        if sample.at >= 0 and not lines:
            lines += timeline.cut(0)
        lines += timeline.take(sample)
    return [line.rstrip(" |") for line in lines[1:]]


class Telling(unittest.TestCase):
    maxDiff = None

    def test_nothing_before_the_cut(self):
        self.assertEqual(Timeline(CLUSTERS["Pacemaker"]).take(records.sample(-1, "a", "ac a - - - 7:1 - writable yes a")), [])

    def test_with_the_init_script(self):
        self.assertEqual(told(records.init_script()), [
            "  before | Pacemaker sees both sites",
            "  before | Pacemaker has pgpool on a",
            "  before | pgpool runs",
            "  before | PostgreSQL is primary",
            "  before | TAKES WRITES",
            "  before | pgpool: the primary is a",
            "  before |                                      | Pacemaker sees both sites",
            "  before |                                      | Pacemaker has pgpool on a",
            "  before |                                      | no pgpool",
            "  before |                                      | PostgreSQL is a standby",
            "     0.0 | --- SITE A IS CUT OFF -----------------------------------------------------",
            "     5.0 |                                      | Pacemaker sees only site c",
            "     5.0 |                                      | Pacemaker has pgpool on c",
            "     5.0 |                                      | pgpool is started",
            "    11.0 |                                      | PostgreSQL is promoted",
            "    11.0 |                                      | TAKES WRITES",
            "    11.0 |                                      | pgpool knows no primary",
            "    11.0 | --- BOTH SERVERS TAKE WRITES ----------------------------------------------",
            "    20.5 |                                      | Pacemaker sees both sites",
            "    21.0 | Pacemaker has pgpool on a and c",
            "    21.0 | BLOCKED: pgpool and companion",
            "    21.0 |                                      | Pacemaker has pgpool on a and c",
            "    21.0 |                                      | BLOCKED: pgpool and companion",
        ])

    def test_with_the_agent(self):
        self.assertEqual(told(records.agent()), [
            "  before | Pacemaker sees both sites",
            "  before | Pacemaker has pgpool on a and c",
            "  before | Pacemaker: promoted on a",
            "  before | promotion score 1500",
            "  before | pgpool runs",
            "  before | has the clients' address",
            "  before | PostgreSQL is primary",
            "  before | TAKES WRITES",
            "  before | pgpool: the primary is a",
            "  before |                                      | Pacemaker sees both sites",
            "  before |                                      | Pacemaker has pgpool on a and c",
            "  before |                                      | Pacemaker: promoted on a",
            "  before |                                      | promotion score 1000",
            "  before |                                      | pgpool runs",
            "  before |                                      | PostgreSQL is a standby",
            "  before |                                      | pgpool: the primary is a",
            "     0.0 | --- SITE A IS CUT OFF -----------------------------------------------------",
            "     6.0 | Pacemaker sees only site a",
            "     6.0 | Pacemaker has pgpool on a",
            "     6.0 | Pacemaker: promoted nowhere",
            "     6.0 | promotion score -INFINITY",
            "     6.0 | has given up the clients' address",
            "     6.0 | takes no writes any more",
            "    11.0 |                                      | Pacemaker sees only site c",
            "    11.0 |                                      | Pacemaker has pgpool on c",
            "    11.0 |                                      | Pacemaker: promoted on c",
            "    11.0 |                                      | promotion score 2500",
            "    11.0 |                                      | has the clients' address",
            "    11.0 |                                      | PostgreSQL is promoted",
            "    11.0 |                                      | TAKES WRITES",
            "    11.0 |                                      | pgpool: the primary is c",
            "    22.0 |                                      | Pacemaker sees both sites",
            "    22.0 |                                      | Pacemaker has pgpool on a and c",
            "    22.5 | Pacemaker sees both sites",
            "    22.5 | Pacemaker has pgpool on a and c",
            "    22.5 | Pacemaker: promoted on c",
            "    22.5 | promotion score 2000",
            "    22.5 | pgpool: the primary is c",
        ])

    def test_of_the_end_of_two_primaries_and_of_a_restart(self):
        timeline = Timeline(CLUSTERS["Pacemaker"])
        timeline.take(records.sample(-1, "a", "ac a - - - 7:1 - writable yes a"))
        timeline.take(records.sample(-1, "c", "ac a - pgpool - 8:2 - writable yes c"))
        timeline.cut(0)
        self.assertEqual(
            timeline.take(records.sample(1, "c", "ac a - - - 9:3 - writable yes c")), [
                "     1.0 |                                      | nothing is blocked any more",
                "     1.0 |                                      | PGPOOL WAS RESTARTED",
                "     1.0 | --- BOTH SERVERS TAKE WRITES ----------------------------------------------"])
        self.assertEqual(
            timeline.take(records.sample(2, "c", "ac a - - - - - standby - ?")), [
                "     2.0 |                                      | pgpool is gone",
                "     2.0 |                                      | PostgreSQL is a standby",
                "     2.0 |                                      | takes no writes any more",
                "     2.0 | --- one server takes writes -----------------------------------------------"])
