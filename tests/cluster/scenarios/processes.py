"""A single pgpool: processes of it, of the cluster and of PostgreSQL that die, freeze or are late."""

import signal
import time

from bed import cluster, databases, deeds, servers
from bed.look import (ROLES_WITH, ROLES_WITHOUT_OTHER, actions_done, fail_counts, family_of, has_other_main, has_roles, main_of,
                      no_pgpool_on, nothing_is_blocked, runs_on, sees_only, serves, view)
from bed.machine import PGPOOL
from bed.node import Node
from bed.processes import send
from bed.scenario import Scenario, Unexpected, comes_true
from bed.servers import AS_POSTGRES
from scenarios import scenario


def run_pgpool_on(play: Scenario, node: Node, *operations: str, preference: str = ""):
    """A single pgpool that prefers NODE, with both servers."""
    node.must("pcs", "constraint", "location", "regexp%pgpool", "prefers", f"{node}{preference}")
    node.must("pcs", "resource", "create", "pgpool", "ocf:custom:pgpool", *operations)
    play.within(60, f"pgpool runs on {node}", runs_on, "pgpool", node)


def is_settled(play: Scenario) -> bool:
    """Pacemaker and the processes agree on one pgpool, and a's PostgreSQL is its primary."""
    seer = play.nodes[-1]
    active = [node for node in play.nodes if main_of(node)]
    return len(active) == 1 and nothing_is_blocked(seer) and runs_on("pgpool", active[0], seen_from=seer) and has_roles(
        active[0], *ROLES_WITH["a"])


@scenario("s05-late-promotion", 240, "S5: PostgreSQL is promoted late")
def late_promotion(play: Scenario):
    """PostgreSQL is promoted after pgpool has stopped looking for a primary."""
    a, c = play.nodes
    play.configure_pgpool(search_primary_node_timeout=1)
    play.configure_failover(promotion_delay=10)
    run_pgpool_on(play, c)
    play.within(30, "it knows its servers", has_roles, c, *ROLES_WITH["a"])
    play.write_through("localhost", c)
    play.within(10, "a's PostgreSQL takes writes", play.first_write, a)
    main = main_of(c)

    play.start_the_clock()
    play.kill(a)
    play.within(60, "pgpool has looked for a primary and found none", has_roles, c, "down standby", "up standby")
    play.within(60, "PostgreSQL on c is promoted", databases.is_writable, c)
    promoted = play.since()
    play.within(60, "pgpool's role is right", has_roles, c, *ROLES_WITHOUT_OTHER["c"])
    aligned = play.since()
    play.within(20, "c takes writes", play.first_write, c)
    play.expect("the main process is the same", main_of(c) == main, True)
    play.expect("failures counted", fail_counts(c), {})
    play.figure("seconds from PostgreSQL's promotion to the right role", round(aligned - promoted, 1))
    play.figure("seconds until service on the other side", play.since(play.first_write(c)))


@scenario("s06-main-killed", 240, "S6: pgpool's main is killed")
def main_killed(play: Scenario):
    """pgpool's main process is killed: its children would go on serving clients for ever."""
    a, c = play.nodes
    run_pgpool_on(play, a)
    play.within(30, "it knows its servers", has_roles, a, *ROLES_WITH["a"])
    play.write_through("localhost", a)
    play.within(10, "a takes writes", play.first_write, a)
    # They first look at the same time: then each of them would count a failure.
    play.within(30, "both monitors have looked", lambda: actions_done(a, "pgpool", "monitor") >= 2)
    old_main, old_family = main_of(a), family_of(a)

    play.start_the_clock()
    play.expect("main processes that are killed", send(a.pgpool_main(), signal.SIGKILL), 1)
    play.tell(f"{len(family_of(a) & old_family)} processes of its family live on")
    play.within(60, "nothing of the old family is left", lambda: not family_of(a) & old_family)
    reaped = time.time()
    play.within(30, "there is a new main process", has_other_main, a, old_main)
    play.within(30, "a takes writes", play.first_write, a, reaped)
    play.within(30, "Pacemaker sees it started", runs_on, "pgpool", a)
    play.within(30, "it knows its servers", has_roles, a, *ROLES_WITH["a"])
    play.expect("what is back of the old family", family_of(a) & old_family, frozenset())
    play.expect("failures counted", fail_counts(a), {("a", "pgpool"): "1"})
    play.expect("pgpool on c", family_of(c), frozenset())

    play.figure("seconds until the orphans are gone", play.since(reaped))
    play.figure("seconds until clients are served by the new family", play.since(play.first_write(a, reaped)))


@scenario("s07-daemons-killed", 240, "S7: the cluster's daemons are killed")
def daemons_killed(play: Scenario):
    """The cluster's own daemons die on the active node; pgpool lives on without them. There is no fencing here, so a node that
    comes back late finds that the other one has started pgpool."""
    a, c = play.nodes
    run_pgpool_on(play, a)
    play.within(30, "it knows its servers", has_roles, a, *ROLES_WITH["a"])
    play.write_through("localhost", a)
    play.within(10, "a takes writes", play.first_write, a)
    main = main_of(a)

    play.start_the_clock()
    deeds.kill_cluster_daemons(a)
    cluster.start(a)
    play.within(60, "the halves see each other", sees_only, a, a, c)
    play.within(30, "Pacemaker finds pgpool on a", runs_on, "pgpool", a, seen_from=c)
    play.within(30, "one pgpool, and nothing is blocked", is_settled, play)
    settled = play.since()
    play.expect("the main process is the same", main_of(a) == main, True)
    play.expect("writes refused", play.written().refused(play.began), 0)
    play.figure("seconds from the kill to rest, daemons restarted at once", settled)

    play.start_the_clock()
    deeds.kill_cluster_daemons(a)
    play.within(60, "c has taken over", main_of, c)
    play.expect("pgpool on a lives on as well", bool(main_of(a)), True)
    cluster.start(a)
    play.start_the_clock()
    play.within(60, "the halves see each other", sees_only, c, a, c)
    play.within(60, "one pgpool, and nothing is blocked", is_settled, play)
    settled = play.since()
    play.tell(f"it runs on {' '.join(view(c).nodes_of('pgpool'))}")
    play.stays(15, "one pgpool, and nothing is blocked", is_settled, play)
    play.figure("seconds from the daemons' return to rest", settled)


@scenario("found-running", 240, "pgpool was started by something else on both nodes: one of them goes on")
def found_running(play: Scenario):
    """Pacemaker's first probes find pgpool on both nodes, as where the system starts it. It blocks the resource and begins no
    monitor of it."""
    a, c = play.nodes
    for node in play.nodes:
        node.begin(*AS_POSTGRES, PGPOOL, "-n", "-f", "/etc/pgpool2/pgpool.conf")
    for node in play.nodes:
        play.within(60, f"pgpool on {node} knows its servers", has_roles, node, *ROLES_WITH["a"])
        databases.write_pcp_passfile(node)
    play.write_through("localhost", a)
    play.within(10, "a takes writes", play.first_write, a)
    main = main_of(a)
    play.expect("main processes on a", len(main), 1)

    play.start_the_clock()
    a.must("pcs", "resource", "create", "pgpool", "ocf:custom:pgpool", "pcp_user=lab", f"pcp_passfile={databases.PCP_PASSFILE}", "meta",
           "multiple-active=block")
    play.within(60, "Pacemaker has found both, and blocks", lambda: not nothing_is_blocked(c))
    play.within(90, "one pgpool, and nothing is blocked", is_settled, play)
    settled = play.since()
    play.expect("the main process beside the primary is the same", main_of(a) == main, True)
    play.expect("writes refused", play.written().refused(play.began), 0)
    play.stays(15, "one pgpool, and nothing is blocked", is_settled, play)
    play.figure("seconds from the resource's creation to rest", settled)


@scenario("s08-stop", 300, "S8: pgpool is stopped in states in which it hangs")
def stops_that_hang(play: Scenario):
    """A frozen main, a frozen child, a wedged PCP, a running failover_command."""
    a, c = play.nodes

    def failover_command_runs() -> bool:
        return any("/etc/pgpool2/failover" in process.title for process in a.processes())

    def stops_in_time(what: str):
        """A stop that fails or lasts too long blocks the resource here, where nothing fences."""
        stops_before, limit, asked = actions_done(a, "pgpool", "stop"), stop_timeout(a), time.time()
        a.must("pcs", "resource", "disable", "pgpool")
        play.within(limit + 30, f"{what}: it is stopped", lambda: runs_on("pgpool", seen_from=a) and no_pgpool_on(a))
        play.expect_at_most(f"seconds to stop with {what}", round(time.time() - asked, 1), limit)
        play.expect(f"{what}: nothing is blocked", nothing_is_blocked(a), True)
        play.expect(f"{what}: Pacemaker ran a stop", actions_done(a, "pgpool", "stop") > stops_before, True)
        play.expect(f"{what}: failover_command still runs", failover_command_runs(), False)

    def starts_again():
        play.make_standby(c)
        a.run("pcs", "resource", "cleanup", "pgpool", seconds=60)
        a.must("pcs", "resource", "enable", "pgpool")
        play.within(60, "pgpool runs on a", runs_on, "pgpool", a)
        play.within(60, "it knows its servers", has_roles, a, *ROLES_WITH["a"])

    run_pgpool_on(play, a, preference="=INFINITY")
    play.within(30, "it knows its servers", has_roles, a, *ROLES_WITH["a"])

    play.expect("main processes that freeze", send(a.pgpool_main(), signal.SIGSTOP), 1)
    stops_in_time("a frozen main")
    starts_again()

    children = [process for process in a.pgpool() if process.title.startswith("pgpool: wait for connection request")]
    play.expect("children that freeze", send(children[-1:], signal.SIGSTOP), 1)
    stops_in_time("a frozen child")
    starts_again()

    wedge_pcp(play, a, c)
    stops_in_time("a wedged PCP")
    play.configure_failover(duration=300)
    starts_again()

    servers.stop(c)
    play.within(60, "failover_command runs", failover_command_runs)
    stops_in_time("a running failover_command")


def stop_timeout(node: Node) -> int:
    """Of the agent's metadata, in seconds."""
    metadata = node.must("crm_resource", "--show-metadata", "ocf:custom:pgpool")
    action = next(line for line in metadata.splitlines() if '<action name="stop"' in line)
    return int(action.split('timeout="')[1].split('"')[0].removesuffix("s"))


def wedge_pcp(play: Scenario, node: Node, standby: Node):
    """An idle PCP client, and then a failover: main waits for the PCP process, which waits for the client. From 4.5 on it does
    not: then the failover ends."""
    def has_a_client() -> bool:
        return bool((node.run("ss", "--no-header", "--tcp", "state", "established", "( sport = :9898 )") or "").strip())

    def main_waits() -> bool:
        return any(_waits_for(process.pid) == "do_wait" for process in node.pgpool_main())

    node.begin("bash", "-c", "exec 3<>/dev/tcp/localhost/9898; sleep infinity")
    play.within(10, "PCP has a client", has_a_client)
    servers.stop(standby)
    play.within(60, "main waits for PCP, or has gone on", lambda: main_waits() or has_roles(node, "up primary", "down standby"))


def _waits_for(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/wchan", encoding="ascii") as channel:
            return channel.read()
    except OSError:
        return ""


@scenario("main-node-lost", 240, "a pgpool that has lost its main node is restarted")
def lost_main_node(play: Scenario):
    """The standby that is node 0 is away for a moment, too short for the health check, and clients come meanwhile: pgpool refuses
    every client afterwards, and calls all its nodes well."""
    a, c = play.nodes
    servers.stop(a)
    deeds.promote_postgresql(c)
    play.make_standby(a)
    play.configure_pgpool(health_check_max_retries=10)  # longer than a standby takes on a busy machine
    run_pgpool_on(play, c)
    play.within(30, "it knows its servers", has_roles, c, *ROLES_WITH["c"])
    play.write_through("localhost", c)
    play.within(10, "c takes writes", play.first_write, c)
    old_main = main_of(c)

    play.expect("pgpool refuses its clients", rebuild_until_refused(play, a, c), True)
    play.start_the_clock()
    play.within(60, "there is a new main process", has_other_main, c, old_main)
    play.within(30, "c takes writes", play.first_write, c)
    play.within(30, "pgpool has both servers", has_roles, c, *ROLES_WITH["c"])
    play.within(30, "Pacemaker sees it started", runs_on, "pgpool", c)
    play.expect("failures counted", fail_counts(c), {("c", "pgpool"): "1"})
    play.figure("seconds until clients are served again", play.since(play.first_write(c)))


def rebuild_until_refused(play: Scenario, standby: Node, node: Node) -> bool:
    """A failover that comes meanwhile sets everything right: then it is tried again."""
    for _ in range(5):
        servers.stop(standby)
        # pgpool has no connection in store for it: making one, it finds node 0 away, and takes another main node.
        node.run("timeout", "5", "psql", "--host=localhost", "--port=9999", "--username=postgres", "--dbname=template1",
                 "--no-psqlrc", "--command=select 1")
        play.make_standby(standby)
        if comes_true(10, lambda: not serves(node)):
            return True
    return False


@scenario("s09-silent-backend", 360, "S9: a frozen or dead backend is no failure")
def silent_backend(play: Scenario):
    """A PostgreSQL that is frozen or dead is no fault of pgpool."""
    a, c = play.nodes
    interval = 10  # of the monitor of level 10

    def is_undisturbed() -> bool:
        return runs_on("pgpool", a) and main_of(a) == main and not fail_counts(a)

    def monitors_are_content(what: str):
        """Pacemaker's are, and the same by hand is quick enough."""
        play.stays(2 * interval, f"{what}: pgpool is as it was, in Pacemaker's eyes too", is_undisturbed)
        monitor_by_hand(play, a, what, level=0, limit=30)
        monitor_by_hand(play, a, what, level=10, limit=30)

    run_pgpool_on(play, a, "op", "monitor", "interval=5s", "timeout=30s",
                  "op", "monitor", f"interval={interval}s", "timeout=40s", "OCF_CHECK_LEVEL=10")
    play.within(30, "it knows its servers", has_roles, a, *ROLES_WITH["a"])
    main = main_of(a)
    monitor_by_hand(play, a, "healthy", level=10, limit=40)

    send(c.postgresql(), signal.SIGSTOP)
    monitors_are_content("frozen standby")
    send(c.postgresql(), signal.SIGCONT)
    play.within(60, "the standby is attached again", has_roles, a, *ROLES_WITH["a"])

    servers.stop(c)
    monitors_are_content("dead standby")
    play.make_standby(c)
    play.within(60, "the standby is attached again", has_roles, a, *ROLES_WITH["a"])

    send(a.postgresql(), signal.SIGSTOP)
    monitors_are_content("frozen primary")
    send(a.postgresql(), signal.SIGCONT)
    play.within(60, "the primary is attached again", has_roles, a, *ROLES_WITH["a"])
    play.expect("the main process is the same", main_of(a) == main, True)
    play.expect("failures counted", fail_counts(a), {})


def monitor_by_hand(play: Scenario, node: Node, what: str, level: int, limit: int):
    """While Pacemaker's own monitor is at work on the roles, another one has nothing to say."""
    said = "another action"
    while "another action" in said:
        began = time.time()
        code, said = deeds.monitor(node, level, limit)
    if code not in (0, 190):
        raise Unexpected(f"{what}: monitor of level {level} answers {code}, {said} (expected 0 or 190)")
    play.tell(f"{what}: monitor of level {level} says: {said or 'nothing'}")
    play.expect_at_most(f"seconds of a monitor of level {level}, {what}", round(time.time() - began, 1), limit)
