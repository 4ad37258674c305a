"""As much of PostgreSQL's protocol (version 3) as an application needs that logs in without a password and sends queries.

A client of its own and not psql, so that an application costs no process per query and knows exactly when a commit was
confirmed. https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import socket
import struct
import time


class Refused(Exception):
    """No answer in time, or an answer that is an error: what was asked for is not confirmed."""


class Session:
    """One session, which is to be over within SECONDS of its beginning."""

    def __init__(self, host: str, port: int, user: str, database: str, seconds: float):
        self._deadline = time.monotonic() + seconds
        try:
            self._socket = socket.create_connection((host, port), timeout=seconds)
        except OSError as error:
            raise Refused(f"cannot connect: {error}") from error
        try:
            self._send(_startup(user, database))
            self._answer()
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._socket.sendall(_message(b"X", b""))
        except OSError:
            pass
        self._socket.close()

    def query(self, text: str) -> list[tuple[str, ...]]:
        """The rows, when all of TEXT has been done; a null is an empty string."""
        self._send(_message(b"Q", text.encode() + b"\0"))
        return self._answer()

    def _send(self, message: bytes):
        try:
            self._socket.sendall(message)
        except OSError as error:
            raise Refused(f"cannot ask: {error}") from error

    def _answer(self):
        rows = []
        problem = None
        while True:
            try:
                kind, body = self._receive()
            except Refused as refusal:
                raise Refused(problem or str(refusal)) from refusal
            if kind == b"D":
                rows.append(_fields(body))
            elif kind == b"E":
                problem = _error(body)
            elif kind == b"R" and body[:4] != b"\0\0\0\0":
                raise Refused("asks for a password")
            elif kind == b"Z":
                if problem:
                    raise Refused(problem)
                return rows

    def _receive(self):
        kind, length = struct.unpack("!cI", self._exactly(5))
        return kind, self._exactly(length - 4)

    def _exactly(self, count: int) -> bytes:
        received = b""
        while len(received) < count:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise Refused("no answer in time")
            self._socket.settimeout(left)
            try:
                part = self._socket.recv(count - len(received))
            except OSError as error:
                raise Refused(f"no answer: {error}") from error
            if not part:
                raise Refused("the connection was closed")
            received += part
        return received


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def _startup(user: str, database: str) -> bytes:
    body = struct.pack("!I", 3 << 16) + b"\0".join(
        (b"user", user.encode(), b"database", database.encode(), b"", b""))
    return struct.pack("!I", len(body) + 4) + body


def _fields(body: bytes) -> tuple[str, ...]:
    count, = struct.unpack_from("!H", body)
    at, fields = 2, []
    for _ in range(count):
        length, = struct.unpack_from("!i", body, at)
        at += 4
        fields.append(body[at:at + max(length, 0)].decode())
        at += max(length, 0)
    return tuple(fields)


def _error(body: bytes) -> str:
    for field in body.split(b"\0"):
        if field[:1] == b"M":
            return field[1:].decode(errors="replace")
    return "an error without a message"
