import unittest

from bed.history import Write
from bed.written import Written

A, C = "10.88.0.1", "10.88.0.2"


def written(*seen: tuple[float, str, str], refusals=()) -> Written:
    """By the moment of the confirmation, the server and the writer."""
    return Written(tuple(Write(writer, number, at - 0.1, at, server, 1, 0)
                         for number, (at, server, writer) in enumerate(seen)), tuple(refusals))


class WrittenTest(unittest.TestCase):
    def test_a_server_took_what_it_confirmed_in_that_time(self):
        seen = written((10, A, "a-x"), (11, C, "c-x"), (12, A, "c-x"), (13, A, "a-x"))
        self.assertEqual([write.ended for write in seen.taken(A, since=10.5)], [12, 13])
        self.assertEqual([write.ended for write in seen.taken(A, since=10, until=12)], [10, 12])
        self.assertEqual(seen.taken(C, since=11.5), [])

    def test_writers_are_told_by_the_beginning_of_their_names(self):
        seen = written((10, A, "a-localhost"), (11, A, "c-localhost"), (12, A, "a-10.88.0.100"))
        self.assertEqual([write.ended for write in seen.of("a-").writes], [10, 12])

    def test_both_took_writes_in_a_second_of_the_clock(self):
        seen = written((10.1, A, "a-x"), (10.9, C, "c-x"), (11.1, C, "c-x"), (12.9, A, "a-x"), (13.0, C, "c-x"))
        self.assertEqual(seen.seconds_of_both(since=10), 1)
        self.assertEqual(seen.seconds_of_both(since=10.5), 0)

    def test_a_gap_is_between_two_confirmations(self):
        seen = written((10, A, "a-x"), (11, A, "a-x"), (15, C, "a-x"), (16, C, "a-x"))
        self.assertEqual(seen.longest_gap(since=10), 4)
        self.assertEqual(seen.longest_gap(since=15), 1)
        self.assertEqual(seen.longest_gap(since=16), 0)

    def test_refusals_count_from_their_moment_on(self):
        self.assertEqual(written(refusals=(10, 11, 12)).refused(since=11), 2)


if __name__ == "__main__":
    unittest.main()
