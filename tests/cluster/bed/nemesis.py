"""Rounds on a lab: a schedule of faults, the repair, and the judgement. No command is typed for the cluster to recover; what a
person does afterwards is to rebuild the database that was overtaken."""

import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bed import databases, evidence, history
from bed.applications import Applications
from bed.faults import Faults
from bed.history import Finding, Promise
from bed.lab import Lab
from bed.node import Node
from bed.progress import Failed
from bed.recipes import Recipe
from bed.schedule import Schedule, schedule

SET_UP = 240  # seconds until a new cluster serves
SETTLED = 180  # seconds from the repair until the service is where it belongs
WHOLE = 150  # seconds from the rebuild of the databases until pgpool has all
STEADY = 4  # seconds for which it has to stay so
GRACE = 60  # seconds from the repair until nobody writes to an older history, where two were not ruled out


class Clock:
    def __init__(self):
        self.began = time.time()

    def __call__(self) -> float:
        return time.time() - self.began

    def tell(self, what: str):
        print(f"{self():7.1f} s  {what}", flush=True)


@dataclass(frozen=True)
class Settled:
    """The service is on one node as a whole, which sends writes to one database."""

    service: Node
    database: Node


class Round:
    def __init__(self, lab: Lab, recipe: Recipe, applications: Applications, plan: Schedule):
        self._lab = lab
        self._recipe = recipe
        self._applications = applications
        self._plan = plan
        self.clock = Clock()
        self.findings: list[Finding] = []

    def play(self):
        self._applications.start()
        before = self._look()
        if isinstance(before, str):
            raise Failed(f"the round does not begin with a service: {before}")
        self.clock.tell(f"the service is on {before.service}, the primary on {before.database}")
        repaired = self._play_faults(Faults(self._lab, self._recipe, before.service))
        after = self._settle()
        if after:
            self._rebuild(after)
            self._wait_until_whole(after)
            self._judge(after, repaired)

    def _play_faults(self, faults: Faults) -> float:
        began = self.clock()
        for at, word, deed in faults.steps(self._plan):
            time.sleep(max(0, began + at - self.clock()))
            self.clock.tell(word)
            deed()
        time.sleep(max(0, began + self._plan.repaired - self.clock()))
        faults.repair()
        self._applications.start()
        self.clock.tell("everything is repaired")
        return time.time()

    def _look(self) -> Settled | str:
        """What there is, or what is wrong with it."""
        views = [node.cluster() for node in self._lab.nodes]
        if None in views:
            return "Pacemaker does not answer"
        if any(len(view.online) < len(self._lab.nodes) for view in views) or len({view.dc for view in views}) > 1:
            return "the nodes do not see each other"
        if blocked := views[0].blocked():
            return f"blocked: {', '.join(blocked)}"
        for node in self._lab.nodes:
            if len(node.pgpool_main()) > 1 or node.pgpool_orphans():
                return f"orphans on {node}: " + ", ".join(each.title for each in node.pgpool_orphans())
        service = self._recipe.service(self._lab, views[0])
        if not service:
            return "the service is not on one node as a whole"
        address = databases.answers_as_primary(service)
        database = next((node for node in self._lab.nodes if node.address == address), None)
        if not database:
            return f"pgpool on {service} takes no writes"
        return Settled(service, database)

    def _look_at_all(self) -> Settled | str:
        """The same, and whether anybody still writes to another history."""
        seen = self._look()
        if isinstance(seen, str):
            return seen
        now = time.time()
        written = {write.timeline for write in self._applications.record().between(now - STEADY, now).writes}
        served = databases.timeline(seen.database)
        if others := written - {served}:
            return f"the primary on {seen.database} is on timeline {served}, and timeline {others.pop()} takes writes"
        return seen

    def _settle(self) -> Settled | None:
        deadline, steady_since, before = self.clock() + SETTLED, self.clock(), None
        while True:
            seen = self._look_at_all()
            if seen != before:
                before, steady_since = seen, self.clock()
            if not isinstance(seen, str) and self.clock() - steady_since >= STEADY:
                self.clock.tell(f"settled: the service is on {seen.service}, the primary on {seen.database}")
                return seen
            if self.clock() > deadline:
                self._find("not settled", seen if isinstance(seen, str) else "the service moves about")
                return None
            time.sleep(1)

    def _rebuild(self, after: Settled):
        for loser in self._lab.others(after.database):
            if not databases.streams_from(loser, after.database):
                self._lab.make_standby(loser, after.database)
                self.clock.tell(f"the database of {loser} is rebuilt")

    def _wait_until_whole(self, after: Settled):
        deadline = self.clock() + WHOLE
        while (wrong := self._incomplete(after)) and self.clock() < deadline:
            self._attach_what_the_agent_rests_from()
            time.sleep(1)
        if wrong:
            self._find("not whole", wrong)
        else:
            self.clock.tell("pgpool has all databases, no failure is left")

    def _incomplete(self, after: Settled) -> str:
        seen = self._look()
        if isinstance(seen, str):
            return seen
        # A takeover may put the service beside another node's primary. Then the agent moves it to that node.
        if seen != after and seen != Settled(after.database, after.database):
            return f"the service has moved: it is on {seen.service}, the primary on {seen.database}"
        expected = tuple(("up", "primary" if node == after.database else "standby") for node in self._lab.nodes)
        for node in self._lab.nodes:
            if node.pgpool_main() and databases.roles(node) != expected:
                return f"roles on {node}: {databases.roles(node)}"
        if not (view := seen.service.cluster()):
            return "Pacemaker does not answer"
        failures = {key: count for key, count in view.fail_counts.items() if key[1] == "pgpool"}
        return f"failures: {failures}" if failures else ""

    def _attach_what_the_agent_rests_from(self):
        """After several losses in a row the agent waits for longer and longer; a person need not."""
        for node in self._lab.nodes:
            view = node.cluster()
            said = view.attributes.get(node.name, {}).get("pgpool-state-pgpool", "") if view else ""
            resting = re.match(r"pgpool was told to attach node (\d+) .* and it did not last", said)
            if resting and databases.roles(node)[int(resting[1]):][:1] == (("down", "standby"),):
                databases.pcp(node, "pcp_attach_node", resting[1])
                self.clock.tell(f"a person attaches on {node}, where {said}")

    def _judge(self, after: Settled, repaired: float):
        until = time.time()
        record = self._applications.record().between(self.clock.began, until)
        survivor = databases.server(after.database, sorted({write.writer for write in record.writes}))
        if not survivor:
            self._find("no survivor", f"PostgreSQL on {after.database} does not answer as a primary")
            return
        ruled_out = self._recipe.isolates and not self._plan.is_unruly()
        promise = Promise(0 if ruled_out else repaired + GRACE, self._applications.bystanders())
        for finding in history.judge(record, survivor, promise):
            self._find(finding.kind, finding.text)
        self._tell_figures(history.figures(record, survivor))

    def _tell_figures(self, seen: history.Figures):
        confirmed = ", ".join(f"{count} by {server} on timeline {timeline}"
                              for (server, timeline), count in sorted(seen.confirmed.items(), key=lambda each: each[0][1]))
        self.clock.tell(f"confirmed: {confirmed}; given up: {seen.given_up}, of these after the takeover: {seen.overtaken};"
                        f" longest gap: {seen.longest_gap:.1f} s")

    def _find(self, kind: str, text: str):
        self.findings.append(Finding(kind, text))
        self.clock.tell(f"FINDING {self.findings[-1]}")


class Nemesis:
    """Plays rounds on one lab, and on a new one after a round with findings."""

    def __init__(self, directory: Path, agent: Path, recipe: Recipe, kept: Path):
        self._directory = directory
        self._agent = agent
        self._recipe = recipe
        self._kept = kept
        self._labs = 0
        self._lab: Lab | None = None
        self._applications: Applications | None = None

    def play(self, seed: int) -> list[Finding]:
        plan = schedule(seed, self._recipe.name, len(self._recipe.nodes))
        story = f"recipe {self._recipe.name}, seed {seed}\n{plan}"
        print(f"\n{story}", flush=True)
        try:
            if not self._lab:
                self._set_up()
            played = Round(self._lab, self._recipe, self._applications, plan)
            played.play()
            findings = played.findings
        except (Failed, subprocess.SubprocessError) as problem:
            findings = [Finding("the bed failed", str(problem))]
            print(f"           FINDING {findings[0]}", flush=True)
        if findings:
            self._keep(seed, "\n".join([story, *map(str, findings)]))
            self.end()
        return findings

    def _set_up(self):
        clock = Clock()
        self._labs += 1
        self._lab = Lab(self._directory / str(self._labs), self._agent, self._recipe.nodes)
        self._lab.up()
        databases.make_table(self._lab.nodes[0])
        self._recipe.set_up(self._lab)
        self._applications = Applications(self._lab.nodes, self._recipe)
        while not self._is_whole() and clock() < SET_UP:
            time.sleep(1)
        clock.tell("a new lab is set up")

    def _is_whole(self) -> bool:
        view = self._lab.nodes[0].cluster()
        mains = [node for node in self._lab.nodes if node.pgpool_main()]
        return bool(view and self._recipe.service(self._lab, view) and mains) and all(
            databases.roles(node) == (("up", "primary"), *[("up", "standby")] * (len(self._lab.nodes) - 1)) for node in mains)

    def _keep(self, seed: int, story: str):
        directory = self._kept / f"{self._recipe.name}-{seed}"
        evidence.keep(self._lab, directory, story)
        print(f"evidence: {directory}\nagain: tests/nemesis --recipe {self._recipe.name} --seed {seed} 1", flush=True)

    def end(self):
        """What does not end now ends with this command."""
        if self._lab:
            try:
                self._lab.down()
            except Failed as problem:
                print(f"           {problem}", flush=True)
        self._lab = None


def play(directory: Path, agent: Path, recipe: Recipe, seeds: range, kept: Path) -> int:
    """The exit status."""
    nemesis = Nemesis(directory, agent, recipe, kept)
    failed = [seed for seed in seeds if nemesis.play(seed)]
    nemesis.end()
    print(f"\n{len(seeds)} rounds of {recipe.name}, {len(failed)} with findings" +
          (f": seeds {' '.join(map(str, failed))}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit("tests/nemesis plays this")
