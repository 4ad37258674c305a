"""A node: its namespaces, its disk, and commands in it."""

import os
import subprocess
from pathlib import Path

from bed import crm, processes
from bed.machine import PGPOOL, SEARCH_PATH
from bed.namespaces import Namespaces, NotUp
from bed.processes import Process
from bed.progress import Failed, wait_until

LAN = "10.88.0"


class Node:
    def __init__(self, name: str, number: int, directory: Path):
        self.name = name
        self.number = number
        self.address = f"{LAN}.{number}"
        self.root = directory / name / "root"
        self.logs = self.root / "var/log"
        self.transcript = directory / "up.log"  # what programs without a log of their own print
        self.namespaces = Namespaces(directory / name, f"node {name}")

    def __str__(self):
        return self.name

    def is_up(self) -> bool:
        return self.namespaces.is_up()

    def boot(self):
        self.namespaces.keep(self.transcript, "--uts", "--ipc", "--mount", "--mount-proc")
        wait_until(10, f"{self} has its own /proc", lambda: self.run("pgrep", "--exact", "tini") is not None)

    def entry(self) -> list[str]:
        """What runs a command in the node, before that command."""
        return ["nsenter", "--target", str(self.namespaces.init()), "--all", "--", "env", "-i", f"PATH={SEARCH_PATH}",
                "HOME=/root", "LANG=C.UTF-8", f"TERM={os.environ.get('TERM', 'dumb')}"]

    def run(self, *command: str, seconds: float = 20) -> str | None:
        """What it prints; None if it fails, or does not end in that time, or the node is not up."""
        try:
            done = subprocess.run([*self.entry(), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, timeout=seconds, text=True, errors="replace")
        except (NotUp, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None

    def must(self, *command: str, seconds: float = 120) -> str:
        try:
            done = subprocess.run([*self.entry(), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=seconds, text=True, errors="replace")
        except subprocess.TimeoutExpired as late:
            raise Failed(f"cannot run '{' '.join(command)}' on {self}: no end after {seconds} s") from late
        if done.returncode != 0:
            raise Failed(f"cannot run '{' '.join(command)}' on {self}: {done.stdout.strip()}")
        return done.stdout

    def begin(self, *command: str):
        """Goes on by itself, until it ends or the node does. No nsenter stays outside: it stops itself when what it has
        started is stopped, and a node cannot end before it."""
        with open(self.transcript, "a", encoding="utf-8") as out:
            subprocess.run([*self.entry(), "setsid", "--fork", "env", "--default-signal", *command],
                           stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=20)

    def cluster(self) -> crm.View | None:
        """As Pacemaker on this node sees it; None where it does not answer."""
        seen = self.run("crm_mon", "--one-shot", "--inactive", "--output-as=xml", "--show-node-attributes", "--failcounts")
        try:
            return crm.parse(seen) if seen else None
        except crm.Unreadable:
            return None

    def has_address(self, address: str) -> bool:
        return f" {address}/" in (self.run("ip", "-oneline", "address", "show", "dev", "eth0") or "")

    # --- processes

    def processes(self) -> list[Process]:
        try:
            return processes.beside(self.namespaces.init())
        except NotUp:
            return []

    def pgpool(self) -> list[Process]:
        return [process for process in self.processes() if process.program == PGPOOL]

    def pgpool_main(self) -> list[Process]:
        """One, or none; more only if something is wrong."""
        family = {process.pid for process in self.pgpool()}
        return [process for process in self.pgpool()
                if process.parent not in family and process.title.startswith(PGPOOL)]

    def pgpool_orphans(self) -> list[Process]:
        family = {process.pid for process in self.pgpool()}
        return [process for process in self.pgpool()
                if process.parent not in family and not process.title.startswith(PGPOOL)]

    def postgresql(self) -> list[Process]:
        return [process for process in self.processes() if process.name == "postgres"]

    def changing_actions(self) -> list[Process]:
        """Resource agents that Pacemaker has called to change something: any action that does not only look."""
        executor = {process.pid for process in self.cluster_daemon("pacemaker-execd")}
        return [process for process in self.processes()
                if process.parent in executor and not process.title.endswith((" monitor", " meta-data"))]

    def cluster_daemons(self) -> list[Process]:
        return [process for process in self.processes()
                if process.name in ("corosync", "pacemakerd") or process.name.startswith("pacemaker-")]

    def cluster_daemon(self, name: str) -> list[Process]:
        """The kernel knows the first 15 characters of a name."""
        return [process for process in self.cluster_daemons() if process.name == name[:15]]
