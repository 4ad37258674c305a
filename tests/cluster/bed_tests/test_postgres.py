import socket
import unittest
from unittest.mock import patch

from bed.postgres import Refused, Session


class LostConnection(unittest.TestCase):
    """An application goes on, whenever it loses its connection."""

    def setUp(self):
        self.ours, self.theirs = socket.socketpair()
        self.addCleanup(self.ours.close)
        self.addCleanup(self.theirs.close)
        connected = patch("socket.create_connection", return_value=self.ours)
        connected.start()
        self.addCleanup(connected.stop)

    def refusal(self) -> str:
        with self.assertRaises(Refused) as refused:
            Session("localhost", 9999, "postgres", "postgres", 1)
        return str(refused.exception)

    def test_before_it_has_asked(self):
        self.ours.shutdown(socket.SHUT_WR)
        self.assertIn("cannot ask", self.refusal())

    def test_before_the_answer(self):
        self.theirs.shutdown(socket.SHUT_WR)
        self.assertEqual(self.refusal(), "the connection was closed")

    def test_in_the_middle_of_the_answer(self):
        self.theirs.sendall(b"R")
        self.theirs.shutdown(socket.SHUT_WR)
        self.assertEqual(self.refusal(), "the connection was closed")


if __name__ == "__main__":
    unittest.main()
