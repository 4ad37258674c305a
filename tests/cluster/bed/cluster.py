"""Corosync and Pacemaker of a node."""

from collections.abc import Sequence

from bed.node import Node
from bed.progress import Failed, wait_until

CIB = "/var/lib/pacemaker/cib/cib.xml"

COROSYNC_CONF = """\
totem {
    version: 2
    cluster_name: pgpool-lab
    transport: udpu
    crypto_cipher: none
    crypto_hash: none
    token: 2000
}
system {
    # the machine's scheduling and control groups are not the lab's
    sched_rr: no
    move_to_root_cgroup: no
}
logging {
    to_syslog: no
    to_logfile: yes
    logfile: /var/log/corosync/corosync.log
    timestamp: on
}
"""
TWO_NODES = """\
    two_node: 1
    wait_for_all: 0
"""


def corosync_conf(nodes: Sequence[Node]) -> str:
    quorum = f"quorum {{\n    provider: corosync_votequorum\n{TWO_NODES if len(nodes) == 2 else ''}}}\n"
    members = "".join(
        f"    node {{\n        name: {node}\n        nodeid: {node.number}\n        ring0_addr: {node.address}\n    }}\n"
        for node in nodes)
    return f"{COROSYNC_CONF}{quorum}nodelist {{\n{members}}}\n"


def properties(nodes: Sequence[Node]) -> dict[str, str]:
    """Two nodes go on without a quorum, three or more stop where they have none. All share one machine, and its load is no
    reason for each of them to take one step at a time."""
    return {"stonith-enabled": "false", "no-quorum-policy": "ignore" if len(nodes) == 2 else "stop", "dc-deadtime": "2s",
            "load-threshold": "3000%"}


def write_properties(node: Node, nodes: Sequence[Node]):
    """Before Pacemaker first reads them: with its own dc-deadtime it would wait 20 s for peers."""
    empty = node.run("cibadmin", "--empty")
    if empty is None:
        raise Failed(f"cannot make an empty CIB on {node}")
    (node.root / CIB.lstrip("/")).write_text(empty)
    for name, value in properties(nodes).items():
        node.must("env", f"CIB_file={CIB}", "crm_attribute", "--name", name, "--update", value)
    node.must("chown", "--recursive", "hacluster:haclient", CIB.rpartition("/")[0])


def start(node: Node):
    start_corosync(node)
    start_pacemaker(node)


def start_corosync(node: Node):
    node.begin("corosync", "-f")
    wait_until(30, f"Corosync on {node} answers", lambda: node.run("corosync-cfgtool", "-s") is not None)


def start_pacemaker(node: Node):
    node.begin("pacemakerd")


def are_online(nodes: Sequence[Node], witness: Node) -> bool:
    view = witness.cluster()
    return view is not None and view.online >= {node.name for node in nodes}
