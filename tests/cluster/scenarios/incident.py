"""The incident, and what the agent makes of a group that is blocked."""

import time

from bed import databases, deeds
from bed.look import (ROLES_WITH, has_roles, is_blocked, no_pgpool_on, roles_of, runs_on, sees_only, view)
from bed.recipes import RECIPES
from bed.scenario import Scenario
from scenarios import scenario

INIT_SCRIPT = """
pcs resource defaults update resource-stickiness=INFINITY migration-threshold=1
pcs resource create ping ocf:pacemaker:ping host_list=10.88.0.254 multiplier=1 dampen=1s op monitor interval=2s timeout=10s clone
pcs resource create pgpool lsb:pgpool op monitor interval=5s --group service
pcs resource create companion lsb:companion op monitor interval=5s --group service
pcs resource meta pgpool multiple-active=block
pcs resource meta companion multiple-active=block
pcs constraint location service prefers a=200 c=100
"""


@scenario("s01-baseline", 360, "S1: the incident shows with an init script")
def baseline(play: Scenario):
    """With an init script in place of the agent: it proves that the lab shows the problem."""
    a, c = play.nodes
    # pgpool on c looks once for a primary; PostgreSQL is promoted after that.
    play.configure_pgpool(search_primary_node_timeout=1)
    play.configure_failover(promotion_delay=5)
    a.must("bash", "-ec", INIT_SCRIPT)
    play.within(60, "the group runs on a", runs_on, "companion", a)
    play.within(30, "pgpool on a knows its servers", has_roles, a, *ROLES_WITH["a"])
    play.write_through("localhost", a, c)
    play.within(10, "a takes writes", play.first_write, a)

    play.start_the_clock()
    play.cut_off(a)
    play.within(60, "c has taken over the group", runs_on, "companion", c)
    play.within(120, "c takes writes", play.first_write, c)
    taken_over = play.first_write(c)
    play.within(60, "both servers took writes for 20 s", lambda: play.seconds_of_both() >= 20)
    play.expect("pgpool on c believes", roles_of(c), ("down standby", "up standby"))
    play.expect("PostgreSQL on c is writable: the role that pgpool gives it is stale", databases.is_writable(c), True)

    play.reconnect(a)
    reconnected = time.time()
    play.within(60, "the halves see each other", sees_only, c, a, c)
    play.within(30, "pgpool is blocked", is_blocked, "pgpool", c)
    play.within(30, "the other service of the group is blocked", is_blocked, "companion", c)
    play.expect("pgpool is active on", view(c).nodes_of("pgpool"), ("a", "c"))
    play.expect("the other service is active on", view(c).nodes_of("companion"), ("a", "c"))
    now = time.time()
    play.within(20, "a still takes writes", play.first_write, a, now)
    play.within(20, "c still takes writes", play.first_write, c, now)
    play.expect("pgpool is still blocked", is_blocked("pgpool", c), True)

    play.figure("seconds until service on the other side", play.since(taken_over))
    play.expect_more_than("seconds in which both servers took writes", play.seconds_of_both(), 15)
    play.expect_more_than("writes that the losing side took after the takeover", play.writes_taken(a, taken_over), 50)
    play.expect_more_than("writes that the losing side took after the reconnect", play.writes_taken(a, reconnected), 0)


@scenario("s10-stop-while-blocked", 360, "S10: the cluster is stopped while it is blocked")
def stop_while_blocked(play: Scenario):
    """The whole cluster is stopped at the reconnect, while Pacemaker still has the group blocked on both nodes: with an init script
    the stop waits for the escalation of 20 minutes, because what is blocked is never stopped."""
    a, c = play.nodes
    RECIPES["yield"].set_up(play.lab)
    play.within(60, "the group runs on a", runs_on, "companion", a)
    play.within(60, "pgpool on a has both servers", has_roles, a, *ROLES_WITH["a"])
    play.write_through("localhost", c)

    play.cut_off(a)
    play.within(180, "c takes writes", play.first_write, c)
    play.within(60, "the group runs on c too", runs_on, "companion", c)
    play.reconnect(a)
    play.within(60, "pgpool is blocked", is_blocked, "pgpool", c)
    explanation = deeds.explain(c)
    print(explanation)
    play.expect("explain tells that the resource is blocked", "BLOCKED" in explanation, True)

    play.start_the_clock()
    for node in play.nodes:
        deeds.stop_cluster(node)
    for node in play.nodes:
        play.within(240, f"Pacemaker has ended on {node}", lambda node=node: not node.cluster_daemon("pacemakerd"))
    play.figure("seconds until the cluster has stopped", play.since())
    for node in play.nodes:
        play.expect(f"no pgpool runs on {node}", no_pgpool_on(node), True)
