"""What a person, or bad luck, does to one node. Each fails where it cannot be done."""

import signal
import subprocess

from bed import databases
from bed.machine import AGENT
from bed.node import Node
from bed.processes import send
from bed.progress import Failed, wait_until


def promote_postgresql(node: Node):
    if databases.ask(node, "select pg_promote()") != "t":
        raise Failed(f"PostgreSQL on {node} is not promoted")


def detach(node: Node, backend: int):
    if not databases.pcp(node, "pcp_detach_node", f"--node-id={backend}"):
        raise Failed(f"pgpool on {node} does not detach node {backend}")


def kill_cluster_daemons(node: Node):
    """Corosync and all of Pacemaker; what they have started lives on. Some of them end by themselves when another one is gone."""
    send(node.cluster_daemons(), signal.SIGKILL)
    wait_until(10, f"the cluster's daemons on {node} have ended", lambda: not node.cluster_daemons())


def explain(node: Node) -> str:
    return node.must(AGENT, "explain")


def monitor(node: Node, level: int, seconds: int) -> tuple[int, str]:
    """By hand, with that time limit: the exit code, and what is said."""
    done = subprocess.run(
        [*node.entry(), "env", "OCF_ROOT=/usr/lib/ocf", "OCF_RESOURCE_INSTANCE=pgpool", f"OCF_CHECK_LEVEL={level}",
         f"OCF_RESKEY_CRM_meta_timeout={1000 * seconds}", "OCF_RESKEY_CRM_meta_interval=10000", AGENT, "monitor"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout.strip()


def stop_cluster(node: Node):
    """What `pcs cluster stop --all` asks of each node: Pacemaker stops its resources, then itself."""
    if send(node.cluster_daemon("pacemakerd"), signal.SIGTERM) != 1:
        raise Failed(f"no pacemakerd runs on {node}")
