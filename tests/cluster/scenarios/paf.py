"""PostgreSQL is managed by PAF, and pgpool follows it: recipe promotable-over-paf."""

import threading
import time

from bed import databases
from bed.look import (ROLES_WITH, attribute, has_roles, is_at_rest, main_of, no_failures, nothing_is_blocked, roles_of,
                      sees_only)
from bed.node import Node
from bed.progress import Failed
from bed.recipes import RECIPES, REPLICATION_VIP
from bed.scenario import Scenario, in_words
from bed.servers import AS_POSTGRES, DATA
from scenarios import scenario


def prepare_postgresql(node: Node):
    """As the recipe wants it. The primary is stopped last, and properly."""
    conninfo = f"host={REPLICATION_VIP} user=postgres application_name={node}"
    node.must("sed", "--in-place", "/^primary_conninfo/d", f"{DATA}/postgresql.auto.conf")
    with open(node.root / DATA.lstrip("/") / "postgresql.conf", "a", encoding="utf-8") as out:
        out.write(f"primary_conninfo = '{conninfo}'\nwal_sender_timeout = 5s\n")
    node.must(*AS_POSTGRES, "pg_ctl", "stop", "--wait", "--mode=fast", f"--pgdata={DATA}")


def promoted_at(node: Node) -> float | None:
    """When its PostgreSQL began the timeline that it writes to."""
    moment = databases.ask(node, """select extract(epoch from modification) from pg_stat_file(
        'pg_wal/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '.history')""")
    return float(moment) if moment else None


class Client:
    """Of the pgpool on NODE: opens its session again when it is cut."""

    def __init__(self, play: Scenario, node: Node):
        self.cuts = 0
        self._play, self._node = play, node
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def end(self):
        self._over.set()
        self._thread.join()

    def _go_on(self):
        session = None
        while not self._over.wait(0.2):
            if session and session.lives():
                continue
            self.cuts += session is not None
            try:
                session = self._play.open_session(self._node)
            except Failed:
                session = None


class OverPaf:
    """On a new lab."""

    def __init__(self, play: Scenario, recipe: str):
        self.play = play
        self.recipe = RECIPES[recipe]
        a, c = play.nodes
        for node in (c, a):
            prepare_postgresql(node)
        self.recipe.set_up(play.lab)
        play.within(90, "the service is on a", lambda: self.service() == a)
        self.wait_for_both_servers(a)
        play.write_through(self.recipe.address, *play.nodes)
        play.within(20, "a takes writes", play.first_served_on, a)

    def service(self) -> Node | None:
        return self.play.service(self.recipe)

    def wait_for_both_servers(self, primary: Node):
        """On each node that has a pgpool."""
        for node in self.play.nodes:
            if node == primary or self.recipe.leader[1]:
                self.play.within(60, f"pgpool on {node} has both servers", has_roles, node, *ROLES_WITH[primary.name])

    def is_settled(self, node: Node) -> bool:
        return is_at_rest(node, self.play.nodes) and self.service() == node and nothing_is_blocked(node)

    def switch_over(self, to: Node):
        """As a person does it."""
        play = self.play
        former = play.other_than(to)
        client = Client(play, to) if main_of(to) else None
        play.start_the_clock()
        to.must("crm_resource", "--move", "--resource", "pgsql-clone", "--node", to.name, "--promoted")
        roles = ROLES_WITH[to.name]
        number = play.nodes.index(to)
        play.within(90, f"pgpool on {to} has its primary", lambda: roles_of(to)[number:number + 1] == (roles[number],))
        right = time.time()
        play.within(60, f"{to} serves its clients", play.first_served_on, to)
        self.wait_for_both_servers(to)
        play.within(90, f"the service is on {to} alone", self.is_settled, to)
        to.must("crm_resource", "--clear", "--resource", "pgsql-clone")
        play.figure("switchover", f"PostgreSQL promoted after {play.since(promoted_at(to))} s, its role right in pgpool after"
                    f" {play.since(right)} s, first write after {play.since(play.first_served_on(to))} s, last write of the"
                    f" former primary after {in_words(play.last_write(former))} s")
        play.expect("seconds in which both servers took writes", play.seconds_of_both(), 0)
        if client:
            client.end()
            play.figure(f"how often a session through the pgpool on {to} was cut", client.cuts)
        play.expect("failures", no_failures(to), True)

    def cut(self, site: Node):
        """Of the site that serves, and the reconnect. Its PostgreSQL has a history of its own then, and is nobody's standby."""
        play = self.play
        other = play.other_than(site)
        # PAF's monitor of the primary gives a standby its score: without one nobody promotes it.
        play.within(60, f"PAF would promote {other}", lambda: int(attribute(other, "master-pgsql") or 0) > 0)
        play.start_the_clock()
        play.cut_off(site)
        play.within(90, f"{other} serves its clients", play.first_served_on, other)
        main = main_of(other)
        play.within(60, f"pgpool on {other} has its primary", lambda: "up primary" in roles_of(other))
        session = play.open_session(other)
        play.within(60, f"the server on {site} has ended, or is a standby", lambda: not databases.is_writable(site))
        play.reconnect(site)
        reconnected = time.time()
        play.within(60, "the nodes see each other", sees_only, other, *play.nodes)
        play.within(120, f"the service is on {other} alone, and nothing is blocked", self.is_settled, other)
        healed = time.time() - reconnected
        play.expect(f"pgpool on {other} was not restarted", main_of(other) == main, True)
        play.expect(f"the session on {other} lives", session.lives(), True)
        play.figure("cut", f"PostgreSQL promoted after {play.since(promoted_at(other))} s, first write after"
                    f" {play.since(play.first_served_on(other))} s, last write of the cut site after"
                    f" {in_words(play.last_write(site))} s, healed {healed:.1f} s after the reconnect")
        play.expect("seconds in which both servers took writes", play.seconds_of_both(), 0)
        play.expect(f"the server on {site} takes writes", databases.is_writable(site), False)


@scenario("paf-clone", None, "pgpool follows PAF: a promotable clone", "paf")
@scenario("paf-primitive", None, "pgpool follows PAF: a primitive", "paf-primitive")
def pgpool_follows_paf(play: Scenario, recipe: str):
    """A switchover, then a cut of the site that serves. No test: PAF's own monitors and notifications take too much of a machine
    on which other tests run."""
    a, c = play.nodes
    paf = OverPaf(play, recipe)
    paf.switch_over(c)
    paf.cut(c)
    play.expect("the service is on", str(paf.service()), str(a))
