"""A session of a client that stays open."""

import select
import subprocess

from bed import databases
from bed.node import Node
from bed.progress import Failed

PATIENCE = 10  # seconds


class OpenSession:
    """Through pgpool at HOST, from NODE: a query in, an answer out."""

    def __init__(self, node: Node, host: str):
        self._client = subprocess.Popen(
            [*node.entry(), "psql", f"--host={host}", f"--port={databases.PGPOOL_PORT}", "--username=postgres", "--no-psqlrc",
             "--quiet", "--tuples-only", "--no-align"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)
        if not self.lives():
            raise Failed(f"cannot open a session on {node}")

    def ask(self, query: str) -> str:
        """One line; nothing if none comes in time."""
        try:
            print(query + ";", file=self._client.stdin, flush=True)
        except BrokenPipeError:
            return ""
        readable, _, _ = select.select([self._client.stdout], [], [], PATIENCE)
        return self._client.stdout.readline().strip() if readable else ""

    def lives(self) -> bool:
        return self.ask("select 6 * 7") == "42"
