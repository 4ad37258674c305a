"""A third place that votes: corosync-qnetd beside the gateway of a lab, and corosync-qdevice on each node."""

import re

from bed.lab import Lab
from bed.network import GATEWAY
from bed.node import Node

QUORUM = f"""\
quorum {{
    provider: corosync_votequorum
    device {{
        model: net
        votes: 1
        timeout: 4000
        sync_timeout: 6000
        net {{
            host: {GATEWAY}
            tls: off
            algorithm: ffsplit
        }}
    }}
}}
"""


def add(lab: Lab):
    """To a lab that runs."""
    lab.serve("mkdir --parents /run/corosync-qnetd && exec corosync-qnetd -f -s off")
    for node in lab.nodes:
        conf = node.root / "etc/corosync/corosync.conf"
        conf.write_text(re.sub(r"(?ms)^quorum \{.*?^\}\n", QUORUM, conf.read_text()))
    lab.nodes[0].must("corosync-cfgtool", "-R")
    for node in lab.nodes:
        node.begin("corosync-qdevice", "-f")


def votes_for(node: Node) -> bool:
    return bool(re.search(r"Flags:.*Quorate.*Qdevice", node.run("corosync-quorumtool", "-s") or ""))
