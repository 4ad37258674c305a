"""What is kept of a round that failed, for a person to read."""

import shutil
from pathlib import Path

from bed.lab import Lab, Node

LOGS = ("pacemaker/pacemaker.log", "corosync/corosync.log", "postgresql/pgpool.log", "postgresql/postgresql.log")
STATES = {
    "cluster": ("crm_mon", "--one-shot", "--inactive", "--show-node-attributes", "--failcounts", "--operations"),
    "cib": ("cibadmin", "--query"),
    "explain": ("/usr/lib/ocf/resource.d/custom/pgpool", "explain"),
    "processes": ("ps", "-eo", "pid,ppid,stat,lstart,args"),
    "sockets": ("ss", "-lntxp"),
}


def keep(lab: Lab, directory: Path, story: str):
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "story").write_text(story + "\n")
    for node in lab.nodes:
        _keep_node(node, directory)


def _keep_node(node: Node, directory: Path):
    for name, command in STATES.items():
        (directory / f"{node}-{name}").write_text(node.run(*command) or "no answer\n")
    logs = [node.root / "var/log" / log for log in LOGS]
    for log in [*logs, *(node.root / "var/log/applications").glob("*")]:
        if log.exists():
            shutil.copy(log, directory / f"{node}-{log.name}")
