import unittest

from incident import watchdog

ANSWER = """3 3 YES 10.88.0.2:9999 Linux c 10.88.0.2

10.88.0.2:9999 Linux c 10.88.0.2 9999 9000 4 LEADER 0 MEMBER
10.88.0.1:9999 Linux a 10.88.0.1 9999 9000 {} 0 MEMBER
10.88.0.3:9999 Linux d 10.88.0.3 9999 9000 7 STANDBY 0 MEMBER
"""


class WhatTheWatchdogSays(unittest.TestCase):
    def test_of_both_sites(self):
        self.assertEqual(watchdog.view(ANSWER.format("7 STANDBY")), {"online": "ac", "promoted": "c", "blocked": ""})

    def test_of_a_lost_site(self):
        self.assertEqual(watchdog.view(ANSWER.format("8 LOST")), {"online": "c", "promoted": "c", "blocked": ""})
        self.assertEqual(watchdog.view(ANSWER.format("10 SHUTDOWN")), {"online": "c", "promoted": "c", "blocked": ""})

    def test_that_has_no_leader(self):
        answer = ANSWER.replace("4 LEADER", "7 STANDBY").format("7 STANDBY")
        self.assertEqual(watchdog.view(answer), {"online": "ac", "promoted": "", "blocked": ""})
