import os
import signal
import tempfile
import unittest
from pathlib import Path

from bed.namespaces import Namespaces, NotUp, uninterrupted


class Keeper(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.namespaces = Namespaces(self.directory, "node a")

    def record(self, text):
        (self.directory / "keeper").write_text(text)

    def test_without_a_record_nothing_is_up(self):
        self.assertFalse(self.namespaces.is_up())
        with self.assertRaisesRegex(NotUp, "node a is not up"):
            self.namespaces.init()

    def test_a_later_process_with_the_same_pid_is_no_keeper(self):
        self.record(f"{os.getpid()} 1\n")
        self.assertFalse(self.namespaces.is_up())
        self.namespaces.end()  # or this test would end here

    def test_a_keeper_is_known_by_its_start_time(self):
        child = os.fork()
        if child == 0:
            signal.pause()
        self.addCleanup(lambda: (os.kill(child, signal.SIGKILL), os.waitpid(child, 0)))
        started = Path("/proc/self/stat").read_text().rpartition(") ")[2].split()[19]
        self.record(f"{os.getpid()} {started}\n")
        self.assertEqual(self.namespaces.init(), child)


class Uninterrupted(unittest.TestCase):
    def test_a_signal_takes_effect_at_the_end(self):
        seen = []
        self.addCleanup(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, lambda *_: seen.append("signal")))
        with uninterrupted():
            signal.raise_signal(signal.SIGTERM)
            seen.append("work")
        self.assertEqual(seen, ["work", "signal"])

    def test_an_ignored_signal_stays_ignored(self):
        self.addCleanup(signal.signal, signal.SIGHUP, signal.signal(signal.SIGHUP, signal.SIG_IGN))
        with uninterrupted():
            signal.raise_signal(signal.SIGHUP)
        self.assertEqual(signal.getsignal(signal.SIGHUP), signal.SIG_IGN)
