"""What is around a site: its gateway, its applications, its peer, its power switch."""

import threading
import time
from pathlib import Path

from bed import databases
from bed.look import (ROLES_WITH, ROLES_WITHOUT_OTHER, attribute, fail_counts, has_roles, has_said, main_of, no_pgpool_on,
                      nothing_is_blocked, sees_only, view)
from bed.machine import CLUSTER
from bed.node import Node
from bed.recipes import VIP
from bed.scenario import Scenario, in_words
from scenarios import scenario
from scenarios.promotable import service_is_on, set_up


@scenario("gateway-lost", 240, "a gateway that dies alone moves nothing")
def gateway_lost(play: Scenario):
    """It comes back later; both nodes still reach each other meanwhile, and nothing moves or stops."""
    a, c = play.nodes

    def pings_reach(number: str) -> bool:
        return attribute(a, "pingd") == attribute(c, "pingd") == number

    def serves_undisturbed() -> bool:
        return (main_of(a), main_of(c)) == mains and service_is_on(play, a) and session.lives()

    set_up(play)
    play.within(30, "each node reaches the gateway, itself and the other one", pings_reach, "3")
    mains = main_of(a), main_of(c)
    session = play.open_session(a, VIP)
    play.write_through(VIP, a)

    play.start_the_clock()
    play.lab.lose_gateway()
    play.within(30, "both nodes miss the gateway", pings_reach, "2")
    # Two intervals of the monitor of level 10.
    play.stays(65, "pgpool on both nodes, the address and the session stay as they are", serves_undisturbed)
    play.lab.restore_gateway()
    play.within(30, "both nodes reach the gateway again", pings_reach, "3")
    play.expect("nothing has moved at its return", serves_undisturbed(), True)
    play.figure("longest gap between accepted writes, in seconds", round(play.written().longest_gap(play.began), 1))
    play.expect("nothing is blocked", nothing_is_blocked(a), True)
    play.expect("failures counted", fail_counts(a), {})


@scenario("local-clients", 300, "no application writes to a stale primary through the pgpool of its own host")
def local_clients(play: Scenario):
    """Applications on both hosts write through the pgpool of their own host, promoted or not. Once the other side has been promoted
    none of them writes to the stale primary any more, neither in the cut nor after the reconnect."""
    a, c = play.nodes

    def no_write_on_a() -> bool:
        return not play.writes_taken(a, promoted)

    def is_served_by_c(node: Node) -> bool:
        return bool(written := play.written_on(node).writes) and written[-1].server == c.address

    play.configure_failover(wait=8)  # a client of the pgpool on c finds out at once that a is lost
    set_up(play)
    play.write_through("localhost", a, c)
    play.within(20, "a takes writes", play.first_write, a)

    play.start_the_clock()
    play.cut_off(a)
    play.within(30, "pgpool on a has been stopped", no_pgpool_on, a)
    play.within(120, "c takes writes", play.first_write, c)
    promoted = play.first_write(c)
    last = play.written().taken(a.address, since=0)[-1].ended
    play.figure("seconds until the last write of the site that was cut off", play.since(last))
    play.figure("seconds until the first write of the other one", play.since(promoted))
    play.stays(20, "a takes no write", no_write_on_a)

    play.start_the_clock()
    play.reconnect(a)
    play.within(60, "the application on a is served by the new primary", is_served_by_c, a)
    play.figure("seconds from the reconnect until the application on a writes again", play.since())
    play.stays(45, "a takes no write", no_write_on_a)
    play.expect("the service is on c alone", service_is_on(play, c), True)
    play.expect("nothing is blocked", nothing_is_blocked(c), True)
    play.expect("failures counted", fail_counts(c), {})


@scenario("peer-killed", 300, "a killed peer is no isolation")
def peer_killed(play: Scenario):
    """A peer that is dead is not a network that is gone: the healthy side is never isolated, and never yields."""
    a, c = play.nodes

    def serves_undisturbed() -> bool:
        return service_is_on(play, a) and main_of(a) == main

    set_up(play)
    play.write_through(VIP, a)
    play.within(20, "a takes writes", play.first_write, a)
    main = main_of(a)

    play.start_the_clock()
    play.kill(c)
    play.within(30, "a is alone", sees_only, a, a)
    play.within(30, "pgpool on a has lost c's server", has_roles, a, *ROLES_WITHOUT_OTHER["a"])
    # Longer than an interval of the monitor of level 10 and the grace of isolation.
    play.stays(45, "a is promoted, with the address and the same pgpool", serves_undisturbed)
    play.within(10, "a takes writes", play.first_write, a, time.time())
    play.expect("what the agent on a has taken for an isolation", has_said(a, r"pgpool\(pgpool\).*(isolated|yielded)"), 0)
    play.expect("failures counted", fail_counts(a), {})

    play.lab.start(c)
    play.within(90, "the nodes see each other", sees_only, a, a, c)
    play.within(90, "pgpool on a has both servers again", has_roles, a, *ROLES_WITH["a"])
    play.stays(10, "a is promoted, with the address and the same pgpool", serves_undisturbed)


class PowerSwitch:
    """Ends the nodes for which node/fence_lab asks, as long as the lab is up."""

    def __init__(self, play: Scenario):
        self._play = play
        for node in play.nodes:
            self._provide_fence_agent(node)
        threading.Thread(target=self._watch, daemon=True).start()

    def _provide_fence_agent(self, node: Node):
        """Pacemaker looks for fence agents in /usr/sbin alone, which the nodes share with the machine."""
        agents = node.root / "var/log/fence-agent"
        agents.mkdir()
        (agents / "fence_lab").symlink_to(CLUSTER / "node/fence_lab")
        node.must("mount", "-t", "overlay", "-o", "lowerdir=/var/log/fence-agent:/usr/sbin", "overlay", "/usr/sbin")

    def _watch(self):
        while True:
            for request in self._requests():
                self._play.lab.kill(next(node for node in self._play.nodes if node.name == request.name))
                request.unlink()
            time.sleep(0.2)

    def _requests(self) -> list[Path]:
        return [request for node in self._play.nodes for request in (node.root / "var/log/fence").glob("*")]


@scenario("fencing", 300, "a fenced site is not waited for", "fencing")
@scenario("fencing-crmsh", None, "a fenced site is not waited for: the recipe for crmsh", "fencing-crmsh")
def fencing(play: Scenario, recipe: str):
    """A site that Pacemaker has fenced has given up: the other one takes over at once. Recipe promotable-with-fencing."""
    a, c = play.nodes

    def server_of_a_serves_nobody() -> bool:
        return service_is_on(play, c) and not play.writes_taken(a, back)

    PowerSwitch(play)
    set_up(play, recipe=recipe)
    play.within(60, "the power of both nodes is watched",
                lambda: all(view(a).nodes_of(f"fence-{node}") for node in play.nodes))
    play.write_through(VIP, a, c)
    play.within(20, "a takes writes", play.first_write, a)

    play.start_the_clock()
    play.cut_off(a)
    play.within(60, "a is powered off", lambda: not a.is_up())
    play.within(60, "c serves its clients", play.first_write, c)
    play.figure("seconds from the cut to the first write on c", play.since(play.first_write(c)))
    play.figure("seconds from the cut to the last write of a", in_words(play.last_write(a)))
    play.expect("seconds in which both servers took writes", play.seconds_of_both(), 0)
    play.expect("waits of the agent on c for a site that was fenced", has_said(c, r"pgpool\(pgpool\).*takes over in"), 0)

    # Its PostgreSQL comes back as the primary that it was.
    play.lab.start(a)
    back = time.time()
    play.within(90, "the nodes see each other", sees_only, c, a, c)
    play.within(60, "the server on a takes writes, for itself", databases.is_writable, a)
    play.stays(25, "c serves, and no client reaches the overtaken server", server_of_a_serves_nobody)
    # The fence agent of a is gone with its mount, which Pacemaker there may have noticed.
    play.expect("failures of pgpool", [key for key in fail_counts(c) if key[1] == "pgpool"], [])
