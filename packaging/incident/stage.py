"""A lab on which a play is played: what is done to it, and what its watchers see of it, told as it comes."""

import dataclasses
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from bed import databases, evidence
from bed.applications import Applications
from bed.lab import Lab
from bed.node import Node
from bed.processes import send
from bed.progress import Failed
from bed.recipes import Recipe
from incident.record import Cluster, Record, Sample, Write
from incident.timeline import Timeline

COMMAND = Path(__file__).resolve().parent / "incident"
LOOK_AGAIN = 0.2  # seconds
# One clock for all that a command starts, the lab too: see progress.sh. In microseconds.
BEGAN = int(os.environ.setdefault("PROGRESS_BEGAN", str(time.time_ns() // 1000)))


def say(what: str):
    print(f"{time.time() - BEGAN / 1_000_000:6.1f} s  {what}", flush=True)


class Stage:
    def __init__(self, directory: Path, recipe: Recipe, cluster: Cluster):
        agent = os.environ.get("LAB_AGENT")
        self.lab = Lab(directory, Path(agent).absolute() if agent else None, recipe.nodes, say)
        self.recipe = recipe
        self._cluster = cluster
        self.samples: list[Sample] = []
        self._came: queue.SimpleQueue[Sample] = queue.SimpleQueue()
        self._watchers: list[subprocess.Popen] = []
        self._applications = Applications(self.sites, recipe)
        self._timeline = Timeline(cluster)
        self._at: dict[str, float] = {}  # when something was done to the network

    @property
    def sites(self) -> tuple[Node, Node]:
        return self.lab.nodes[0], self.lab.nodes[1]

    def set_up(self):
        """The lab is up already."""
        databases.make_table(self.lab.nodes[0])
        self.recipe.set_up(self.lab)

    # --- watching

    def watch(self):
        self._applications.start()
        for node in self.sites:
            watcher = subprocess.Popen([*node.entry(), COMMAND, "watch", node.name, self._cluster.name,
                                        *filter(None, [self.recipe.address])],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self._watchers.append(watcher)
            threading.Thread(target=self._receive, args=(watcher,), daemon=True).start()

    def _receive(self, watcher: subprocess.Popen):
        for line in watcher.stdout:
            self._came.put(Sample(**json.loads(line)))

    def wait(self, seconds: float, what: str, condition):
        """Fails, with what was waited for, if it does not come."""
        if not self.see(seconds, condition):
            raise Failed(f"not within {seconds} s: {what}")

    def see(self, seconds: float, condition) -> bool:
        """Whether it comes."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self._take_a_sample()
        return True

    def reach(self, seconds: float, what: str, condition):
        """The same on the way to the cut, where nothing else tells of it."""
        self.wait(seconds, what, condition)
        say(what)

    def _take_a_sample(self):
        try:
            sample = self._came.get(timeout=LOOK_AGAIN)
        except queue.Empty:
            return
        self.samples.append(sample)
        self._tell(*self._timeline.take(sample))

    def _tell(self, *lines: str):
        for line in lines:
            print(line, flush=True)

    def lasts(self, seconds: float, node: str, field: str, value: str) -> bool:
        """The last samples of NODE have that VALUE, and have had it for SECONDS."""
        seen = [sample for sample in self.samples if sample.node == node]
        since = None
        for sample in seen:
            if getattr(sample, field) != value:
                since = None
            elif since is None:
                since = sample.at
        return since is not None and seen[-1].at - since >= seconds

    # --- what is done to the network

    def cut(self):
        self._at["cut"] = time.time()
        self._tell(*self._timeline.cut(self._at["cut"]))
        self.lab.cut(self.lab.nodes[0])

    def reconnect(self):
        self._note("reconnect", "SITE A IS BACK ON THE NETWORK")
        self.lab.connect(self.lab.nodes[0])

    def _note(self, event: str, what: str):
        self._at[event] = time.time()
        self._tell(self._timeline.across(self._at[event], what))

    # --- the end

    def finish(self, name: str, title: str) -> Record:
        self._note("end", "end of the run")
        self.end_watching()
        for node in self.lab.nodes:
            send([process for process in node.processes() if "bed/writer.py" in process.title], signal.SIGTERM)
        cut, names = self._at["cut"], {node.address: node.name for node in self.lab.nodes}
        return Record(
            name, title, self._cluster.name, self._at["reconnect"] - cut, self._at["end"] - cut,
            samples=tuple(dataclasses.replace(sample, at=sample.at - cut) for sample in self.samples),
            writes=tuple(Write(write.ended - cut, write.writer, write.sequence, names[write.server])
                         for write in sorted(self._applications.record().writes, key=lambda write: write.ended)
                         if write.ended <= self._at["end"]),
            kept=self._kept())

    def _kept(self) -> frozenset[tuple[str, int]]:
        rows = databases.ask(self.sites[1], "select writer, sequence from writes")
        if rows is None:
            raise Failed("cannot ask c which writes it has")
        return frozenset((writer, int(sequence)) for writer, sequence in (row.split("|") for row in rows.splitlines()))

    def end_watching(self):
        """They end when nobody speaks to them any more."""
        for watcher in self._watchers:
            watcher.stdin.close()
            watcher.wait()
        self._watchers = []

    def keep_evidence(self, problem: str) -> Path:
        directory = Path(tempfile.mkdtemp(prefix="pgpool-incident."))
        evidence.keep(self.lab, directory, problem)
        return directory
