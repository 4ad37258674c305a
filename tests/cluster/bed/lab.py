"""A lab: nodes in namespaces and the network between them, in a directory of its own."""

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bed import cluster, databases, disk, servers
from bed.machine import SEARCH_PATH
from bed.namespaces import uninterrupted
from bed.network import Network
from bed.node import Node
from bed.progress import Failed, Steps, wait_until

NEEDED = ("corosync", "pacemakerd", "crm_mon", "pgpool", "initdb", "tini", "ip", "ping")


def marker(directory: Path) -> Path:
    """Names the nodes; no directory without it is removed."""
    return directory / ".pgpool-lab"


class Lab(Network):
    """Without an AGENT the nodes have what is installed."""

    def __init__(self, directory: Path, agent: Path | None, names: tuple[str, ...],
                 tell: Callable[[str], None] = lambda step: None):
        super().__init__(directory, names)
        self.directory = directory
        self._agent = agent
        self._transcript = directory / "up.log"
        self.steps = Steps(self._transcript, tell)

    def others(self, node: Node) -> list[Node]:
        """In the order of the nodes, from NODE on."""
        at = self.nodes.index(node)
        return [*self.nodes[at + 1:], *self.nodes[:at]]

    def up(self):
        """When it fails, nothing is left behind."""
        self._require_what_it_needs()
        with ExitStack() as undo:
            with uninterrupted():
                self._claim()
                undo.callback(self._undo)
            self._bring_up()
            undo.pop_all()

    def _require_what_it_needs(self):
        if len(self.nodes) < 2:
            raise Failed("a cluster has two nodes or more")
        if os.geteuid() != 0:
            raise Failed("must be run as root: it makes namespaces")
        for program in NEEDED:
            if not shutil.which(program, path=SEARCH_PATH):
                raise Failed(f"cannot find '{program}': run packaging/install-dependencies runtime lab")
        if self._agent and not (self._agent.is_file() and os.access(self._agent, os.X_OK)):
            raise Failed(f"cannot run the agent '{self._agent}'")

    def _claim(self):
        taken = f"there is a lab in '{self.directory}' already: end it with 'lab down'"
        if marker(self.directory).exists():
            raise Failed(taken)
        self.directory.mkdir(parents=True, exist_ok=True)
        if any(self.directory.iterdir()):
            raise Failed(f"cannot use '{self.directory}': it is not empty")
        try:
            with open(marker(self.directory), "x", encoding="utf-8") as out:
                print(*self.nodes, file=out)
        except FileExistsError as error:
            raise Failed(taken) from error

    def _undo(self):
        with uninterrupted():
            self.down()

    def _bring_up(self):
        primary, *standbys = self.nodes
        with self.steps.step("the network between the nodes"):
            self._lay(self._transcript)
        for node in self.nodes:
            with self.steps.step(f"node {node}: namespaces, network and disk"):
                self._create(node)
        for node in self.nodes:
            self._start_cluster(node)
        with self.steps.step(f"node {primary}: PostgreSQL, primary", primary.logs / "postgresql/postgresql.log"):
            servers.set_up_primary(primary)
        for node in standbys:
            self.make_standby(node, primary)
        with self.steps.step("all nodes online", primary.logs / "pacemaker/pacemaker.log"):
            wait_until(60, "all nodes are online", lambda: cluster.are_online(self.nodes, primary))

    def _create(self, node: Node):
        node.boot()
        disk.write(node, self.nodes, self._agent)
        disk.mount(node)
        self._plug_in(node)
        cluster.write_properties(node, self.nodes)

    def _start_cluster(self, node: Node):
        with self.steps.step(f"node {node}: Corosync and Pacemaker", node.logs / "corosync/corosync.log"):
            cluster.start(node)

    def down(self):
        """Nothing where there is none."""
        if not marker(self.directory).exists():
            return
        for node in self.nodes:
            node.namespaces.end()
        self._network.end()
        subprocess.run(["rm", "--recursive", "--one-file-system", "--", self.directory], check=True)

    def kill(self, node: Node):
        """All that runs in it ends at once, as a loss of power ends it."""
        if node.is_up():
            self._unplug(node)
        node.namespaces.end()

    def start(self, node: Node):
        """A killed one, with its disk and PostgreSQL as they were."""
        if node.is_up():
            raise Failed(f"node {node} is up")
        with self.steps.step(f"node {node}: namespaces, network and disk"):
            node.boot()
            disk.mount(node)
            self._plug_in(node)
        with self.steps.step(f"node {node}: PostgreSQL as it was", node.logs / "postgresql/postgresql.log"):
            servers.start(node)
        self._start_cluster(node)
        with self.steps.step(f"node {node}: online", node.logs / "pacemaker/pacemaker.log"):
            wait_until(60, f"{node} is online", lambda: cluster.are_online([node], node))

    def make_standby(self, node: Node, primary: Node):
        """Its PostgreSQL becomes a fresh standby of PRIMARY's."""
        with self.steps.step(f"node {node}: PostgreSQL, streaming from {primary}", node.logs / "postgresql/postgresql.log"):
            servers.set_up_standby(node, primary)
            wait_until(30, f"{node} streams from {primary}", lambda: databases.streams_from(node, primary))
