"""A browser without a screen: cookies, and forms with what is hidden in them."""

from __future__ import annotations

import html
import re
from typing import Any

import requests

from demo.world import World


class Browser:
    """Somebody's browser, with one user agent."""

    def __init__(self, world: World, agent: str = "Mozilla/5.0 (Linux; Android 8.1; Nokia 1)") -> None:
        self._address = world.address
        self.http = requests.Session()
        self.http.headers["User-Agent"] = agent

    def get(self, path: str) -> requests.Response:
        return self.http.get(self._address + path, timeout=30)

    def post(self, path: str, fields: dict[str, Any]) -> requests.Response:
        return self.http.post(self._address + path, data=fields, timeout=30)

    def form(self, page: str, action: str) -> dict[str, str]:
        """The hidden fields of a form."""
        found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', self.get(page).text, re.S)
        if found is None:
            found = re.search(r'<form method="post".*?</form>', self.get(page).text, re.S)
        assert found, f"no form for {action} on {page}"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found.group())
        return {name: html.unescape(value) for name, value in hidden}

    def send(self, page: str, action: str, **fields: Any) -> requests.Response:
        return self.post(action, {**self.form(page, action), **fields})

    def sign_in(self, desk: str, name: str) -> Browser:
        done = self.send(f"{desk}/masuk", f"{desk}/masuk", name=name, password="aduan-sandbox")
        assert done.status_code == 200
        assert "/masuk" not in done.url
        return self
