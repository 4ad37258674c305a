import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import records
from incident import record, summary, verdict
from incident.figures import Figures, reckon
from incident.record import Write

INIT_SCRIPT = Figures(takeover=10.2, both=2, lost=4, lost_after_takeover=3, healthy=None, blocked="yes", survivor="ac",
                      restarted=False, primary="")
AGENT = Figures(takeover=10.2, both=0, lost=1, lost_after_takeover=0, healthy=2.5, blocked="no", survivor="c", restarted=False,
                primary="c")


class WhatARecordSays(unittest.TestCase):
    def test_with_the_init_script(self):
        self.assertEqual(reckon(records.init_script()), INIT_SCRIPT)

    def test_with_the_agent(self):
        self.assertEqual(reckon(records.agent()), AGENT)

    def test_what_was_blocked_only_for_a_time_is_told(self):
        seen = records.agent()
        for_a_time = records.sample(20.5, "a", "ac ac c pgpool 2000 7:1 - writable - c")
        seen = replace(seen, samples=(*seen.samples[:4], for_a_time, *seen.samples[4:]))
        self.assertEqual(reckon(seen).blocked, "was")

    def test_where_pacemaker_never_answered_nobody_knows_that_nothing_is_blocked(self):
        seen = records.agent()
        samples = tuple(replace(each, blocked=None) for each in seen.samples)
        self.assertEqual(reckon(replace(seen, samples=samples)).blocked, "yes")

    def test_another_main_process_is_a_restart(self):
        seen = records.agent()
        samples = (*seen.samples, records.sample(25, "c", "ac ac c - 2500 9:3 yes writable yes c"))
        self.assertEqual(reckon(replace(seen, samples=samples)), replace(AGENT, restarted=True))

    def test_health_that_does_not_last_is_none(self):
        seen = records.agent()
        samples = (*seen.samples, records.sample(29, "c", "c c c - 2500 8:2 yes writable yes c"))
        self.assertIsNone(reckon(replace(seen, samples=samples)).healthy)

    def test_no_takeover(self):
        seen = records.agent()
        writes = tuple(Write(each.at, each.writer, each.sequence, "a") for each in seen.writes)
        self.assertEqual(reckon(replace(seen, writes=writes)), replace(AGENT, takeover=None, survivor="a"))

    def test_a_record_is_read_as_it_was_saved(self):
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "record"
            record.save(records.init_script(), path)
            self.assertEqual(record.load(path), records.init_script())


class WhatWasPromised(unittest.TestCase):
    def test_both_plays_keep_it(self):
        self.assertEqual(verdict.broken_promises("init script", INIT_SCRIPT), [])
        self.assertEqual(verdict.broken_promises("agent", AGENT), [])

    def test_each_promise_of_the_agent_can_be_broken(self):
        for wrong in ({"both": 1}, {"lost_after_takeover": 1}, {"blocked": "was"}, {"healthy": None}, {"survivor": "ac"},
                      {"restarted": True}, {"primary": ""}):
            with self.subTest(wrong):
                self.assertEqual(len(verdict.broken_promises("agent", replace(AGENT, **wrong))), 1)

    def test_an_init_script_that_shows_no_incident_proves_nothing(self):
        self.assertEqual(verdict.broken_promises("init script", AGENT), [
            "with the init script both servers take writes", "with the init script the resource stays blocked"])


class SideBySide(unittest.TestCase):
    RUNS = [("init script", INIT_SCRIPT), ("agent", AGENT)]

    def test_as_text(self):
        self.assertEqual(summary.as_text(self.RUNS).splitlines(), [
            "                                                   init script           agent",
            "------------------------------------------------------------------------------",
            "seconds until service on the other side                   10.2            10.2",
            "seconds in which both servers took writes                    2               0",
            "confirmed writes that are not on c: lost                     4               1",
            "  of these, after c had taken over                           3               0",
            "seconds from the reconnect to a healthy status  never: blocked             2.5",
            "takes writes in the end                                a and c               c",
            "pgpool on c was restarted                                   no              no",
            "the primary, as pgpool on c has it in the end     none (wrong)       c (right)",
        ])

    def test_as_rows_of_a_table(self):
        rows = summary.as_html(self.RUNS).splitlines()
        self.assertEqual(rows[0], "<tr><th></th><th>init script</th><th>agent</th></tr>")
        self.assertEqual(rows[4], '<tr><th class="part">of these, after c had taken over</th><td>3</td><td>0</td></tr>')
        self.assertEqual(len(rows), 9)
