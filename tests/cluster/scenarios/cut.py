"""Rounds of a cut and a reconnect. The cut is placed on the site that serves or on the other one, and is long or short. The
number of rounds is ROUNDS."""

import os
import time
from statistics import median

from bed import databases
from bed.look import (ROLES_WITH, ROLES_WITHOUT_OTHER, has_roles, is_at_rest, main_of, newest_primary, no_failures,
                      nothing_is_blocked, sees_only)
from bed.node import Node
from bed.recipes import RECIPES
from bed.scenario import Scenario, comes_true, in_words
from scenarios import scenario

LONG_CUT_OF_OTHER = 40  # seconds; nothing is to be waited for
SERVING_SHORT, SERVING_LONG = ("serving", "short"), ("serving", "long")
OTHER_SHORT, OTHER_LONG = ("other", "short"), ("other", "long")


class Rounds:
    """On a new lab. BOTH_MAY_WRITE: nothing tells this configuration of isolation. FOLLOWS_PRIMARY: Pacemaker moves the service
    to the newest primary, whatever was begun elsewhere."""

    def __init__(self, play: Scenario, recipe: str, host: str, both_may_write: bool = False, follows_primary: bool = False):
        self.play = play
        self.recipe = RECIPES[recipe]
        self.both_may_write = both_may_write
        self.follows_primary = follows_primary
        a, _ = play.nodes
        self.recipe.set_up(play.lab)
        play.within(60, "the service is on a", lambda: self.service() == a)
        for node in play.nodes:
            if node == a or follows_primary:
                play.within(60, f"pgpool on {node} has both servers", has_roles, node, *ROLES_WITH["a"])
        play.write_through(host, *play.nodes)
        # Seconds from a cut to the first write on the other side, and to the last one of the site that was cut off, if any.
        self.takeovers: list[tuple[float, float | None]] = []

    def run(self, number: int, *cuts: tuple[str, str]):
        """CUTS one after the other, and from the beginning again."""
        for round_ in range(int(os.environ.get("ROUNDS", number))):
            self._round(round_ + 1, *cuts[round_ % len(cuts)])
        both = [(first, last) for first, last in self.takeovers if last is not None]
        self._tell_spread("first write on the other side", [first for first, _ in self.takeovers])
        self._tell_spread("last write of the site that was cut off", [last for _, last in both])
        self._tell_spread("from the one to the other", [first - last for first, last in both])

    def service(self) -> Node | None:
        return self.play.service(self.recipe)

    def _round(self, number: int, place: str, length: str):
        play = self.play
        serving = self.service()
        play.expect(f"round {number} begins with the service on one side", bool(serving), True)
        site = serving if place == "serving" else play.other_than(serving)
        play.tell(f"round {number}: a {length} cut of {site}; the service is on {serving}")

        play.start_the_clock()
        play.cut_off(site)
        taken_over = self._wait_during_cut(site, place, length)
        survivor = newest_primary(play.nodes)
        main = main_of(survivor)
        session = None
        # In a short cut pgpool may still wait for the other site's server, and its clients with it.
        if length == "long":
            play.within(60, f"pgpool on {survivor} serves its primary", has_roles, survivor,
                        *ROLES_WITHOUT_OTHER[survivor.name])
            session = play.open_session(survivor)

        play.reconnect(site)
        reconnected = time.time()
        play.within(60, "the halves see each other", sees_only, survivor, *play.nodes)
        play.within(150, "the service is on one side alone, and nothing is blocked", self._is_settled, survivor)
        healed = time.time() - reconnected
        survivor = self._check_survivor(survivor, main, length)
        if session:
            play.expect(f"the session on {survivor} lives", session.lives(), True)
        self._tell_figures(number, place, length, taken_over, reconnected, healed, survivor)
        self._prepare_next(survivor)

    def _wait_during_cut(self, site: Node, place: str, length: str) -> float | None:
        """After how many seconds the other side had taken over."""
        play = self.play
        if length == "short":
            play.within(60, "each half has lost the other", lambda: all(sees_only(node, node) for node in play.nodes))
            return None
        if place == "other" and not self.both_may_write:
            comes_true(LONG_CUT_OF_OTHER, lambda: play.since() >= LONG_CUT_OF_OTHER)
            return None
        # Where nothing tells the site that is cut off that it is, it takes over as well.
        other = play.other_than(site) if place == "serving" else site
        play.within(180, f"{other} serves its clients", play.first_served_on, other)
        return play.since(play.first_served_on(other))

    def _is_settled(self, seen_from: Node) -> bool:
        if not is_at_rest(seen_from, self.play.nodes):
            return False
        service = self.service()
        return service is not None and nothing_is_blocked(seen_from) and (
            not self.follows_primary or service == newest_primary(self.play.nodes))

    def _check_survivor(self, survivor: Node, main: frozenset, length: str) -> Node:
        play = self.play
        service = self.service()
        if service != survivor and length == "short" and not self.both_may_write:
            # The cut side had just begun to stop by itself when the network came back, and the other side to start.
            play.tell(f"the service has moved to {service}, and sends its writes to the primary on the other side")
            return service
        if main:
            play.expect("the service is where the newest primary is, on", str(service), str(survivor))
            # In a short cut the survivor may be the site that was cut off, and has just stopped serving.
            if length == "long":
                play.expect(f"pgpool on {survivor} was not restarted", main_of(survivor) == main, True)
        return survivor

    def _tell_figures(self, number, place, length, taken_over, reconnected, healed, survivor):
        play = self.play
        if not self.both_may_write:
            play.expect("seconds in which both servers took writes", play.seconds_of_both(), 0)
        last = play.last_write(play.other_than(survivor), reconnected)
        if taken_over is not None:
            self.takeovers.append((taken_over, last))
        play.figure(f"round {number}, {length} cut of the {place} site",
                    f"service on the other side after {in_words(taken_over)} s,"
                    f" last write of the other server after {in_words(last)} s, both took writes for {play.seconds_of_both()} s,"
                    f" healed {healed:.1f} s after the reconnect, survivor {survivor}")

    def _tell_spread(self, name: str, seconds: list[float]):
        if seconds:
            self.play.figure(f"{name}, {len(seconds)} times",
                             f"{min(seconds):.1f} to {max(seconds):.1f} s, median {median(seconds):.1f} s")

    def _prepare_next(self, survivor: Node):
        """A stale primary is never rewound by the agent: that is for the administrator, here for the lab."""
        play = self.play
        primary = newest_primary(play.nodes)
        loser = play.other_than(primary)
        if databases.is_writable(loser):
            play.make_standby(loser)
        # What the cut side has failed is forgotten in time; the lab has less of it.
        survivor.run("crm_resource", "--cleanup", "--node", play.other_than(survivor).name)
        play.within(90, f"pgpool on {survivor} has both servers", has_roles, survivor, *ROLES_WITH[primary.name])
        play.within(90, "no failures are left", no_failures, survivor)
        play.within(60, f"the service is on {survivor} alone", lambda: self.service() == survivor)


# None is short while the lost server is node 0 and a standby: with failover_on_backend_error = off, which this pgpool needs to
# start without its peer, it then loses its main node and has to be restarted (see lost_main_node). It may also with on.

@scenario("s02-isolation-rule", 600, "S2a: a cut site stops by the rule on ping", "group", 2)
@scenario("s02-isolation-attribute", 600, "S2b: a cut site stops by isolation_attribute", "group-attribute", 2)
def isolation(play: Scenario, recipe: str, rounds: int):
    """A primitive in a group, multiple-active=block. The cut side stops by itself before the other side takes writes: by the
    recipe's rule on the attribute of ping, or by the agent's isolation_attribute alone."""
    Rounds(play, recipe, "localhost").run(rounds, SERVING_SHORT, SERVING_LONG, OTHER_LONG, SERVING_LONG)


@scenario("s03-yield", 600, "S3: the overtaken site yields and unblocks")
def overtaken_site_yields(play: Scenario):
    """The users' group: nothing tells the agent of isolation. Both sides take writes during the cut; what the agent can do is to
    end it at the reconnect. After the long cuts the service is on the other side; the last one brings it back to a."""
    Rounds(play, "yield", "localhost", both_may_write=True).run(2, SERVING_SHORT, SERVING_LONG, OTHER_LONG)


@scenario("s04-promotable", 600, "S4: the promoted role goes to the newest primary")
def promotable(play: Scenario):
    """The recommended configuration: pgpool on both nodes, the clients' address where it is promoted."""
    Rounds(play, "promotable", RECIPES["promotable"].address, follows_primary=True).run(
        3, SERVING_SHORT, OTHER_SHORT, SERVING_LONG, OTHER_LONG, SERVING_LONG)


@scenario("takeovers-group", None, "the spread of thirty takeovers: a primitive in a group, by the rule on ping",
          "group", "localhost", False)
@scenario("takeovers-attribute", None, "the spread of thirty takeovers: a primitive in a group, by isolation_attribute",
          "group-attribute", "localhost", False)
@scenario("takeovers-promotable", None, "the spread of thirty takeovers: a promotable clone", "promotable",
          RECIPES["promotable"].address, True)
def takeovers(play: Scenario, recipe: str, host: str, follows_primary: bool):
    """The figures from which the recipes' takeover_delay follows."""
    Rounds(play, recipe, host, follows_primary=follows_primary).run(30, SERVING_LONG)
