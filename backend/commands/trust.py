"""The door beside the app, by plain http: where a phone gets this machine's authority, and how to trust it.

It serves two public files to the local network while `up TLS=1` runs, and nothing else.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from backend.commands import tls
from backend.local import Unusable
from backend.settings import Settings
from backend.web import assets

CERTIFICATE = "/qiban.crt"
PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>让这部手机信任试用的启办</title><link rel="stylesheet" href="/app.css">
<body class="phone acting"><header class="top"><h1>让这部手机信任试用的启办</h1></header>
<main class="main">
<section class="card"><h2>1. 下载证书</h2>
<p>证书只在你这台电脑上签发，只为在手机上试用。</p>
<p><a class="button quiet wide" href="/qiban.crt" download="qiban.crt">下载证书</a></p></section>
<section class="card"><h2>2. 信任它</h2>
<h3>安卓、鸿蒙</h3><p>打开“设置”，搜“证书”，选“安装证书”里的“CA 证书”，再选刚下载的 qiban.crt。</p>
<h3>苹果</h3><p>打开“设置”，点“已下载描述文件”安装；再到“通用 → 关于本机 → 证书信任设置”，打开“启办试用”。</p></section>
<section class="card"><h2>3. 打开启办</h2>
<p><a class="button wide" href="{app}">{app}</a></p>
<small>不试了，就在同一处把证书删掉。</small></section>
</main></body></html>
"""


@contextmanager
def door(found: Settings, files: tls.Files) -> Iterator[None]:
    """Serve the certificate and its page at PORT + 1. Refuses: Unusable."""
    shown = {
        "/": ("text/html; charset=utf-8", PAGE.format(app=tls.address(found)).encode()),
        "/app.css": ("text/css", assets.built(assets.asset("app.css").removeprefix("/"))),
        CERTIFICATE: ("application/x-x509-ca-cert", files.authority.read_bytes()),
    }
    handler = type("Handler", (_Handler,), {"shown": shown})
    family = socket.AF_INET6 if ":" in found.host else socket.AF_INET
    listener = type("Listener", (ThreadingHTTPServer,), {"address_family": family})
    try:
        server = listener((found.host, found.port + 1), handler)
    except OSError as error:
        raise Unusable(
            f"TLS=1: cannot listen at PORT + 1 = {found.port + 1}: {error.strerror or error}"
        ) from error
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    shown: dict[str, tuple[str, bytes]]
    timeout = 10  # seconds a phone may keep us waiting

    def do_GET(self) -> None:
        kind, content = self.shown.get(self.path, ("text/plain", b""))
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Says nothing: the table of `up` stays in sight."""
