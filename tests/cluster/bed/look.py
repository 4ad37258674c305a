"""What is to be seen of a node: as Pacemaker, pgpool and PostgreSQL have it. NoAnswer is raised where what must be asked does
not answer: that is never taken for "nothing"."""

import re

from bed import crm, databases
from bed.node import Node
from bed.processes import Process

ROLES_WITH = {"a": ("up primary", "up standby"), "c": ("up standby", "up primary")}
ROLES_WITHOUT_OTHER = {"a": ("up primary", "down standby"), "c": ("down standby", "up primary")}


class NoAnswer(Exception):
    pass


# --- Pacemaker

def view(node: Node) -> crm.View:
    seen = node.cluster()
    if not seen:
        raise NoAnswer(f"Pacemaker on {node} does not answer")
    return seen


def runs_on(resource: str, *nodes: Node, seen_from: Node | None = None) -> bool:
    """On these and no other ones, in whatever role."""
    return view(seen_from or nodes[0]).nodes_of(resource) == tuple(node.name for node in nodes)


def is_promoted_on(node: Node) -> bool:
    return view(node).nodes_of("pgpool", "Promoted") == (node.name,)


def nobody_is_promoted(seen_from: Node) -> bool:
    return not view(seen_from).nodes_of("pgpool", "Promoted")


def is_blocked(resource: str, seen_from: Node) -> bool:
    return resource in view(seen_from).blocked()


def nothing_is_blocked(seen_from: Node) -> bool:
    return not view(seen_from).blocked()


def sees_only(node: Node, *nodes: Node) -> bool:
    """These and no other ones are online, as Pacemaker on NODE has it."""
    return view(node).online == {each.name for each in nodes}


def is_at_rest(seen_from: Node, nodes: tuple[Node, ...]) -> bool:
    """Pacemaker has nothing left to do, and none of NODES is still at what its half began while it was alone: the other half is
    told of that when it ends."""
    return not any(node.changing_actions() for node in nodes) and seen_from.run("crm_resource", "--wait") is not None


def coordinator(seen_from: Node) -> str:
    """Where Pacemaker decides."""
    return view(seen_from).dc


def fail_counts(seen_from: Node) -> dict[tuple[str, str], str]:
    return view(seen_from).fail_counts


def no_failures(seen_from: Node) -> bool:
    return not fail_counts(seen_from)


def attribute(node: Node, name: str, seen_from: Node | None = None) -> str:
    """Nothing if the node has none of that name."""
    return view(seen_from or node).attributes.get(node.name, {}).get(name, "")


def score(node: Node, seen_from: Node | None = None) -> str:
    return attribute(node, "master-pgpool", seen_from)


def reports(node: Node, text: str) -> bool:
    """The agent there tells Pacemaker so, in words that contain TEXT."""
    return text in attribute(node, "pgpool-state-pgpool")


def has_said(node: Node, pattern: str) -> int:
    """How many lines of Pacemaker's log have it; it is the log of resource agents too."""
    log = (node.root / "var/log/pacemaker/pacemaker.log").read_text(errors="replace")
    return sum(bool(re.search(pattern, line)) for line in log.splitlines())


def actions_done(node: Node, resource: str, action: str) -> int:
    return has_said(node, f"Result of {action} operation for {resource} ")


# --- pgpool

def identities(processes: list[Process]) -> frozenset[tuple[int, int]]:
    return frozenset((process.pid, process.started) for process in processes)


def main_of(node: Node) -> frozenset[tuple[int, int]]:
    """pgpool's main process: one, or none."""
    return identities(node.pgpool_main())


def family_of(node: Node) -> frozenset[tuple[int, int]]:
    """Each process of any pgpool."""
    return identities(node.pgpool())


def has_other_main(node: Node, main: frozenset[tuple[int, int]]) -> bool:
    return bool(main_of(node) - main)


def no_pgpool_on(node: Node) -> bool:
    return not node.pgpool()


def serves(node: Node) -> bool:
    return databases.through_pgpool(node, "select 6 * 7") == "42"


def roles_of(node: Node) -> tuple[str, ...]:
    """Each backend in words, as pgpool has it."""
    return tuple(" ".join(backend) for backend in databases.roles(node))


def has_roles(node: Node, *roles: str) -> bool:
    return roles_of(node) == roles


# --- PostgreSQL

def newest_primary(nodes: tuple[Node, ...]) -> Node:
    timelines = {node: databases.timeline(node) for node in nodes}
    newest = max(nodes, key=timelines.get)
    if not timelines[newest]:
        raise NoAnswer("no PostgreSQL answers as a primary")
    return newest
