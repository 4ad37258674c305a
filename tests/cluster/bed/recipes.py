"""The configurations that the bed plays, and what each of them means by service."""

from dataclasses import dataclass

from bed import crm
from bed.lab import Lab
from bed.machine import POSTGRESQL, ROOT
from bed.network import GATEWAY
from bed.node import Node
from bed.servers import DATA

VIP = "10.88.0.100"
REPLICATION_VIP = "10.88.0.101"
SCRIPTS = ROOT / "packaging" / "recipes"


@dataclass(frozen=True)
class Application:
    """On each node one that asks HOST, and that starts with the lab."""

    name: str
    host: str
    reads: bool = True  # its own rows back


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
    needs: str = ""  # beside a lab, and prepared before it

    def set_up(self, lab: Lab):
        for node in lab.nodes:
            configure_pgpool(node, self.pgpool)
            configure_failover(node, self.failover)
        for command in self.commands:
            lab.nodes[0].must(*command, seconds=300)

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


def configure_pgpool(node: Node, settings: dict[str, object]):
    _append(node, "etc/pgpool2/pgpool.conf", (f"{name} = '{value}'" for name, value in settings.items()))


def configure_failover(node: Node, settings: dict[str, object]):
    """See node/failover."""
    _append(node, "etc/pgpool2/failover.conf", (f"{name}={value}" for name, value in settings.items()))


def _append(node: Node, path: str, lines):
    with open(node.root / path, "a", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)


PATIENT = {"health_check_max_retries": "6", "failover_on_backend_error": "on", "search_primary_node_timeout": "10"}


def _promotable(name: str, script: str, *more: str, nodes: tuple[str, ...] = ("a", "c"), needs: str = "") -> Recipe:
    """MORE are further variables of the recipe."""
    return Recipe(
        name,
        pgpool=PATIENT,
        failover={"gateway": GATEWAY},
        commands=(("env", f"VIP={VIP}", f"GATEWAYS={GATEWAY}", *more, "bash", str(SCRIPTS / script)),),
        applications=(Application("address", VIP), Application("local", "localhost")),
        leader=("pgpool", "Promoted"), address=VIP, isolates=True, nodes=nodes, needs=needs)


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


def _paf(name: str, script: str, form: str) -> Recipe:
    return Recipe(
        name,
        pgpool={**PATIENT, "failover_command": ""},
        failover={},
        commands=(("env", f"VIP={VIP}", f"REPLICATION_VIP={REPLICATION_VIP}", f"GATEWAYS={GATEWAY}", f"AS={form}",
                   f"PGDATA={DATA}", f"BINDIR={POSTGRESQL}", "bash", str(SCRIPTS / script)),),
        applications=(Application("address", VIP),),
        leader=("pgpool", "Promoted" if form == "promotable" else None), address=VIP, isolates=True,
        needs="a PostgreSQL that PAF can begin")


# As sites had it before: nothing tells a site that it is cut off.
USERS_GROUP = """
pcs resource defaults update resource-stickiness=INFINITY migration-threshold=1 failure-timeout=60s
pcs resource create pgpool ocf:custom:pgpool yield_with=companion --group service meta multiple-active=block
pcs resource create companion lsb:companion op monitor interval=5s --group service
pcs resource meta companion multiple-active=block
pcs constraint location service prefers a=200 c=100
"""

FENCE = ("FENCE_AGENT=fence_lab", "FENCE_OPTIONS=pcmk_reboot_action=off", "RACE=device")

RECIPES = {recipe.name: recipe for recipe in (
    _promotable("promotable", "promotable-with-vip"),
    _promotable("promotable-crmsh", "promotable-with-vip.crmsh"),
    _promotable("promotable-three", "promotable-with-vip", nodes=("a", "c", "d")),
    _promotable("fencing", "promotable-with-fencing", *FENCE, needs="a power switch"),
    _promotable("fencing-crmsh", "promotable-with-fencing.crmsh", *FENCE, needs="a power switch"),
    _promotable("quorum-device", "promotable-with-quorum-device", needs="a quorum device"),
    _promotable("quorum-device-crmsh", "promotable-with-quorum-device.crmsh", needs="a quorum device"),
    _paf("paf", "promotable-over-paf", "promotable"),
    _paf("paf-primitive", "promotable-over-paf.crmsh", "primitive"),
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
