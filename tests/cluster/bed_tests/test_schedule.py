import unittest

from bed.schedule import KINDS, schedule


class Schedule(unittest.TestCase):
    def test_a_seed_says_it_all(self):
        self.assertEqual(schedule(7, "promotable", 2), schedule(7, "promotable", 2))
        self.assertNotEqual(schedule(7, "promotable", 2), schedule(7, "group", 2))
        self.assertNotEqual(schedule(7, "promotable", 2).faults, schedule(8, "promotable", 2).faults)

    def test_every_kind_has_its_turn(self):
        played = {fault.kind for seed in range(500) for fault in schedule(seed, "promotable", 2).faults}
        self.assertEqual(played, set(KINDS))

    def test_two_nodes_have_no_third(self):
        two, three = ({fault.target for seed in range(200) for fault in schedule(seed, "promotable", nodes).faults}
                      for nodes in (2, 3))
        self.assertNotIn("third", two)
        self.assertIn("third", three)

    def test_faults_are_in_order_and_end_before_the_repair(self):
        for seed in range(200):
            plan = schedule(seed, "yield", 2)
            self.assertEqual([fault.at for fault in plan.faults], sorted(fault.at for fault in plan.faults))
            for fault in plan.faults:
                self.assertLess(fault.at, plan.repaired)
                self.assertIn(fault.target, KINDS[fault.kind].targets)
                self.assertTrue(fault.until is None or fault.at < fault.until <= plan.repaired)
                self.assertTrue(fault.until is None or KINDS[fault.kind].lasts)

    def test_it_says_what_nothing_rules_out(self):
        for seed in range(200):
            plan = schedule(seed, "group", 2)
            self.assertEqual(plan.is_unruly(), any(KINDS[fault.kind].unruly for fault in plan.faults))


if __name__ == "__main__":
    unittest.main()
