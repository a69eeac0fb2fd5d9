"""A client of the relay with two questions: does it answer, and would it give us a place?

Sources: RFC 8489 (STUN), RFC 8656 (TURN). It blocks: ask it from a thread.
"""

import hashlib
import hmac
import secrets
import socket
import ssl
import struct
from contextlib import closing
from typing import NamedTuple

COOKIE, UDP = 0x2112A442, 17
BINDING, ALLOCATE, REFRESH = 1, 3, 4
USERNAME, INTEGRITY, ERROR, LIFETIME, REALM, NONCE, TRANSPORT = 0x06, 0x08, 0x09, 0x0D, 0x14, 0x15, 0x19
PATIENCE = 3.0  # seconds
HEAD = 20  # bytes
DATAGRAM = 2048


class Door(NamedTuple):
    """One way into the relay, as `turn:host:port?transport=udp` says."""

    host: str
    port: int
    transport: str
    secured: bool


def door(url: str) -> Door:
    """RFC 7065, with its defaults."""
    scheme, _, rest = url.partition(":")
    place, _, query = rest.partition("?")
    host, _, port = place.rpartition(":") if not place.endswith("]") and ":" in place else (place, "", "")
    secured = scheme == "turns"
    transport = query.removeprefix("transport=") or ("tcp" if secured else "udp")
    return Door(host.strip("[]"), int(port or (5349 if secured else 3478)), transport, secured)


def answers(host: str, port: int) -> bool:
    """Something there speaks STUN by UDP."""
    try:
        with closing(_open(Door(host, port, "udp", False), 0.2, None)) as line:
            return _asked(line, BINDING, b"")[0] == BINDING | 0x100
    except OSError:
        return False


def allocate(url: str, username: str, password: str, trusting: ssl.SSLContext | None = None) -> int:
    """0: it gave a place, which we gave back; else its number for why not: 401 for a name that is false or expired.
    Refuses: OSError, when nothing answers; ssl.SSLError, when its certificate is not trusted.
    """
    with closing(_open(door(url), PATIENCE, trusting)) as line:
        wanted = _attribute(TRANSPORT, bytes([UDP, 0, 0, 0]))
        kind, said = _asked(line, ALLOCATE, wanted)
        if REALM not in said:
            return _why(kind, said)
        name, realm = username.encode(), said[REALM]
        key = hashlib.md5(b":".join([name, realm, password.encode()]), usedforsecurity=False).digest()
        who = _attribute(USERNAME, name) + _attribute(REALM, realm) + _attribute(NONCE, said[NONCE])
        refused = _why(*_asked(line, ALLOCATE, wanted + who, key))
        if not refused:
            _asked(line, REFRESH, _attribute(LIFETIME, bytes(4)) + who, key)
        return refused


def _why(kind: int, said: dict[int, bytes]) -> int:
    if kind & 0x110 == 0x100:
        return 0
    return said[ERROR][2] * 100 + said[ERROR][3] if ERROR in said else 500


def _open(to: Door, patience: float, trusting: ssl.SSLContext | None) -> socket.socket:
    if to.transport == "tcp":
        line = socket.create_connection((to.host, to.port), patience)
        if not to.secured:
            return line
        return (trusting or ssl.create_default_context()).wrap_socket(line, server_hostname=to.host)
    family, kind, *_, address = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_DGRAM)[0]
    line = socket.socket(family, kind)
    line.settimeout(patience)
    line.connect(address)
    return line


def _asked(line: socket.socket, method: int, body: bytes, key: bytes = b"") -> tuple[int, dict[int, bytes]]:
    transaction = secrets.token_bytes(12)
    size = len(body) + (24 if key else 0)
    message = struct.pack("!HHI12s", method, size, COOKIE, transaction) + body
    if key:
        message += _attribute(INTEGRITY, hmac.digest(key, message, "sha1"))
    line.sendall(message)
    return _parts(_received(line))


def _received(line: socket.socket) -> bytes:
    if line.type == socket.SOCK_DGRAM:
        return line.recv(DATAGRAM)
    with line.makefile("rb") as stream:
        head = stream.read(HEAD)
        if len(head) < HEAD:
            raise ConnectionResetError("the relay hung up")
        return head + stream.read(int.from_bytes(head[2:4]))


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _parts(message: bytes) -> tuple[int, dict[int, bytes]]:
    found, at = {}, HEAD
    while at + 4 <= len(message):
        kind, size = struct.unpack_from("!HH", message, at)
        found[kind] = message[at + 4 : at + 4 + size]
        at += 4 + size + -size % 4
    return int.from_bytes(message[:2]), found
