"""The network between the nodes of a lab, and what befalls it."""

import subprocess
from pathlib import Path

from bed.namespaces import Namespaces
from bed.node import LAN, Node
from bed.progress import Failed

GATEWAY = f"{LAN}.254"

# A bridge without a hardware address of its own takes one of its ports': it would change when a node is killed, and the
# others would not reach the gateway until their neighbour entries expire.
HARDWARE_ADDRESS = "02:00:00:00:00:fe"

# A bucket that holds no packet: on an interface, nothing leaves it.
NOTHING = ("tbf", "rate", "8bit", "burst", "1", "limit", "1")
# A link too narrow for what it carries: it delays packets by up to a second, and loses those that would wait longer.
TOO_NARROW = ("tbf", "rate", "60kbit", "burst", "2kb", "latency", "1s")

KERNEL = (
    # pgpool's search for a primary does not go on before the kernel gives a lost server up: 7 s, not 130
    "net.ipv4.tcp_syn_retries=2",
    # as distributions set it: a new network namespace lets nobody but root ping where ping has no capability of its own
    "net.ipv4.ping_group_range=0 2147483647",
)


class Network:
    """In a namespace of its own, so that labs do not meet and the machine's network stays as it is. A node's cable has its
    outer end, named like the node, at the bridge `lan`, and eth0 in the node."""

    def __init__(self, directory: Path, names: tuple[str, ...]):
        self.nodes = tuple(Node(name, number, directory) for number, name in enumerate(names, 1))
        self._network = Namespaces(directory / "network", "the network")

    def _lay(self, transcript: Path):
        self._network.keep(transcript)
        self._on_network("ip", "link", "add", "lan", "address", HARDWARE_ADDRESS, "type", "bridge")
        self.restore_gateway()
        self._on_network("ip", "link", "set", "lan", "up")

    def _plug_in(self, node: Node):
        self._on_network("ip", "link", "add", "name", node.name, "type", "veth", "peer", "name", "eth0",
                         "netns", str(node.namespaces.init()))
        self._on_network("ip", "link", "set", "dev", node.name, "master", "lan", "up")
        node.must("ip", "link", "set", "lo", "up")
        node.must("ip", "address", "add", f"{node.address}/24", "dev", "eth0")
        node.must("ip", "link", "set", "eth0", "up")
        node.must("ip", "route", "add", "default", "via", GATEWAY)
        for setting in KERNEL:
            node.must("sysctl", "--quiet", "--write", setting)

    def _unplug(self, node: Node):
        self._on_network("ip", "link", "delete", "dev", node.name)

    def is_cut(self, node: Node) -> bool:
        return "state DOWN" in self._on_network("ip", "-oneline", "link", "show", "dev", node.name)

    # --- faults. Each can be told twice, and its end where it never began.

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

    # ---

    def serve(self, script: str):
        """Begins a daemon beside the gateway, with a /run of its own: each node that is not cut off reaches it there."""
        script = f"mount -t tmpfs tmpfs /run && {{ {script}; }} </dev/null >/dev/null 2>&1"
        subprocess.run(["nsenter", "--target", str(self._network.init()), "--net", "--pid", "--",
                        "setsid", "--fork", "unshare", "--mount", "bash", "-c", script], check=True)

    def _isolate_ports(self, state: str):
        for node in self.nodes:
            if node.is_up():
                self._on_network("ip", "link", "set", "dev", node.name, "type", "bridge_slave", "isolated", state)

    def _on_network(self, *command: str) -> str:
        done = subprocess.run(["nsenter", "--target", str(self._network.init()), "--net", "--", *command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise Failed(f"cannot run '{' '.join(command)}' on the network: {done.stdout.strip()}")
        return done.stdout
