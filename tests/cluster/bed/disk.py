"""What a node has on its own disk, and what of the machine it does not see."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from bed import cluster, pgpool
from bed.machine import CLUSTER, POSTGRESQL_VERSION
from bed.node import Node

AGENTS = "usr/lib/ocf/resource.d"
# What a node does not share with the machine.
PRIVATE = ("etc/corosync", "etc/init.d", "etc/pgpool2", AGENTS,
           "var/lib/corosync", "var/lib/pacemaker", "var/lib/postgresql", "var/log")
SIZE_OF_RUN = "16m"  # of memory, as on any system; so small that it can be filled


def write(node: Node, nodes: Sequence[Node], agent: Path | None):
    """Once: a node that is started again finds its disk as it left it."""
    _make_directories(node.root)
    (node.root / "etc/hosts").write_text(hosts(nodes))
    shutil.copytree(CLUSTER / "node/init.d", node.root / "etc/init.d", dirs_exist_ok=True)
    shutil.copytree(Path("/", AGENTS), node.root / AGENTS, symlinks=True, dirs_exist_ok=True)
    if agent:
        (node.root / AGENTS / "custom").mkdir(exist_ok=True)
        copy = Path(shutil.copy(agent, node.root / AGENTS / "custom/pgpool"))
        copy.chmod(0o755)
    (node.root / "etc/corosync/corosync.conf").write_text(cluster.corosync_conf(nodes))
    pgpool.write(node.root / "etc/pgpool2", nodes)


def hosts(nodes: Sequence[Node]) -> str:
    return "".join(f"{address} {name}\n" for address, name in (
        ("127.0.0.1", "localhost"), *((node.address, node.name) for node in nodes)))


def _make_directories(root: Path):
    for user, group, mode, names in (
        ("root", "root", 0o755, (*PRIVATE, "var/log/corosync", "var/log/crmsh")),
        ("hacluster", "haclient", 0o750, ("var/log/pacemaker", *(
            f"var/lib/pacemaker/{name}" for name in ("blackbox", "cib", "cores", "pengine")))),
        ("postgres", "postgres", 0o755, ("var/lib/postgresql", f"var/lib/postgresql/{POSTGRESQL_VERSION}")),
        ("root", "postgres", 0o1775, ("var/log/postgresql",)),
    ):
        for name in names:
            (root / name).mkdir(parents=True, exist_ok=True)
            shutil.chown(root / name, user, group)
            (root / name).chmod(mode)


def mount(node: Node):
    for path in ("etc/hosts", *PRIVATE):
        node.must("mount", "--bind", str(node.root / path), f"/{path}")
    node.must("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/dev/shm")
    node.must("hostname", node.name)
    # last: it may hide the directory of the lab
    node.must("mount", "-t", "tmpfs", "-o", f"mode=0755,size={SIZE_OF_RUN}", "tmpfs", "/run")
    for user, group, mode, name in (("root", "root", "1755", "resource-agents"), ("root", "root", "1777", "lock"),
                                    ("hacluster", "haclient", "0750", "crm"), ("postgres", "postgres", "2775", "postgresql")):
        node.must("install", "--directory", f"--owner={user}", f"--group={group}", f"--mode={mode}", f"/run/{name}")
