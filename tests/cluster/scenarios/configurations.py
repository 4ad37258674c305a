"""The recipes, in the words of pcs and of crmsh, and the way from an init script, or from another agent, to this one."""

import shutil

from bed import deeds
from bed.look import (ROLES_WITH, fail_counts, family_of, has_roles, is_promoted_on, main_of, no_pgpool_on, nothing_is_blocked,
                      runs_on, score)
from bed.machine import CLUSTER
from bed.network import GATEWAY
from bed.node import Node
from bed.recipes import SCRIPTS, VIP
from bed.scenario import Scenario
from scenarios import scenario
from scenarios.promotable import has_address


@scenario("promotable-pcs", 240, "a promotable clone follows the recipe for pcs", "promotable-with-vip")
@scenario("promotable-crmsh", 240, "a promotable clone follows the recipe for crmsh", "promotable-with-vip.crmsh")
def promotable_clone(play: Scenario, recipe: str):
    """pgpool on every node, the address where it is promoted."""
    a, c = play.nodes
    a.must("env", f"VIP={VIP}", f"GATEWAYS={GATEWAY}", str(SCRIPTS / recipe))
    play.within(60, "pgpool is promoted on a, where the primary is", is_promoted_on, a)
    play.within(30, "it runs on both nodes", runs_on, "pgpool", a, c)
    play.within(60, "the score of a: timeline 1, local primary", lambda: score(a) == "1500")
    play.within(60, "the score of c: timeline 1", lambda: score(c, a) == "1000")
    play.within(30, "the address is on a alone", has_address, play, a)
    play.expect("explain knows that c is connected", "the network answers to ping" in deeds.explain(c), True)
    play.write_through(VIP, c)
    play.within(20, "a client on c writes through the address", play.first_write, a)
    main = main_of(c)

    # The other instance is warm: it is promoted, not started.
    play.start_the_clock()
    a.must("pcs", "node", "standby", "a")
    play.within(60, "pgpool is promoted on c", is_promoted_on, c)
    play.within(30, "the address is on c alone", has_address, play, c)
    moved = play.began + play.since()
    play.within(30, "the client writes again", play.first_write, a, moved)
    play.expect("the main process on c is the same", main_of(c) == main, True)
    play.expect("the score of a, stopped", score(a), "")
    play.figure("seconds until the address has moved", play.since(moved))
    play.figure("longest gap between accepted writes, in seconds", round(play.written().longest_gap(play.began), 1))

    a.must("pcs", "node", "unstandby", "a")
    play.within(60, "a has a score again", lambda: score(a) == "1500")
    play.within(60, "pgpool is promoted on a again", is_promoted_on, a)
    play.within(30, "the address is on a alone", has_address, play, a)
    play.expect("failures counted", fail_counts(a), {})

    a.must("pcs", "resource", "disable", "pgpool-clone")
    for node in play.nodes:
        play.within(60, f"no pgpool runs on {node}", no_pgpool_on, node)
    play.within(30, "pgpool is stopped in Pacemaker's eyes", runs_on, "pgpool", seen_from=a)
    for node in play.nodes:
        play.expect(f"the score of {node}", score(node, a), "")


@scenario("primitive-pcs", 240, "a primitive in a group follows the recipe for pcs", "primitive-in-group")
@scenario("primitive-crmsh", 240, "a primitive in a group follows the recipe for crmsh", "primitive-in-group.crmsh")
def primitive(play: Scenario, recipe: str):
    """The group starts in order, moves as a whole, and comes back."""
    a, c = play.nodes
    a.must("pcs", "resource", "create", "companion", "lsb:companion", "op", "monitor", "interval=5s", "--disabled")
    a.must("env", f"GATEWAYS={GATEWAY}", "MEMBERS=companion", "PREFERRED=a", str(SCRIPTS / recipe))
    a.must("pcs", "resource", "enable", "companion")
    play.within(60, "the group runs on a", runs_on, "companion", a)
    play.within(30, "pgpool knows its servers", has_roles, a, *ROLES_WITH["a"])
    play.within(30, "ping runs on both nodes", runs_on, "ping", a, c)
    play.write_through("localhost", a)
    play.within(10, "a takes writes", play.first_write, a)

    play.start_the_clock()
    a.must("pcs", "node", "standby", "a")
    play.within(60, "the group runs on c", runs_on, "companion", c)
    moved = play.since()
    play.within(30, "pgpool on c knows its servers", has_roles, c, *ROLES_WITH["a"])
    play.expect("pgpool on a", family_of(a), frozenset())
    play.figure("seconds until the group has moved", moved)
    play.expect("failures counted", fail_counts(a), {})
    play.expect("nothing is blocked", nothing_is_blocked(a), True)


INIT_SCRIPT = "lsb:pgpool"
# Of a configuration file that the new agent would not look for by itself.
PGPOOL_HA = "ocf:heartbeat:pgpool pgpoolconf=/etc/pgpool2/ha.conf pgpooluser=postgres checkmethod=pid"

GROUP = """
pcs resource create pgpool $0 op monitor interval=5s --group service
pcs resource create companion lsb:companion op monitor interval=5s --group service
pcs resource meta pgpool multiple-active=block
pcs constraint location service prefers a
"""


def provide_pgpool_ha(node: Node):
    shutil.copy(CLUSTER / "node/pgpool_ha", node.root / "usr/lib/ocf/resource.d/heartbeat/pgpool")
    (node.root / "etc/pgpool2/pgpool.conf").rename(node.root / "etc/pgpool2/ha.conf")


@scenario("s11-migration", 240, "S11: the agent takes over from an init script", INIT_SCRIPT)
@scenario("migration-from-pgpool-ha", 240, "the agent takes over from pgpool-HA's", PGPOOL_HA)
def migration(play: Scenario, former: str):
    """The agent takes over a pgpool that a former one has started, without a restart: recipe migrate."""
    a, _ = play.nodes

    def companion() -> str:
        return a.must("cat", "/run/companion.pid")

    def is_undisturbed() -> bool:
        return runs_on("pgpool", a) and main_of(a) == main and not fail_counts(a)

    if former == PGPOOL_HA:
        for node in play.nodes:
            provide_pgpool_ha(node)
    a.must("bash", "-ec", GROUP, former)
    play.within(60, "the group runs on a", runs_on, "companion", a)
    play.within(30, "pgpool knows its servers", has_roles, a, *ROLES_WITH["a"])
    main, other = main_of(a), companion()
    session = play.open_session(a)
    backend = session.ask("select pg_backend_pid()")
    play.tell(f"a session is open, served by PostgreSQL's process {backend}")
    play.write_through("localhost", a)
    play.within(10, "a takes writes", play.first_write, a)

    play.start_the_clock()
    print(a.must("env", "BACKUP=/var/lib/pacemaker/before-migration.xml", str(SCRIPTS / "migrate")))
    play.tell("the recipe is done")
    migrated = play.since()
    play.expect("Pacemaker shows the agent", "ocf:custom:pgpool" in a.must("crm_mon", "--one-shot"), True)
    play.within(10, "Pacemaker sees it started on a", runs_on, "pgpool", a)
    play.expect("the main process is the same", main_of(a) == main, True)
    play.expect("the session is served by", session.ask("select pg_backend_pid()"), backend)
    play.expect("process of the other service", companion(), other)

    # More than an interval of the monitor of level 10.
    play.stays(40, "the same main process, and no failure", is_undisturbed)
    play.expect("the session is served by", session.ask("select pg_backend_pid()"), backend)
    play.expect("writes refused since the migration began", play.written().refused(play.began), 0)
    play.figure("seconds of the migration", migrated)
    play.figure("longest gap between accepted writes, in seconds", round(play.written().longest_gap(play.began), 1))

    # The agent is in charge from here on.
    a.must("pcs", "resource", "disable", "service")
    play.within(60, "a stop by the agent leaves no pgpool", no_pgpool_on, a)
