"""A scenario: a lab of its own, what is done to it, and what a test says and checks. It fails at the first thing that is not as
it should be."""

import math
import time
from pathlib import Path

from bed import applications, databases, evidence, look, progress, recipes
from bed.lab import Lab
from bed.node import Node
from bed.recipes import Recipe
from bed.session import OpenSession
from bed.written import Written, written

BETWEEN_LOOKS = 0.5  # seconds: a look costs the lab processor time too
BETWEEN_LOOKS_AT_REST = 1  # where nothing is to change
BUSY = 2  # times as long as on a quiet machine may everything take


class Unexpected(Exception):
    pass


class Scenario:
    def __init__(self, directory: Path, agent: Path):
        self.lab = Lab(directory, agent, ("a", "c"))
        self.nodes = self.lab.nodes
        self.began = time.time()

    def set_up(self):
        self.lab.up()
        databases.make_table(self.nodes[0])
        self.start_the_clock()

    def show_evidence(self):
        evidence.show(self.lab)

    # --- telling and checking

    def start_the_clock(self):
        self.began = time.time()

    def since(self, moment: float | None = None) -> float:
        """Seconds from the clock's start to MOMENT, or to now."""
        return round((moment or time.time()) - self.began, 1)

    def tell(self, what: str):
        print(f"{self.since():7.1f} s  {what}", flush=True)

    def figure(self, name: str, value):
        print(f"figure: {name} = {value}", flush=True)

    def expect(self, what: str, seen, expected):
        if seen != expected:
            raise Unexpected(f"{what}: {seen} (expected {expected})")
        self.tell(f"{what}: {seen}")

    def expect_at_most(self, what: str, seen: float, limit: float):
        if not seen <= limit:
            raise Unexpected(f"{what}: {seen} (expected at most {limit})")
        self.figure(what, seen)

    def expect_more_than(self, what: str, seen: float, limit: float):
        if not seen > limit:
            raise Unexpected(f"{what}: {seen} (expected more than {limit})")
        self.figure(what, seen)

    def within(self, seconds: float, what: str, condition, *arguments, **options):
        """SECONDS are those of a quiet machine."""
        if not comes_true(seconds * BUSY, condition, *arguments, **options):
            raise Unexpected(f"not within {seconds} s: {what}")
        self.tell(what)

    def stays(self, seconds: float, what: str, condition, *arguments, **options):
        """Looks again and again for that time: CONDITION must hold throughout."""
        if progress.comes_true(seconds, lambda: not holds(condition, *arguments, **options), BETWEEN_LOOKS_AT_REST):
            raise Unexpected(f"no longer so: {what}")
        self.tell(f"{what}, for {seconds} s")

    # --- what is done

    def cut_off(self, node: Node):
        self.lab.cut(node)
        self.tell(f"{node} is cut off")

    def reconnect(self, node: Node):
        self.lab.connect(node)
        self.tell(f"{node} is back on the network")

    def kill(self, node: Node):
        self.lab.kill(node)
        self.tell(f"node {node} is killed")

    def make_standby(self, node: Node):
        self.lab.make_standby(node, self.other_than(node))
        self.tell(f"PostgreSQL on {node} is a fresh standby")

    def configure_pgpool(self, **settings):
        for node in self.nodes:
            recipes.configure_pgpool(node, settings)

    def configure_failover(self, **settings):
        """See node/failover."""
        for node in self.nodes:
            recipes.configure_failover(node, settings)

    def other_than(self, node: Node) -> Node:
        return self.lab.others(node)[0]

    # --- what applications see

    def write_through(self, host: str, *nodes: Node):
        """An application on each of them writes through the pgpool at HOST, until the lab is down."""
        for node in nodes:
            applications.begin(node, f"{node}-{host}", host, "write")

    def written(self) -> Written:
        return written(applications.record(self.nodes))

    def written_on(self, node: Node) -> Written:
        """By the applications there."""
        return self.written().of(f"{node}-")

    def writes_taken(self, server: Node, since: float | None = None) -> int:
        return len(self.written().taken(server.address, since or self.began))

    def first_write(self, server: Node, since: float | None = None) -> float | None:
        """When SERVER took one; None if it took none."""
        taken = self.written().taken(server.address, since or self.began)
        return taken[0].ended if taken else None

    def first_served_on(self, node: Node) -> float | None:
        """When an application on NODE had a write taken by NODE's own server; None if none had."""
        taken = self.written_on(node).taken(node.address, self.began)
        return taken[0].ended if taken else None

    def last_write(self, server: Node, until: float = math.inf) -> float | None:
        """After how many seconds SERVER took the last one."""
        taken = self.written().taken(server.address, self.began, until)
        return self.since(taken[-1].ended) if taken else None

    def seconds_of_both(self) -> int:
        return self.written().seconds_of_both(self.began)

    def open_session(self, node: Node, host: str = "localhost") -> OpenSession:
        return OpenSession(node, host)

    # --- where the service is

    def service(self, recipe: Recipe) -> Node | None:
        """As each node has it: where it is as a whole, and nowhere else."""
        return next((node for node in self.nodes if recipe.service(self.lab, look.view(node)) == node), None)


def holds(condition, *arguments, **options) -> bool:
    """What does not answer makes nothing true."""
    try:
        return bool(condition(*arguments, **options))
    except look.NoAnswer:
        return False


def in_words(seconds: float | None) -> str:
    return "-" if seconds is None else str(seconds)


def comes_true(seconds: float, condition, *arguments, **options) -> bool:
    """False if CONDITION did not within SECONDS."""
    return progress.comes_true(seconds, lambda: holds(condition, *arguments, **options), BETWEEN_LOOKS)
