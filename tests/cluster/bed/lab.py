"""A lab: nodes in namespaces and the network between them. Builds up and tears down by the command `lab`; what it says of
its directory holds here too. Processes of a node are seen from outside, by the pids that they have here.
"""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bed import crm

CLUSTER = Path(__file__).resolve().parent.parent
ROOT = CLUSTER.parent.parent
PGPOOL = "/usr/sbin/pgpool"
GATEWAY = "10.88.0.254"
SEARCH_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

# A bucket that holds no packet: on an interface, nothing leaves it.
NOTHING = ("tbf", "rate", "8bit", "burst", "1", "limit", "1")
# A link too narrow for what it carries: it delays packets by up to a second, and loses those that would wait longer.
TOO_NARROW = ("tbf", "rate", "60kbit", "burst", "2kb", "latency", "1s")


class NotUp(Exception):
    pass


class Failed(Exception):
    """A command of the bed itself did not do what it is for."""


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    program: str  # its executable, or nothing for one that is not to be seen
    name: str
    title: str


class Namespaces:
    """What lives as long as its keeper, see lab-nodes.sh."""

    def __init__(self, directory: Path):
        self._keeper = directory / "keeper"

    def init(self) -> int:
        """The pid of PID 1 in there."""
        try:
            keeper = self._keeper.read_text().split()[0]
            children = Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()
        except (OSError, IndexError):
            children = []
        if not children:
            raise NotUp(f"'{self._keeper.parent.name}' is not up")
        return int(children[0])

    def is_up(self) -> bool:
        try:
            self.init()
        except NotUp:
            return False
        return True


class Node:
    def __init__(self, name: str, number: int, directory: Path):
        self.name = name
        self.address = f"10.88.0.{number}"
        self.root = directory / name / "root"
        self.namespaces = Namespaces(directory / name)

    def __str__(self):
        return self.name

    def is_up(self) -> bool:
        return self.namespaces.is_up()

    def entry(self) -> list[str]:
        """What runs a command in the node, before that command."""
        return ["nsenter", "--target", str(self.namespaces.init()), "--all", "--",
                "env", "-i", f"PATH={SEARCH_PATH}", "HOME=/root", "LANG=C.UTF-8"]

    def run(self, *command: str, seconds: float = 20) -> str | None:
        """What it prints; None if it fails, or does not end in that time, or the node is not up."""
        try:
            done = subprocess.run([*self.entry(), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, timeout=seconds, text=True, errors="replace")
        except (NotUp, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None

    def must(self, *command: str, seconds: float = 120) -> str:
        done = subprocess.run([*self.entry(), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=seconds, text=True, errors="replace")
        if done.returncode != 0:
            raise Failed(f"cannot run '{' '.join(command)}' on {self}: {done.stdout.strip()}")
        return done.stdout

    def begin(self, *command: str):
        """Goes on by itself, until it ends or the node does. No nsenter stays outside: it stops itself when what it has
        started is stopped, and a node cannot end before it."""
        self.run("setsid", "--fork", "bash", "-c", 'exec "$@" </dev/null >/dev/null 2>&1', "begin", *command)

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
            namespace = os.readlink(f"/proc/{self.namespaces.init()}/ns/pid")
        except (NotUp, OSError):
            return []
        return [seen for pid in os.listdir("/proc") if pid.isdigit() for seen in _process(int(pid), namespace)]

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

    def cluster_daemons(self) -> list[Process]:
        return [process for process in self.processes()
                if process.name in ("corosync", "pacemakerd") or process.name.startswith("pacemaker-")]


def _process(pid: int, namespace: str):
    try:
        if os.readlink(f"/proc/{pid}/ns/pid") != namespace:
            return
        status = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        name, rest = status[status.index("(") + 1:status.rindex(")")], status[status.rindex(")") + 2:].split()
        title = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        if rest[0] != "Z":
            yield Process(pid, int(rest[1]), os.readlink(f"/proc/{pid}/exe"), name, title)
    except (OSError, ValueError):
        return


def send(processes: list[Process], number: signal.Signals) -> int:
    """How many of them it reached."""
    reached = 0
    for process in processes:
        try:
            os.kill(process.pid, number)
            reached += 1
        except ProcessLookupError:
            pass
    return reached


class Lab:
    def __init__(self, directory: Path, agent: Path, names: tuple[str, ...]):
        self.directory = directory
        self._environment = {**os.environ, "LAB_DIR": str(directory), "LAB_AGENT": str(agent)}
        self.nodes = tuple(Node(name, number, directory) for number, name in enumerate(names, 1))
        self._network = Namespaces(directory / "network")

    def others(self, node: Node) -> list[Node]:
        """In the order of the nodes, from NODE on."""
        at = self.nodes.index(node)
        return [*self.nodes[at + 1:], *self.nodes[:at]]

    def up(self):
        self.directory.mkdir(parents=True)
        self._do("up", *(node.name for node in self.nodes))

    def down(self):
        self._do("down")

    def kill(self, node: Node):
        self._do("kill", node.name)

    def start(self, node: Node):
        self._do("start", node.name)

    def make_standby(self, node: Node, primary: Node):
        """Its PostgreSQL becomes a fresh standby of PRIMARY's."""
        self._do("standby", node.name, primary.name)

    def _do(self, *verb: str):
        done = subprocess.run([CLUSTER / "lab", *verb], env=self._environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, text=True, errors="replace")
        if done.returncode != 0:
            raise Failed(f"lab {' '.join(verb)}: {done.stdout.strip()}")

    # --- the network. Each fault can be told twice, and its end where it never began.

    def cut(self, node: Node):
        """Neither sends nor receives; its own interface stays up."""
        self._on_network("ip", "link", "set", "dev", node.name, "down")

    def mute(self, node: Node):
        """What it sends is lost; what is sent to it arrives."""
        node.must("tc", "qdisc", "replace", "dev", "eth0", "root", *NOTHING)

    def deafen(self, node: Node):
        """What is sent to it is lost; what it sends arrives."""
        self._on_network("tc", "qdisc", "replace", "dev", node.name, "root", *NOTHING)

    def narrow(self, node: Node):
        """Packets to it are delayed, and lost."""
        self._on_network("tc", "qdisc", "replace", "dev", node.name, "root", *TOO_NARROW)

    def part(self):
        """No node reaches another one, each reaches the gateway."""
        self._isolate_ports("on")

    def lose_gateway(self):
        self._on_network("ip", "address", "flush", "dev", "lan")

    def connect(self, node: Node):
        """The end of cut, mute, deafen and narrow."""
        if not node.is_up():
            return
        self._on_network("ip", "link", "set", "dev", node.name, "up")
        self._on_network("tc", "qdisc", "replace", "dev", node.name, "root", "noqueue")
        node.must("tc", "qdisc", "replace", "dev", "eth0", "root", "noqueue")

    def join(self):
        self._isolate_ports("off")

    def restore_gateway(self):
        self._on_network("ip", "address", "replace", f"{GATEWAY}/24", "dev", "lan")

    def _isolate_ports(self, state: str):
        for node in self.nodes:
            if node.is_up():
                self._on_network("ip", "link", "set", "dev", node.name, "type", "bridge_slave", "isolated", state)

    def _on_network(self, *command: str):
        done = subprocess.run(["nsenter", "--target", str(self._network.init()), "--net", "--", *command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise Failed(f"cannot run '{' '.join(command)}' on the network: {done.stdout.strip()}")
