import json
import unittest

from bed import history
from bed.history import Promise, Read, Record, Server, Write

A, C = "10.88.0.1", "10.88.0.2"
NEVER = Promise()


def write(sequence, at, server=A, timeline=1, lsn=None, writer="a"):
    return Write(writer, sequence, at, at + 0.1, server, timeline, sequence * 100_000 if lsn is None else lsn)


def read(at, seen, server=A, standby=False, writer="a"):
    return Read(writer, at, at + 0.1, server, standby, seen)


def server(*writes, address=A, timeline=1, branched=None):
    return Server(address, timeline, branched or {}, frozenset((each.writer, each.sequence) for each in writes))


def kinds(record, survivor, promise=NEVER):
    return [finding.kind for finding in history.judge(record, survivor, promise)]


class OneHistory(unittest.TestCase):
    def test_all_is_there(self):
        writes = [write(1, 10), write(2, 11)]
        self.assertEqual(kinds(Record(writes, [read(12, 2)]), server(*writes)), [])

    def test_a_confirmed_write_is_missing(self):
        writes = [write(1, 10), write(2, 11)]
        self.assertEqual(kinds(Record(writes), server(writes[0])), ["lost"])

    def test_an_answer_without_what_was_confirmed_before(self):
        writes = [write(1, 10), write(2, 11)]
        self.assertEqual(kinds(Record(writes, [read(12, 1)]), server(*writes)), ["stale reads"])

    def test_what_was_not_yet_confirmed_need_not_be_seen(self):
        writes = [write(1, 10), write(2, 11)]
        self.assertEqual(kinds(Record(writes, [read(11.05, 1)]), server(*writes)), [])

    def test_a_standby_may_be_late(self):
        writes = [write(1, 10), write(2, 11)]
        self.assertEqual(kinds(Record(writes, [read(12, 1, C, standby=True)]), server(*writes)), [])

    def test_another_writers_rows_say_nothing(self):
        writes = [write(1, 10), write(2, 11, writer="c")]
        self.assertEqual(kinds(Record(writes, [read(12, 1)]), server(*writes)), [])


class Takeover(unittest.TestCase):
    """a took writes on timeline 1, which ended at 250,000 on c, which goes on with timeline 2."""

    before = [write(1, 10), write(2, 11)]
    not_replicated = write(3, 12)
    after = [write(4, 20, C, 2), write(5, 21, C, 2)]

    def survivor(self, *writes):
        return server(*writes, address=C, timeline=2, branched={1: 250_000})

    def test_what_was_not_replicated_is_given_up(self):
        record = Record([*self.before, self.not_replicated, *self.after])
        survivor = self.survivor(*self.before, *self.after)
        self.assertEqual(kinds(record, survivor), [])
        self.assertEqual(history.figures(record, survivor).given_up, 1)

    def test_what_was_replicated_is_not(self):
        self.assertEqual(kinds(Record([*self.before, *self.after]), self.survivor(self.before[0], *self.after)), ["lost"])

    def test_at_the_branch_itself_nobody_can_tell(self):
        edge = write(3, 12, lsn=250_000 - history.DOUBT + 1)
        self.assertIsNone(history.belongs(edge, self.survivor()))
        self.assertEqual(kinds(Record([edge]), self.survivor()), [])

    def test_the_newer_history_is_missing_a_write(self):
        self.assertEqual(kinds(Record([*self.before, *self.after]), self.survivor(*self.before, self.after[0])), ["lost"])

    def test_the_older_history_survives(self):
        record = Record([*self.before, *self.after])
        self.assertIn("older history survived", kinds(record, server(*self.before)))

    def test_the_older_history_goes_on(self):
        late = write(6, 22)
        record = Record([*self.before, *self.after, late])
        survivor = self.survivor(*self.before, *self.after)
        self.assertEqual(kinds(record, survivor), ["two histories"])
        self.assertEqual(history.overtaken(record, survivor), [late])

    def test_it_may_as_long_as_the_configuration_does_not_rule_it_out(self):
        record = Record([*self.before, *self.after, write(6, 22), write(7, 23)])
        survivor = self.survivor(*self.before, *self.after)
        self.assertEqual(kinds(record, survivor, Promise(two_histories_until=24)), [])
        self.assertEqual(kinds(record, survivor, Promise(two_histories_until=22.5)), ["two histories"])

    def test_a_write_under_way_at_the_takeover_is_no_second_history(self):
        under_way = Write("a", 3, 19.9, 20.3, A, 1, 300_000)
        record = Record([*self.before, under_way, *self.after])
        self.assertEqual(kinds(record, self.survivor(*self.before, *self.after)), [])

    def test_the_overtaken_server_answers(self):
        record = Record([*self.before, *self.after], [read(22, 2)])
        survivor = self.survivor(*self.before, *self.after)
        self.assertEqual(kinds(record, survivor), ["stale reads"])
        self.assertEqual(kinds(record, survivor, Promise(two_histories_until=24)), [])


class PromotedBesideTheService(unittest.TestCase):
    """While a serves on timeline 1, an application on c writes to a server that was promoted beside it."""

    service = [write(1, 10), write(2, 20), write(3, 30)]
    beside = [write(1, 15, C, 2, writer="c"), write(2, 25, C, 2, writer="c")]

    def kinds(self, **promise):
        return kinds(Record([*self.service, *self.beside]), server(*self.service), Promise(**promise))

    def test_a_bystander_may_be_given_up_for_as_long_as_two_histories_may_be(self):
        bystanders = frozenset("c")
        self.assertEqual(self.kinds(two_histories_until=26, bystanders=bystanders), [])
        self.assertEqual(self.kinds(two_histories_until=20, bystanders=bystanders),
                         ["older history survived", "two histories"])
        self.assertEqual(self.kinds(bystanders=bystanders), ["older history survived", "two histories"])

    def test_those_who_use_the_service_may_not(self):
        self.assertEqual(self.kinds(two_histories_until=26), ["older history survived"])


class OneTimelineOfTwoServers(unittest.TestCase):
    def test_nobody_can_tell_whose_it_is(self):
        self.assertIsNone(history.belongs(write(1, 10, C, 2), server(timeline=2)))


class FromText(unittest.TestCase):
    def test_lines_of_a_writer(self):
        common = {"writer": "a", "sequence": 7, "began": 10.0, "ended": 10.1}
        lines = [
            json.dumps({**common, "kind": "read", "server": C, "standby": True, "seen": 6}),
            json.dumps({**common, "kind": "write", "server": A, "timeline": 3, "lsn": "1/00000010"}),
            json.dumps({**common, "kind": "write", "refused": "no answer in time"}),
            '{"kind": "wri',
        ]
        record = history.read_record(lines)
        self.assertEqual(record.writes, [Write("a", 7, 10.0, 10.1, A, 3, (1 << 32) + 16)])
        self.assertEqual(record.reads, [Read("a", 10.0, 10.1, C, True, 6)])
        self.assertEqual(record.between(10.05, 11).writes, [])

    def test_a_history_file(self):
        text = "1\t0/3000060\tno recovery target specified\n\n2\t1/10\tno recovery target specified\n"
        self.assertEqual(history.branches(text), {1: 0x3000060, 2: (1 << 32) + 16})


class InFigures(unittest.TestCase):
    def test_by_server_and_timeline(self):
        writes = [write(1, 10), write(2, 11), write(3, 30, C, 2)]
        seen = history.figures(Record(writes), server(writes[0], writes[2], address=C, timeline=2))
        self.assertEqual(seen.confirmed, {(A, 1): 2, (C, 2): 1})
        self.assertEqual(seen.given_up, 1)
        self.assertAlmostEqual(seen.longest_gap, 19)


if __name__ == "__main__":
    unittest.main()
