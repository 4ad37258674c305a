"""Which server may serve: what was overtaken, promoted by hand, or is nobody's business while the resource is unmanaged."""

import signal
import time

from bed import databases, deeds, look, servers
from bed.look import (ROLES_WITH, attribute, coordinator, fail_counts, has_roles, has_said, main_of, nobody_is_promoted,
                      nothing_is_blocked, reports, score, sees_only)
from bed.machine import AGENT
from bed.node import Node
from bed.processes import send
from bed.recipes import VIP
from bed.scenario import Scenario, Unexpected
from scenarios import scenario
from scenarios.promotable import has_no_address, is_settled, make_orders, order, orders, service_is_on, set_up

TURNED_TO_C = ("down standby", "up primary")


def served_by(node: Node, host: str = "localhost") -> str:
    """The address of the server that answers to a query; nothing if none does."""
    return databases.through_pgpool(node, "select inet_server_addr()", host) or ""


def overtake(play: Scenario, wait_until_turned: bool):
    """A cut and a takeover; nobody rebuilds the old primary on a, which can still be written to."""
    a, c = play.nodes
    play.start_the_clock()
    play.cut_off(a)
    play.within(120, "order 2 is taken by c", order, 2, c)
    play.figure("seconds from the cut until then", play.since())
    play.reconnect(a)
    play.within(60, "the nodes see each other", sees_only, c, a, c)
    play.within(90, "the service is on c alone, and nothing is blocked", is_settled, play, c)
    if wait_until_turned:
        play.within(75, "pgpool on a sends its clients to c", has_roles, a, *TURNED_TO_C)
    play.expect("the old primary can still be written to", databases.is_writable(a), True)


@scenario("second-cut-late", 360, "an overtaken server serves nobody at a second cut that comes late", True)
@scenario("second-cut-soon", 360, "an overtaken server serves nobody at a second cut that comes soon", False)
def second_cut(play: Scenario, late: bool):
    """The other site is cut before the old primary is rebuilt. Better no service than one that has forgotten what was confirmed.
    The cut comes late, when the pgpool of the old primary's site has turned to the newer one, or soon, before a monitor has
    looked at it."""
    a, c = play.nodes

    def server_of_a_is_left_out() -> bool:
        return not play.writes_taken(a) and a.address not in (served_by(a), served_by(a, VIP))

    def answers_from_a() -> bool:
        return served_by(a) == a.address

    make_orders(a)
    set_up(play)
    play.write_through(VIP, a, c)
    play.write_through("localhost", a)
    play.within(20, "order 1 is taken", order, 1, a)
    overtake(play, wait_until_turned=late)

    play.start_the_clock()
    play.cut_off(c)
    if late:
        # Two intervals of the monitor of level 10.
        play.stays(65, "the overtaken server takes no write, and serves no read", server_of_a_is_left_out)
        play.within(10, "a reports why", reports, a, "was overtaken: timeline 2 was served")
    else:
        play.within(60, "pgpool on a answers no more from its server", lambda: not answers_from_a())
        play.figure("second cut: seconds until then", play.since())
        play.stays(35, "it stays so", lambda: not answers_from_a())
    play.expect("the score of a", score(a), "")
    play.expect("nobody is promoted, as a sees it", nobody_is_promoted(a), True)

    play.start_the_clock()
    play.reconnect(c)
    play.within(60, "the nodes see each other", sees_only, c, a, c)
    play.within(60, "orders 1 and 2 are there", lambda: orders(a) == ["1", "2"])
    play.figure("second reconnect: seconds until the orders are there", play.since())
    play.within(90, "the service is on c alone, and nothing is blocked", is_settled, play, c)
    play.expect("confirmed writes that c took and no longer has", lost_by(play, c), set())
    play.within(75, "no failure is left", look.no_failures, c)


def lost_by(play: Scenario, server: Node) -> set[tuple[str, int]]:
    # In this order: applications go on writing.
    confirmed = {(write.writer, str(write.sequence)) for write in play.written().taken(server.address, since=0)}
    rows = databases.ask(server, "select writer, sequence from writes")
    if rows is None:
        raise Unexpected(f"PostgreSQL on {server} does not answer")
    return confirmed - {tuple(row.split("|")) for row in rows.splitlines()}


@scenario("left-behind", 300, "a standby that lost its primary long ago takes over from nobody")
def left_behind(play: Scenario):
    """The standby receives nothing any more, and pgpool has set it down. What was confirmed since then is on the primary alone.
    Better no service than one that has forgotten it."""
    a, c = play.nodes

    def cluster_knows() -> bool:
        kept = a.run("crm_attribute", "--type=crm_config", "--name=pgpool-history-pgpool", "--query", "--quiet")
        return kept is not None and kept.strip().endswith(".1.1")  # timeline 1, without node 1

    def serves_nobody() -> bool:
        return not databases.is_writable(c) and not play.writes_taken(c) and not served_by(c)

    make_orders(a)
    set_up(play)
    play.write_through(VIP, a, c)
    play.within(20, "order 1 is taken", order, 1, a)
    servers.stop(c)
    play.within(60, "pgpool on both nodes has set the standby down",
                lambda: all(has_roles(node, "up primary", "down standby") for node in play.nodes))
    c.must("bash", "-c", f"echo \"primary_conninfo = 'host={a.address} port=1'\" >>{servers.DATA}/postgresql.auto.conf")
    servers.start(c)
    play.within(75, "the cluster knows that the standby was left behind", cluster_knows)
    play.within(10, "order 2 is taken", order, 2, a)

    play.start_the_clock()
    play.cut_off(a)
    play.within(60, "c reports why it does not take over", reports, c, "did not follow the primary when both were last seen")
    play.stays(45, "c serves nobody", serves_nobody)

    play.start_the_clock()
    play.reconnect(a)
    play.within(60, "the nodes see each other", sees_only, c, a, c)
    play.within(90, "the service is on a alone, and nothing is blocked", is_settled, play, a)
    play.within(30, "orders 1 and 2 are there", lambda: orders(a) == ["1", "2"])
    play.figure("seconds from the reconnect until the orders are there", play.since())


@scenario("history-accepted", 480, "a person takes an overtaken primary back")
def history_accepted(play: Scenario):
    """The site that took over is lost for good, and the old primary was never rebuilt. The agent does not bring that into service
    by itself: a person takes it back, and is told what that gives up."""
    a, c = play.nodes

    def nobody_serves() -> bool:
        return nobody_is_promoted(a) and has_no_address(a)

    def promotion_was_taken_back() -> bool:
        if not has_no_address(a):
            raise Unexpected("a has the clients' address")
        return score(a) == "" and nobody_is_promoted(a) and look.is_at_rest(a, play.nodes)

    make_orders(a)
    set_up(play)
    play.within(20, "order 1 is taken", order, 1, a)
    overtake(play, wait_until_turned=True)

    play.kill(c)
    play.within(30, "a is alone", sees_only, a, a)
    # Pacemaker may promote by the score of the last monitor. The promote itself finds what was overtaken, takes the score back,
    # and Pacemaker demotes at once: the address is never there.
    play.within(30, "nobody is promoted, and no client was served meanwhile", promotion_was_taken_back)
    play.stays(40, "nobody is promoted, and no client is served", nobody_serves)

    told = a.must(AGENT, "accept-history")
    print(told)
    play.expect("it is told what is given up", all(words in told for words in (
        "served last: timeline 2 of", "GIVES UP everything that was confirmed on timeline 2")), True)
    play.stays(10, "nobody is promoted, and no client is served", nobody_serves)

    play.start_the_clock()
    print(a.must(AGENT, "accept-history", "--give-up"))
    play.within(90, "pgpool is promoted on a, with the address", lambda: look.is_promoted_on(a) and a.has_address(VIP))
    play.within(60, "order 3 is taken", order, 3, a)
    play.expect("orders", orders(a), ["1", "3"])
    play.figure("seconds from the acceptance until the service is back", play.since())
    play.expect("nothing is left to accept", "nothing is given up" in a.must(AGENT, "accept-history"), True)


@scenario("standby-promoted-detached", None, "a standby promoted by hand takes no service away: detached before", True)
@scenario("standby-promoted-attached", 240, "a standby promoted by hand takes no service away: attached before", False)
def standby_promoted(play: Scenario, detached: bool):
    """Somebody promotes a standby by hand, for a rehearsal or by mistake, beside a primary that serves: the service goes on as if
    nothing had happened, and it is reported. The standby was detached from pgpool before, or not."""
    a, c = play.nodes
    roles = ("up primary", "down standby" if detached else "up standby")

    def serves_undisturbed() -> bool:
        return (main_of(a) == main and service_is_on(play, a) and session.lives() and has_roles(a, *roles)
                and not play.writes_taken(c))

    set_up(play)
    play.write_through(VIP, a)
    play.write_through("localhost", c)
    play.within(20, "a takes writes", play.first_write, a)
    main = main_of(a)
    if detached:
        deeds.detach(a, 1)
        play.within(10, "pgpool on a has detached the standby", has_roles, a, *roles)  # which ends the sessions that use it
    session = play.open_session(a, VIP)

    play.start_the_clock()
    deeds.promote_postgresql(c)
    play.tell("PostgreSQL on c is promoted by hand")
    # Two intervals of the monitor of level 10.
    play.stays(75, "a serves with the same pgpool, address, roles and session, and c takes no write", serves_undisturbed)
    play.within(10, "a reports the split brain", reports, a, "split brain")
    for node in play.nodes:
        play.figure(f"{node} reports", attribute(node, "pgpool-state-pgpool"))
    play.figure("longest gap between accepted writes, in seconds", round(play.written_on(a).longest_gap(play.began), 1))
    play.expect("nothing is blocked", nothing_is_blocked(a), True)
    play.expect("failures counted", fail_counts(a), {})

    play.expect("main processes that are killed", send(a.pgpool_main(), signal.SIGKILL), 1)
    killed = time.time()
    play.within(60, "a new pgpool serves on a, with the server of a alone",
                lambda: main_of(a) != main and service_is_on(play, a) and has_roles(a, "up primary", "down standby"))
    play.within(30, "a takes writes again", play.first_write, a, killed)
    play.expect("writes that c has taken", play.writes_taken(c), 0)


@scenario("promoted-beside", 240, "no application writes to a server that was promoted beside the one that serves")
def promoted_beside(play: Scenario):
    """The pgpool that waits makes a failover of its own, and goes on with a new primary for the applications of its host, while the
    service is well: what they write there would be given up."""
    a, c = play.nodes

    def is_served_by_a() -> bool:
        return play.written_on(c).writes[-1].server == a.address

    def serves_undisturbed() -> bool:
        return main_of(a) == main and service_is_on(play, a) and session.lives()

    set_up(play)
    play.write_through(VIP, a)
    play.write_through("localhost", c)
    play.within(20, "a takes writes", play.first_write, a)
    main = main_of(a)
    session = play.open_session(a, VIP)

    play.start_the_clock()
    deeds.detach(c, 0)
    play.within(30, "pgpool on c has promoted the server there, and sends writes to it", play.first_write, c)
    play.within(75, "the application on c is served by a again", is_served_by_a)
    play.figure("seconds until then", play.since())
    turned = time.time()
    # One more monitor of level 10.
    play.stays(35, "a serves with the same pgpool, address and session, and c takes no write",
               lambda: serves_undisturbed() and not play.writes_taken(c, turned))
    play.expect("roles in pgpool on c", has_roles(c, "up primary", "down standby"), True)
    play.within(10, "c reports why", reports, c, "was promoted to timeline 2 beside node 0")
    play.within(10, "a reports the split brain", reports, a, "split brain")
    play.expect("nothing is blocked", nothing_is_blocked(a), True)
    play.within(90, "no failure is left", look.no_failures, a)


@scenario("unmanaged-lost", 300, "an unmanaged resource is left alone: a standby is lost", True)
@scenario("unmanaged-promoted", None, "an unmanaged resource is left alone: a standby is promoted", False)
def unmanaged(play: Scenario, lost: bool):
    """A standby is lost and comes back, or is promoted by hand: the agent looks, reports, and touches nothing until the resource is
    managed again."""
    a, c = play.nodes
    roles = ("up primary", "down standby" if lost else "up standby")

    def nothing_is_touched() -> bool:
        return ((main_of(a), main_of(c)) == mains and service_is_on(play, a) and has_roles(a, *roles)
                and not play.writes_taken(c))

    set_up(play)
    play.write_through(VIP, a)
    play.within(20, "a takes writes", play.first_write, a)
    mains = main_of(a), main_of(c)

    a.must("pcs", "resource", "unmanage", "pgpool-clone")
    play.start_the_clock()
    if lost:
        deeds.detach(a, 1)
        play.make_standby(c)
    else:
        deeds.promote_postgresql(c)
        play.tell("the standby is promoted")
    play.within(40, "a reports it", reports, a, "the resource is unmanaged, and left alone" if lost else "split brain")
    play.figure("a reports", attribute(a, "pgpool-state-pgpool"))
    # One more monitor of level 10.
    play.stays(35, "nothing is attached, promoted or stopped", nothing_is_touched)

    play.start_the_clock()
    a.must("pcs", "resource", "manage", "pgpool-clone")
    play.tell("the resource is managed again")
    roles = ROLES_WITH["a"]
    play.within(60, "pgpool has the roles that it should have", has_roles, a, *roles)
    play.figure("seconds until then", play.since())
    play.expect("nothing else was touched", nothing_is_touched(), True)
    play.expect("failures counted", fail_counts(a), {})


@scenario("degraded-takeover", 300, "what monitors report delays no takeover")
def degraded_takeover(play: Scenario):
    """A backend that never answers gives every monitor of level 10 something to report, on both nodes, and the site that is cut is
    the one that Pacemaker's decisions came from: what is reported must not delay the takeover."""
    a, c = play.nodes

    def have_voted() -> bool:
        """The nodes begin alone, each for itself."""
        return look.is_at_rest(a, play.nodes) and coordinator(a) == coordinator(c) != ""

    play.within(60, "the nodes agree where Pacemaker decides", have_voted)
    site = next(node for node in play.nodes if node.name == coordinator(a))
    survivor = play.other_than(site)
    play.tell(f"Pacemaker decides on {site}")
    if site == c:
        servers.stop(a)
        deeds.promote_postgresql(c)
        play.make_standby(a)
    play.configure_pgpool(backend_hostname2=site.address, backend_port2=5999)
    set_up(play, site, "down standby")
    play.write_through(VIP, a, c)
    play.within(60, f"{site} takes writes", play.first_write, site)
    for node in play.nodes:
        # In the words of the log, as monitors of any agent say it.
        play.within(60, f"the monitor on {node} reports the third backend", has_said, node,
                    r"pgpool\(pgpool\).*node 2 .* (is detached|cannot be asked)")
        play.within(60, f"pgpool on {node} has both servers", has_roles, node, *ROLES_WITH[site.name], "down standby")
    play.expect("Pacemaker decides on", coordinator(site), site.name)

    play.start_the_clock()
    play.cut_off(site)
    play.within(150, f"{survivor} takes writes", play.first_write, survivor)
    # Pacemaker would wait for 100 s for the end of a monitor that reports.
    play.expect_at_most(f"seconds from the cut to the first write on {survivor}", play.since(play.first_write(survivor)), 75)
    play.expect("seconds in which both servers took writes", play.seconds_of_both(), 0)
