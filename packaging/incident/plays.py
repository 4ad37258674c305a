"""What is set up and done in each play: site a is cut off while it serves, and comes back when c has served for a while."""

import dataclasses
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bed import databases, evidence
from bed.progress import Failed
from bed.recipes import RECIPES, VIP, Application, Recipe
from incident import record, watchdog
from incident.figures import reckon
from incident.record import CLUSTERS
from incident.stage import Stage, say
from incident.verdict import broken_promises

# How long there is something to look at before the cut, from the takeover to the reconnect, and after it, in seconds.
BEFORE, BOTH_HALVES, AFTER = 5, 20, 15
WHOLE = (("up", "primary"), ("up", "standby"))


@dataclass(frozen=True)
class Play:
    name: str
    title: str
    cluster: str  # a name of CLUSTERS
    recipe: Recipe
    ready: str  # what the recipe leads to, in words
    knows: str  # the node whose pgpool must know its servers before the cut
    cut_and_reconnect: Callable[[Stage], None]


def _with_init_script(stage: Stage):
    _cut(stage)
    _reconnect(stage)
    stage.wait(60, "the end is stable", lambda: stage.lasts(AFTER, "c", "online", "ac"))


def _with_agent(stage: Stage):
    _cut(stage)
    stage.wait(60, "c has the score of its timeline", lambda: _outranks_the_former_primary(stage))
    _reconnect(stage)
    stage.wait(60, "pgpool on a sends its writes to c", lambda: stage.lasts(0, "a", "primary", "c"))
    stage.wait(60, "the end is stable", lambda: stage.lasts(AFTER, "c", "online", "ac"))


def _with_watchdog(stage: Stage):
    """Nothing is promised of it: it is watched for as long as the others may take."""
    stage.cut()
    stage.see(150, lambda: stage.lasts(0, "c", "taken", "yes"))
    stage.see(60, lambda: stage.lasts(BOTH_HALVES, "c", "taken", "yes"))
    stage.reconnect()
    stage.see(60, lambda: stage.lasts(AFTER, "c", "online", "ac") and stage.lasts(0, "a", "primary", "c"))


def _cut(stage: Stage):
    stage.cut()
    stage.wait(150, "c takes writes", lambda: stage.lasts(0, "c", "taken", "yes"))
    stage.wait(60, "c serves for a while", lambda: stage.lasts(BOTH_HALVES, "c", "taken", "yes"))


def _reconnect(stage: Stage):
    stage.reconnect()
    stage.wait(60, "the halves see each other", lambda: stage.lasts(0, "c", "online", "ac"))


def _outranks_the_former_primary(stage: Stage) -> bool:
    scores = [sample.score for sample in stage.samples if sample.node == "c" and sample.score is not None]
    return bool(scores) and scores[-1].isdigit() and int(scores[-1]) > 2000


# pcs: "Defaults do not apply to resources which override them"
GROUP = """
exec 2>/dev/null
pcs resource defaults update resource-stickiness=INFINITY migration-threshold=1
pcs resource create pgpool lsb:pgpool op monitor interval=5s --group service
pcs resource create companion lsb:companion op monitor interval=5s --group service
pcs resource meta pgpool multiple-active=block
pcs resource meta companion multiple-active=block
pcs constraint location service prefers a=200 c=100
"""

PLAYS = {
    "init-script": Play(
        "init script", "the cut with an init script, lsb:pgpool, in a group", "Pacemaker",
        Recipe(
            "init-script",
            # pgpool on c looks once for a primary; PostgreSQL is promoted after that.
            pgpool={"search_primary_node_timeout": "1"},
            failover={"promotion_delay": "5"},
            commands=(("bash", "-ec", GROUP),),
            applications=(Application("local", "localhost", reads=False),),
            leader=("pgpool", None), address=None, isolates=False),
        "the group runs on a", "a", _with_init_script),
    "agent": Play(
        "agent", "the cut with the agent, ocf:custom:pgpool, promotable, with an address for the clients", "Pacemaker",
        dataclasses.replace(
            RECIPES["promotable"],
            # The other side promotes its PostgreSQL only when the cut side has surely given up the address.
            pgpool={"health_check_max_retries": "6", "search_primary_node_timeout": "10"},
            applications=(Application("address", VIP, reads=False),)),
        "pgpool is promoted on a", "c", _with_agent),
    "watchdog": Play(
        "watchdog", "the cut with Pgpool-II's watchdog on two sites, with half of the votes and a trusted server", "watchdog",
        watchdog.TWO, "pgpool on a has the address", "c", _with_watchdog),
    "watchdog-three": Play(
        "watchdog-three", "the cut with Pgpool-II's watchdog on three sites, of which one only votes", "watchdog",
        watchdog.THREE, "pgpool on a has the address", "c", _with_watchdog),
}


def play(name: str, path: Path, directory: Path, keep: bool):
    """The record of it is in PATH in the end; its lab is in DIRECTORY, and stays there to KEEP. A lab that does not come up
    undoes itself, and one that is there already is left alone."""
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    chosen = PLAYS[name]
    stage = Stage(directory, chosen.recipe, CLUSTERS[chosen.cluster])
    print(chosen.title, flush=True)
    stage.lab.up()
    try:
        say("ready: lab status, lab enter a, lab down")
        seen = _play(chosen, stage)
        record.save(seen, path)
        broken = broken_promises(seen.name, reckon(seen))
        if broken:
            print(f"not what was promised (see the verdict); what was there: {stage.keep_evidence(str(broken))}")
            evidence.show(stage.lab)
    except (Failed, subprocess.SubprocessError) as problem:
        raise Failed(f"{problem}; what was there: {stage.keep_evidence(str(problem))}") from problem
    finally:
        stage.end_watching()
        if keep:
            print(f"the lab stays up in {directory}")
        else:
            stage.lab.down()
    print(f"{'played to the end' if broken else 'as it should be'}: {chosen.title}")


def _play(chosen: Play, stage: Stage) -> record.Record:
    a = stage.lab.nodes[0]
    knows = next(node for node in stage.lab.nodes if node.name == chosen.knows)
    stage.set_up()
    stage.reach(60, chosen.ready, lambda: (view := a.cluster()) and chosen.recipe.service(stage.lab, view) is a)
    stage.reach(60, f"pgpool on {knows} knows its servers", lambda: databases.roles(knows) == WHOLE)
    stage.watch()
    stage.reach(30, "a takes writes", lambda: stage.lasts(BEFORE, "a", "taken", "yes"))
    stage.wait(10, "c is watched", lambda: stage.lasts(0, "c", "postgresql", "standby"))
    chosen.cut_and_reconnect(stage)
    return stage.finish(chosen.name, chosen.title)
