"""Pgpool-II's own watchdog, without Pacemaker: what pgpool.conf needs for it, and pgpool started by hand on each node."""

import functools
import re
from dataclasses import dataclass

from bed import crm, databases
from bed.lab import Lab
from bed.machine import PGPOOL
from bed.network import GATEWAY
from bed.node import Node
from bed.progress import wait_until
from bed.recipes import VIP, Application, Recipe
from incident.record import SITES, name_of

LOG = "/var/log/postgresql/pgpool.log"


@dataclass(frozen=True)
class Watchdog(Recipe):
    """PostgreSQL is on the first two nodes; a third one only has a vote."""

    def set_up(self, lab: Lab):
        super().set_up(lab)
        for number, node in enumerate(lab.nodes):
            node.must("sed", "--in-place", "/^backend_[a-z_]*2 /d", "/etc/pgpool2/pgpool.conf")
            node.must("bash", "-c", 'echo "$0" >/etc/pgpool2/pgpool_node_id', str(number))
            node.must("bash", "-c", 'echo "wd_priority = $0" >>/etc/pgpool2/pgpool.conf', str(len(lab.nodes) - number))
            # By root: the address is pgpool's to set.
            node.begin("bash", "-c", f"exec {PGPOOL} -n -D >>{LOG} 2>&1")
            if number == 0:
                # Which of them leads that come at once is left to chance. pgpool opens PCP when it knows its leader.
                wait_until(60, f"the watchdog on {node} leads", functools.partial(databases.pcp, node, "pcp_node_count"))

    def service(self, lab: Lab, view: crm.View) -> Node | None:
        holders = [node for node in lab.nodes if node.has_address(VIP)]
        return holders[0] if len(holders) == 1 else None


def recipe(name: str, nodes: tuple[str, ...], pgpool: dict[str, str]) -> Watchdog:
    """Fast: a node is lost after 5 s."""
    return Watchdog(
        name, failover={}, commands=(), applications=(Application("address", VIP, reads=False),),
        leader=("", None), address=VIP, isolates=True, nodes=nodes,
        pgpool={
            "use_watchdog": "on",
            "delegate_IP": VIP,
            "delegate_ip": VIP,  # the same, from pgpool 4.4 on
            "if_up_cmd": "/sbin/ip address add $_IP_$/24 dev eth0",
            "if_down_cmd": "/sbin/ip address del $_IP_$/24 dev eth0",
            "arping_cmd": "/usr/bin/arping -U $_IP_$ -w 1 -I eth0",
            "wd_ipc_socket_dir": "/run/postgresql",
            "wd_lifecheck_method": "heartbeat",
            "wd_interval": "2",
            "wd_heartbeat_keepalive": "1",
            "wd_heartbeat_deadtime": "5",
            "failover_command": 'test %d != %P || psql --host=%H --username=postgres --command="select pg_promote()"',
            **{name: value for number in range(len(nodes)) for name, value in _member(number).items()},
            **pgpool,
        })


def _member(number: int) -> dict[str, str]:
    address = f"10.88.0.{number + 1}"
    return {
        f"hostname{number}": address, f"wd_port{number}": "9000", f"pgpool_port{number}": "9999",
        f"heartbeat_hostname{number}": address, f"heartbeat_port{number}": "9694",
    }


# Of two neither has a majority alone: half of the votes must do, and who reaches no gateway gives up.
TWO = recipe("watchdog", ("a", "c"), {"enable_consensus_with_half_votes": "on", "trusted_servers": GATEWAY})
THREE = recipe("watchdog-three", ("a", "c", "d"), {})


def view(answer: str) -> dict[str, str]:
    """What `pcp_watchdog_info` says, in lines of: name (with spaces), address, port of pgpool, port of the watchdog, number of
    the state, state, …"""
    states = {}
    for line in answer.splitlines():
        if member := re.search(r" (\d+\.\d+\.\d+\.\d+) \d+ \d+ \d+ (\w+) ", line):
            states[name_of(member[1])] = member[2]
    sites = {site: states.get(site) for site in SITES}
    return {
        "online": "".join(site for site, state in sites.items() if state in ("LEADER", "STANDBY")),
        "promoted": "".join(site for site, state in sites.items() if state == "LEADER"),
        "blocked": "",
    }
