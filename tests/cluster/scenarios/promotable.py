"""What the scenarios of the recommended configuration share: pgpool on both nodes, the clients' address where it is promoted."""

from bed.databases import through_pgpool
from bed.look import ROLES_WITH, has_roles, is_at_rest, is_promoted_on, newest_primary, nothing_is_blocked
from bed.node import Node
from bed.recipes import RECIPES, VIP
from bed.scenario import Scenario


def service_is_on(play: Scenario, node: Node) -> bool:
    """On that node as a whole, and on no other one."""
    return is_promoted_on(node) and has_address(play, node)


def has_address(play: Scenario, node: Node) -> bool:
    """That node, and no other one."""
    return [each for each in play.nodes if each.has_address(VIP)] == [node]


def has_no_address(node: Node) -> bool:
    """And not: nobody knows."""
    return f" {VIP}/" not in node.must("ip", "-oneline", "address", "show", "dev", "eth0")


def set_up(play: Scenario, primary: Node | None = None, *more_roles: str, recipe: str = "promotable"):
    """With both servers on both nodes; PRIMARY is a if it is not said. MORE_ROLES are those of other backends."""
    primary = primary or play.nodes[0]
    RECIPES[recipe].set_up(play.lab)
    play.within(60, f"pgpool is promoted on {primary}, with the address", service_is_on, play, primary)
    for node in play.nodes:
        play.within(60, f"pgpool on {node} has both servers", has_roles, node, *ROLES_WITH[primary.name], *more_roles)


def is_settled(play: Scenario, node: Node) -> bool:
    """Pacemaker has nothing left to do, and the service is on that node, where the newest primary is."""
    return (is_at_rest(node, play.nodes) and service_is_on(play, node) and nothing_is_blocked(node)
            and newest_primary(play.nodes) == node)


# --- an application that counts its orders

def make_orders(node: Node):
    node.must("psql", "--username=postgres", "--quiet", "--command=create table orders (number int primary key)")


def order(number: int, node: Node) -> bool:
    """It tries again until it is confirmed."""
    return through_pgpool(node, f"insert into orders values ({number}) on conflict do nothing", VIP) is not None


def orders(node: Node) -> list[str]:
    return (through_pgpool(node, "select number from orders order by number", VIP) or "").split()
