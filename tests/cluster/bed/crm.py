"""What `crm_mon --output-as=xml` says of a cluster, as one value."""

from dataclasses import dataclass
from xml.etree import ElementTree


class Unreadable(Exception):
    """What was said is no answer of crm_mon, or one that ends early."""


@dataclass(frozen=True)
class Instance:
    """One resource, or one instance of a clone; several nodes if it is active where it should not be."""

    resource: str
    role: str
    nodes: tuple[str, ...]
    blocked: bool
    managed: bool


@dataclass(frozen=True)
class View:
    """The cluster as one node sees it."""

    dc: str
    online: frozenset[str]
    instances: tuple[Instance, ...]
    attributes: dict[str, dict[str, str]]  # by node, then by name
    fail_counts: dict[tuple[str, str], str]  # by node and resource; only those that are not 0

    def nodes_of(self, resource: str, role: str | None = None) -> tuple[str, ...]:
        """Where RESOURCE is active, in ROLE or in any."""
        return tuple(sorted(
            node
            for instance in self.instances
            if instance.resource == resource and role in (None, instance.role)
            for node in instance.nodes
        ))

    def blocked(self) -> tuple[str, ...]:
        return tuple(sorted({instance.resource for instance in self.instances if instance.blocked}))


def parse(text: str) -> View:
    try:
        result = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise Unreadable(f"cannot read what crm_mon says: {error}") from error
    dc = result.find("summary/current_dc")
    return View(
        dc="" if dc is None else dc.get("name", ""),
        online=frozenset(node.get("name") for node in result.iterfind("nodes/node") 
                         if node.get("online") == "true" and node.get("pending") != "true"),
        instances=tuple(_instances(result)),
        attributes={
            node.get("name"): {each.get("name"): each.get("value") for each in node.iterfind("attribute")}
            for node in result.iterfind("node_attributes/node")
        },
        fail_counts={
            (node.get("name"), history.get("id")): history.get("fail-count")
            for node in result.iterfind("node_history/node")
            for history in node.iterfind("resource_history")
            if history.get("fail-count", "0") != "0"
        },
    )


def _instances(result):
    for resource in result.iterfind("resources//resource"):
        yield Instance(
            resource=resource.get("id"),
            role=resource.get("role"),
            nodes=tuple(node.get("name") for node in resource.iterfind("node")),
            blocked=resource.get("blocked") == "true",
            managed=resource.get("managed") == "true",
        )
