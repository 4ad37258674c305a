"""What is kept or shown of a lab when something is not as it should be, for a person to read."""

import re
import shutil
import sys
from pathlib import Path

from bed.lab import Lab
from bed.machine import AGENT
from bed.node import Node

LOGS = ("pacemaker/pacemaker.log", "corosync/corosync.log", "postgresql/pgpool.log", "postgresql/postgresql.log")
TELLING = re.compile(r"(notice|warning|error): .*(pgpool|companion|vip)")
STATES = {
    "cluster": ("crm_mon", "--one-shot", "--inactive", "--show-node-attributes", "--failcounts", "--operations"),
    "cib": ("cibadmin", "--query"),
    "explain": (AGENT, "explain"),
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


def show(lab: Lab):
    for node in lab.nodes:
        _show(node, "cluster", (node.run(*STATES["cluster"]) or "no answer").splitlines())
        logs = node.root / "var/log"
        said = _lines(logs / "pacemaker/pacemaker.log")
        _show(node, "what Pacemaker and the agent say", [line for line in said if TELLING.search(line)][-40:])
        for log in [logs / "postgresql/pgpool.log", logs / "postgresql/postgresql.log", *(logs / "applications").glob("*")]:
            _show(node, log.name, _lines(log)[-15:])


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines() if log.exists() else []


def _show(node: Node, what: str, lines: list[str]):
    print(f"\n=== {node}: {what}", *(line[:250] for line in lines), sep="\n", file=sys.stderr)
