"""The relay (coturn) in the data folder, where `turnserver` is on PATH: for screens that cannot meet directly.

It is asked nothing by us: pages bring a name and a password reckoned from the secret that both know. A `coturn` that
the system runs is somebody else's, and left alone: ours has ports, files and a process of its own.
"""

import shutil
import signal
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from backend import stun
from backend.local.secret import kept, secret
from backend.local.server import Server, free_port, stop_stale

BINARY = "turnserver"
RELAYED = (61000, 65535)  # above what Linux gives to outgoing connections
CONFIG, PID = "turn.conf", "turn.pid"
SETTINGS = """
listening-ip={address}
relay-ip={address}
listening-port={port}
min-port={first}
max-port={last}
realm=qiban
use-auth-secret
static-auth-secret={secret}
{secured}
{near}
no-cli
no-tcp-relay
no-multicast-peers
no-rfc5780
no-software-attribute
no-dtls
fingerprint
stale-nonce=600
relay-threads=1
log-file=stdout
userdb={folder}/turndb
pidfile={folder}/turn.pid
"""


class Certificate(NamedTuple):
    """What the relay shows on its door for TLS."""

    chain: Path
    key: Path


def start(
    folder: Path, address: str, certificate: Certificate | None = None
) -> tuple[Server, dict[str, str]] | None:
    """Start it on free ports of the address and return it with TURN_URLS and TURN_SECRET; None where there is no
    coturn, or it does not start: screens then meet directly or not at all.
    """
    binary, folder = shutil.which(BINARY), folder.resolve()
    if not binary:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    words = secret(folder / "turn.secret")
    stop_stale(folder / PID, f"{folder / CONFIG}")
    for _ in range(3):
        port = free_port()
        kept(folder / CONFIG, _settings(folder, address, port, words, certificate))
        server = _server(binary, folder, address, port)
        if server.answers():
            return server, {"TURN_URLS": ",".join(_urls(address, port, certificate)), "TURN_SECRET": words}
    return None


def _server(binary: str, folder: Path, address: str, port: int) -> Server:
    command = [binary, "-c", f"{folder / CONFIG}"]
    return Server(command, lambda _: stun.answers(address, port), signal.SIGTERM, folder / "turn.log")


def _settings(folder: Path, address: str, port: int, words: str, certificate: Certificate | None) -> str:
    # By a file that only its owner can read, so that the secret is in no process list.
    near = "allow-loopback-peers" if ip_address(address).is_loopback else ""
    shown = certificate and f"tls-listening-port={port + 1}\ncert={certificate.chain}\npkey={certificate.key}"
    return SETTINGS.format(
        folder=folder, address=address, port=port, first=RELAYED[0], last=RELAYED[1], secret=words, near=near,
        secured=shown or "no-tls",
    )  # fmt: skip


def _urls(address: str, port: int, certificate: Certificate | None) -> list[str]:
    host = f"[{address}]" if ":" in address else address
    secured = [f"turns:{host}:{port + 1}?transport=tcp"] if certificate else []
    return [f"turn:{host}:{port}?transport=udp", f"turn:{host}:{port}?transport=tcp", *secured]
