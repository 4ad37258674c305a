import unittest
from pathlib import Path

from bed import cluster, disk, pgpool
from bed.node import Node


def nodes(*names):
    return [Node(name, number, Path("/lab")) for number, name in enumerate(names, 1)]


class Corosync(unittest.TestCase):
    def test_each_node_is_named_with_its_address(self):
        text = cluster.corosync_conf(nodes("a", "c", "d"))
        self.assertTrue(text.endswith("""\
nodelist {
    node {
        name: a
        nodeid: 1
        ring0_addr: 10.88.0.1
    }
    node {
        name: c
        nodeid: 2
        ring0_addr: 10.88.0.2
    }
    node {
        name: d
        nodeid: 3
        ring0_addr: 10.88.0.3
    }
}
"""))
        self.assertEqual(text.count("{"), text.count("}"))

    def test_two_nodes_need_no_majority(self):
        self.assertIn("""
quorum {
    provider: corosync_votequorum
    two_node: 1
    wait_for_all: 0
}
""", cluster.corosync_conf(nodes("a", "c")))
        self.assertEqual(cluster.properties(nodes("a", "c"))["no-quorum-policy"], "ignore")

    def test_three_nodes_stop_without_a_majority(self):
        self.assertIn("quorum {\n    provider: corosync_votequorum\n}\n", cluster.corosync_conf(nodes("a", "c", "d")))
        self.assertEqual(cluster.properties(nodes("a", "c", "d"))["no-quorum-policy"], "stop")


class Pgpool(unittest.TestCase):
    def test_each_node_is_a_backend_in_the_order_of_the_nodes(self):
        settings = dict(line.split(" = ") for line in pgpool.pgpool_conf(nodes("a", "c", "d")).splitlines() if line)
        for number, (name, address) in enumerate((("a", "10.88.0.1"), ("c", "10.88.0.2"), ("d", "10.88.0.3"))):
            self.assertEqual(settings[f"backend_hostname{number}"], f"'{address}'")
            self.assertEqual(settings[f"backend_application_name{number}"], f"'{name}'")
        self.assertNotIn("backend_hostname3", settings)

    def test_failover_is_left_to_the_health_check(self):
        lines = pgpool.pgpool_conf(nodes("a", "c")).splitlines()
        self.assertIn("failover_on_backend_error = off", lines)
        self.assertIn("health_check_period = 2", lines)


class Disk(unittest.TestCase):
    def test_nodes_know_each_other_by_name(self):
        self.assertEqual(disk.hosts(nodes("a", "c")), "127.0.0.1 localhost\n10.88.0.1 a\n10.88.0.2 c\n")
