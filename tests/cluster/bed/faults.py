"""How each kind of fault is done to a lab, ended, and repaired."""

import os
import signal
import time
from dataclasses import replace

from bed import cluster, databases
from bed.lab import Lab
from bed.namespaces import NotUp
from bed.node import Node
from bed.processes import send
from bed.progress import Failed
from bed.recipes import Recipe
from bed.schedule import NODES, Fault, Schedule

FILLER = "/run/filler"
DAEMONS = ("pacemaker-based", "pacemaker-fenced", "pacemaker-execd", "pacemaker-attrd", "pacemaker-schedulerd",
           "pacemaker-controld")
RESPAWN = 5  # seconds


class Faults:
    """On a lab whose service was on SERVING when the round began."""

    def __init__(self, lab: Lab, recipe: Recipe, serving: Node):
        self._lab = lab
        self._leader = recipe.leader
        self._nodes = dict(zip(NODES, [serving, *lab.others(serving)]))

    def steps(self, schedule: Schedule):
        """What is to be done, in order: the time, a word for it, and the deed."""
        steps = []
        for fault in schedule.faults:
            if fault.kind == "flapping":
                steps += self._flaps(fault, fault.until or schedule.repaired)
                continue
            steps.append((fault.at, fault.kind, lambda fault=fault: self.begin(fault)))
            if fault.until is not None:
                steps.append((fault.until, f"over: {fault.kind}", lambda fault=fault: self.end(fault)))
        return sorted(steps, key=lambda step: step[0])

    def _flaps(self, fault: Fault, until: float):
        node, pause = self._nodes[fault.target], 1 + fault.choice % 6
        at = fault.at
        while at < until:
            yield at, "link down", lambda: self.begin(replace(fault, kind="cut"))
            yield at + pause, "link up", lambda: self._lab.connect(node)
            at += 2 * pause

    def begin(self, fault: Fault):
        """Nothing else befalls a node that has lost its power."""
        lab, node = self._lab, self._nodes.get(fault.target)
        if _has_no_power(node):
            return
        match fault.kind:
            case "cut": lab.cut(node)
            case "mute": lab.mute(node)
            case "deaf": lab.deafen(node)
            case "narrow": lab.narrow(node)
            case "parted": lab.part()
            case "gateway lost": lab.lose_gateway()
            case "power lost": lab.kill(node)
            case "node frozen": send(_all_of(node), signal.SIGSTOP)
            case "/run full": node.run("bash", "-c", f"cat /dev/zero >{FILLER}")
            case "pgpool's main killed": send(node.pgpool_main(), signal.SIGKILL)
            case "pgpool's children killed": send(_clients_children(node), signal.SIGKILL)
            case "pgpool's PCP killed": send(_pcp(node), signal.SIGKILL)
            case "pgpool killed": send(node.pgpool(), signal.SIGKILL)
            case "pgpool's main frozen": send(node.pgpool_main(), signal.SIGSTOP)
            case "pgpool's children frozen": send(_clients_children(node), signal.SIGSTOP)
            case "pgpool's PCP frozen": send(_pcp(node), signal.SIGSTOP)
            case "PostgreSQL killed": send(node.postgresql(), signal.SIGKILL)
            case "PostgreSQL frozen": send(node.postgresql(), signal.SIGSTOP)
            case "PostgreSQL promoted": self._promote_a_standby(fault.choice)
            case "corosync killed": send(node.cluster_daemon("corosync"), signal.SIGKILL)
            case "pacemakerd killed": send(node.cluster_daemon("pacemakerd"), signal.SIGKILL)
            case "a daemon of Pacemaker killed":
                send(node.cluster_daemon(DAEMONS[fault.choice % len(DAEMONS)]), signal.SIGKILL)
            case "cleanup typed": node.run("crm_resource", "--cleanup", seconds=10)
            case "refresh typed": node.run("crm_resource", "--refresh", seconds=10)
            case "move typed": self._move(node)
            case "standby typed": _standby(node, "on")
            case _: raise Failed(f"no such kind of fault: '{fault.kind}'")

    def end(self, fault: Fault):
        lab, node = self._lab, self._nodes.get(fault.target)
        if _has_no_power(node) and fault.kind != "power lost":
            return
        match fault.kind:
            case "cut" | "mute" | "deaf" | "narrow": lab.connect(node)
            case "parted": lab.join()
            case "gateway lost": lab.restore_gateway()
            case "power lost": _boot(lab, node)
            case "/run full": node.run("rm", "--force", FILLER)
            case "PostgreSQL killed": databases.start(node)
            case "corosync killed" | "pacemakerd killed": start_cluster(node)
            case "move typed": self._clear()
            case "standby typed": _standby(node, "off")
            case _: send(_all_of(node), signal.SIGCONT)

    def repair(self):
        """All that any fault may have left, whatever was played."""
        for node in self._lab.nodes:
            send(_all_of(node), signal.SIGCONT)
            self._lab.connect(node)
        self._lab.join()
        self._lab.restore_gateway()
        for node in self._lab.nodes:
            _boot(self._lab, node)
            node.run("rm", "--force", FILLER)
            start_cluster(node)
            databases.start(node)
        for node in self._lab.nodes:
            _standby(node, "off")
        self._clear()

    def _promote_a_standby(self, choice: int):
        standbys = [node for node in self._lab.nodes if databases.ask(node, "select pg_is_in_recovery()") == "t"]
        if standbys:
            databases.ask(standbys[choice % len(standbys)], "select pg_promote(wait => false)")

    def _managed(self) -> str:
        """What a person moves: the clone, or the primitive, and with it its group."""
        return "pgpool-clone" if self._leader[1] else "pgpool"

    def _move(self, node: Node):
        promoted = ["--promoted"] if self._leader[1] else []
        node.run("crm_resource", "--move", "--resource", self._managed(), "--node", node.name, *promoted, seconds=10)

    def _clear(self):
        for node in self._lab.nodes:
            if node.run("crm_resource", "--clear", "--resource", self._managed(), seconds=10) is not None:
                return


def start_cluster(node: Node):
    """What is missing of it. Pacemaker's daemons end with Corosync, but not at once; and pacemakerd begins anew those that were
    killed, but not all while the node is alone."""
    deadline = time.monotonic() + RESPAWN
    while node.cluster_daemon("pacemakerd") and not _is_whole(node) and time.monotonic() < deadline:
        time.sleep(0.5)
    if not node.cluster_daemon("corosync"):
        _end(node.cluster_daemons)
        cluster.start_corosync(node)
    if node.cluster_daemon("pacemakerd") and not _is_whole(node):
        _end(lambda: [process for process in node.cluster_daemons() if process.name != "corosync"])
    if not node.cluster_daemon("pacemakerd"):
        cluster.start_pacemaker(node)


def _end(processes):
    """Until it finds none any more."""
    while found := processes():
        send(found, signal.SIGKILL)
        time.sleep(0.1)


def _is_whole(node: Node) -> bool:
    return all(node.cluster_daemon(name) for name in ("corosync", *DAEMONS))


def _has_no_power(node: Node | None) -> bool:
    return node is not None and not node.is_up()


def _boot(lab: Lab, node: Node):
    if not node.is_up():
        lab.start(node)


def _standby(node: Node, state: str):
    change = ["--update", "on"] if state == "on" else ["--delete"]
    node.run("crm_attribute", "--node", node.name, "--name", "standby", *change, seconds=10)


def _all_of(node: Node):
    """But its PID 1."""
    try:
        init = node.namespaces.init()
    except NotUp:
        return []
    return [process for process in node.processes() if process.pid not in (init, os.getpid())]


def _pcp(node: Node):
    return [process for process in node.pgpool() if process.title.startswith("pgpool: PCP")]


def _clients_children(node: Node):
    others = ("pgpool: PCP", "pgpool: worker", "pgpool: health check", "pgpool: watchdog", "pgpool: heartbeat", "/")
    return [process for process in node.pgpool() if not process.title.startswith(others)]
