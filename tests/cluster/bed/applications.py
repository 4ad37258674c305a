"""Applications on nodes, and the record of what they were told."""

from bed import databases, history
from bed.machine import CLUSTER
from bed.node import Node
from bed.recipes import Application, Recipe

LOGS = "var/log/applications"


def begin(node: Node, name: str, host: str, *deeds: str):
    """One called NAME that asks the pgpool at HOST; DEEDS as writer.py has them."""
    (node.root / LOGS).mkdir(exist_ok=True)
    node.begin("python3", "-B", str(CLUSTER / "bed" / "writer.py"), name, host, str(databases.PGPOOL_PORT), f"/{LOGS}/{name}",
               *deeds)


def record(nodes: tuple[Node, ...]) -> history.Record:
    lines = []
    for node in nodes:
        for log in (node.root / LOGS).glob("*"):
            lines += log.read_text(errors="replace").splitlines()
    return history.read_record(lines)


class Applications:
    """Those of a recipe, on each of the nodes for as long as it is up; under a new name after each of its boots."""

    def __init__(self, nodes: tuple[Node, ...], recipe: Recipe):
        self._nodes = nodes
        self._recipe = recipe
        self._starts = 0
        self._bystanders = set()

    def start(self):
        """Those that do not run."""
        for node in self._nodes:
            running = [process.title for process in node.processes() if "writer.py" in process.title]
            for application in self._recipe.applications:
                name = f"{node}-{application.name}"
                if not any(f" {name}-" in title for title in running):
                    self._begin(node, name, application)

    def bystanders(self) -> frozenset[str]:
        """The names of all so far that use the pgpool of their own host, where the service has an address."""
        return frozenset(self._bystanders)

    def _begin(self, node: Node, name: str, application: Application):
        self._starts += 1
        name = f"{name}-{self._starts}"
        if self._recipe.address not in (None, application.host):
            self._bystanders.add(name)
        begin(node, name, application.host, *([] if application.reads else ["write"]))

    def record(self) -> history.Record:
        return record(self._nodes)
