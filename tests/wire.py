"""A client that speaks bytes, for what no well-behaved one can say."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back until the server closed the connection. `status` is None where nothing did."""

    status: int | None
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def connect(url: str) -> socket.socket:
    at = urlsplit(url)
    return socket.create_connection((at.hostname, at.port), timeout=TIMEOUT_S)


def say(url: str, *pieces: bytes) -> Heard:
    """Sends the pieces as they are and listens to the end."""
    with connect(url) as connection:
        # A server that has heard enough closes while the rest is under way.
        with suppress(ConnectionError):
            for piece in pieces:
                connection.sendall(piece)
        return listen(connection)


def listen(connection: socket.socket) -> Heard:
    heard = bytearray()
    with suppress(ConnectionError):
        while piece := connection.recv(1_048_576):
            heard += piece
    head, _, body = bytes(heard).partition(b"\r\n\r\n")
    if not head:
        return Heard(None, {}, b"")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Heard(int(status.split()[1]), headers, body)


def request(path: str, *lines: str, body: bytes = b"", method: str = "POST") -> bytes:
    """A request after which the connection ends; its length is announced unless a line says otherwise."""
    about_body = ("content-length:", "transfer-encoding:")
    if not any(line.lower().startswith(about_body) for line in lines):
        lines = (*lines, f"Content-Length: {len(body)}")
    head = "\r\n".join((f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *lines))
    return head.encode("latin-1") + b"\r\n\r\n" + body


FORM = "Content-Type: multipart/form-data; boundary=b"


def form(*parts: tuple[bytes, bytes]) -> bytes:
    """A multipart body of (what stands after `form-data; `, content)."""
    return b"".join(_part(about, content) for about, content in parts) + b"--b--\r\n"


def _part(about: bytes, content: bytes) -> bytes:
    return b"--b\r\nContent-Disposition: form-data; " + about + b"\r\n\r\n" + content + b"\r\n"


def fields(names: Iterable[str], content: bytes = b"x") -> bytes:
    return form(*((f'name="{name}"'.encode(), content) for name in names))


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)
