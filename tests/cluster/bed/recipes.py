"""The configurations that the bed plays, and what each of them means by service."""

from dataclasses import dataclass

from bed import crm
from bed.lab import GATEWAY, ROOT, Lab, Node

VIP = "10.88.0.100"
SCRIPTS = ROOT / "packaging" / "recipes"


@dataclass(frozen=True)
class Application:
    """On each node one that asks HOST, and that starts with the lab."""

    name: str
    host: str


@dataclass(frozen=True)
class Recipe:
    name: str
    pgpool: dict[str, str]  # settings of pgpool.conf
    failover: dict[str, str]  # see node/failover
    commands: tuple[tuple[str, ...], ...]  # that set it up, on one node
    applications: tuple[Application, ...]
    leader: tuple[str, str | None]  # the resource, and the role, that is where the service is
    address: str | None  # that goes with it
    isolates: bool  # a site that is cut off stops by itself
    nodes: tuple[str, ...] = ("a", "c")

    def set_up(self, lab: Lab):
        for node in lab.nodes:
            _append(node, "etc/pgpool2/pgpool.conf", (f"{name} = '{value}'" for name, value in self.pgpool.items()))
            _append(node, "etc/pgpool2/failover.conf", (f"{name}={value}" for name, value in self.failover.items()))
        for command in self.commands:
            lab.nodes[0].must(*command)

    def service(self, lab: Lab, view: crm.View) -> Node | None:
        """Where the service is, if it is on one node as a whole and on no other one."""
        leaders = view.nodes_of(*self.leader)
        if len(leaders) != 1:
            return None
        node = next(node for node in lab.nodes if node.name == leaders[0])
        if self.address and [each for each in lab.nodes if each.has_address(self.address)] != [node]:
            return None
        if not self.address and view.nodes_of("companion") != leaders:
            return None
        return node


def _append(node: Node, path: str, lines):
    with open(node.root / path, "a", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)


def _promotable(name: str, script: str, nodes: tuple[str, ...] = ("a", "c")) -> Recipe:
    return Recipe(
        name,
        pgpool={"health_check_max_retries": "6", "failover_on_backend_error": "on", "search_primary_node_timeout": "10"},
        failover={"gateway": GATEWAY},
        commands=(("env", f"VIP={VIP}", f"GATEWAYS={GATEWAY}", "bash", str(SCRIPTS / script)),),
        applications=(Application("address", VIP), Application("local", "localhost")),
        leader=("pgpool", "Promoted"), address=VIP, isolates=True, nodes=nodes)


COMPANION = ("pcs", "resource", "create", "companion", "lsb:companion", "op", "monitor", "interval=5s",
             "meta", "multiple-active=block")


def _group(name: str, isolated_by: str) -> Recipe:
    return Recipe(
        name,
        pgpool={"search_primary_node_timeout": "10"},
        failover={"gateway": GATEWAY},
        commands=(COMPANION, ("env", f"GATEWAYS={GATEWAY}", "MEMBERS=companion", "PREFERRED=a", f"ISOLATED_BY={isolated_by}",
                              "bash", str(SCRIPTS / "primitive-in-group"))),
        applications=(Application("local", "localhost"),),
        leader=("pgpool", None), address=None, isolates=True)


# As sites had it before: nothing tells a site that it is cut off.
USERS_GROUP = """
pcs resource defaults update resource-stickiness=INFINITY migration-threshold=1 failure-timeout=60s
pcs resource create pgpool ocf:custom:pgpool yield_with=companion --group service meta multiple-active=block
pcs resource create companion lsb:companion op monitor interval=5s --group service
pcs resource meta companion multiple-active=block
pcs constraint location service prefers a=200 c=100
"""

RECIPES = {recipe.name: recipe for recipe in (
    _promotable("promotable", "promotable-with-vip"),
    _promotable("promotable-crmsh", "promotable-with-vip.crmsh"),
    _promotable("promotable-three", "promotable-with-vip", nodes=("a", "c", "d")),
    _group("group", "rule"),
    _group("group-attribute", "attribute"),
    Recipe(
        "yield",
        pgpool={"search_primary_node_timeout": "10"},
        failover={},
        commands=(("bash", "-ec", USERS_GROUP),),
        applications=(Application("local", "localhost"),),
        leader=("pgpool", None), address=None, isolates=False),
)}
