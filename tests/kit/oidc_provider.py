"""A small OpenID Connect provider on this machine, for tests of the login.

It approves at once whoever ``person`` says is at the browser. Discovery, authorisation with PKCE, token
and key set are as a real provider has them; nothing is remembered but codes that wait to be used.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "qualtool-test", "not a real secret"


class Provider:
    """The provider: set ``person`` to the claims of whoever logs in next."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.n_logins = 0
        self._key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig", "alg": "RS256"})
        self._codes: dict[str, dict[str, Any]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, {})

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", "0"))
                provider.answer(self, dict(urllib.parse.parse_qsl(self.rfile.read(length).decode())))

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def log_in_as(self, email: str, **claims: Any) -> None:
        """Whoever is at the browser from now on."""
        self.person = {"sub": f"sub-{email}", "email": email, "email_verified": True, **claims}

    def answer(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        path, _, query = request.path.partition("?")
        asked = dict(urllib.parse.parse_qsl(query))
        if path == "/.well-known/openid-configuration":
            self._send(request, self._metadata())
        elif path == "/keys":
            self._send(request, {"keys": [self._key.as_dict(private=False)]})
        elif path == "/authorize":
            self._authorize(request, asked)
        elif path == "/token":
            self._token(request, form)
        else:
            self._send(request, {"error": "not_found"}, 404)

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _authorize(self, request: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        self.n_logins += 1
        code = secrets.token_urlsafe(16)
        self._codes[code] = {**asked, "person": self.person}
        back = urllib.parse.urlencode({"code": code, "state": asked["state"]})
        request.send_response(302)
        request.send_header("Location", f"{asked['redirect_uri']}?{back}")
        request.send_header("Content-Length", "0")
        request.end_headers()

    def _token(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        known = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if known is None or known.get("code_challenge") != challenge:
            self._send(request, {"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": known.get("nonce")}
        header = {"alg": "RS256", "kid": "one"}
        token = jwt.encode(header, {**claims, **known["person"]}, self._key)
        body = {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "id_token": token}
        self._send(request, body)

    def _send(self, request: BaseHTTPRequestHandler, body: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers meanwhile."""
    provider = Provider()
    thread = threading.Thread(target=provider.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()
        thread.join()


def secrets_toml(provider: Provider, origin: str) -> str:
    """The settings of a login at this provider, for an app that people reach at ``origin``."""
    return (
        "[auth]\n"
        f'redirect_uri = "{origin}/oauth2callback"\n'
        f'cookie_secret = "{secrets.token_hex(32)}"\n'
        f'client_id = "{CLIENT}"\n'
        f'client_secret = "{SECRET}"\n'
        f'server_metadata_url = "{provider.url}/.well-known/openid-configuration"\n'
    )
