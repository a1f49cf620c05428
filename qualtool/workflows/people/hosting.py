"""What has to be in place before a study is served to other machines, and how the server is told.

The command checks everything and starts the server, which is told by its environment and checks again:
somebody may have started it in another way. Login is Streamlit's own (OpenID Connect); its settings
are the section ``[auth]`` of a file ``secrets.toml``.
"""

from __future__ import annotations

import atexit
import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ...errors import NotAllowedError, Problem, StudyFileError
from ...store.file import connection
from ...store.file.serving_mark import ServedStudy, served_by
from ...store.records import members
from ..clock import stamp
from ..roles import host

CALLBACK = "/oauth2callback"
LOGIN_HOURS = 12
PLACEHOLDER = "put-a-long-random-value-here"
_SHORTEST_SECRET = 32
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?", re.IGNORECASE)
_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_HOSTED, _NAMES, _HOURS, _SECURE = (
    "QUALTOOL_HOSTED",
    "QUALTOOL_HOSTED_NAMES",
    "QUALTOOL_LOGIN_HOURS",
    "QUALTOOL_HOSTED_SECURE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPlan:
    """A study ready to be served with login: where it listens, and under which names it is asked for."""

    study: Path
    address: str
    names: tuple[str, ...]
    secrets: Path
    origin: str
    hours: float

    @property
    def environment(self) -> dict[str, str]:
        """How the server is told."""
        return {
            _HOSTED: "1",
            _NAMES: " ".join(self.names),
            _HOURS: str(self.hours),
            _SECURE: "1" if self.origin.startswith("https:") else "0",
            # What a proxy says about clients is used for nothing, so nobody is trusted to say it.
            "FORWARDED_ALLOW_IPS": "",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """What the server was told: the names it answers to (lower case), hours of a login, https outside."""

    names: frozenset[str]
    hours: float
    is_secure: bool


def told(environment: Mapping[str, str] = os.environ) -> Hosted | None:
    """What this process was told about serving with login; None on one's own computer."""
    if environment.get(_HOSTED) != "1":
        return None
    try:
        hours = float(environment.get(_HOURS, ""))
    except ValueError:
        hours = float(LOGIN_HOURS)
    names = environment.get(_NAMES, "").lower().split()
    return Hosted(names=frozenset(names), hours=hours, is_secure=environment.get(_SECURE) == "1")


def begin(study: Path, who: Callable[[], str | None]) -> None:
    """In the server's process: act for members of ``study`` alone, and mark it as served while it lives.

    ``who`` gives the e-mail of whoever is logged in where it is asked.

    Raises:
        NotAllowedError: another process serves the study.
        OSError: the mark cannot be written beside the study.
    """
    mark = ServedStudy(study, since=stamp("server").at)
    atexit.register(mark.release)
    host(study, who)


def is_loopback(host: str) -> bool:
    """Is this an address or name of this very machine?"""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def find_secrets(named: Path | None) -> Path:
    """The file with the settings of the login: the one named, or Streamlit's in this folder or at home."""
    if named is not None:
        return named
    here = Path.cwd() / ".streamlit" / "secrets.toml"
    home = Path.home() / ".streamlit" / "secrets.toml"
    return here if here.exists() or not home.exists() else home


def plan_hosting(
    study: Path | None,
    *,
    address: str,
    allowed: Sequence[str] = (),
    secrets: Path | None = None,
    hours: float = LOGIN_HOURS,
) -> HostPlan:
    """Check everything a served study needs, and tell all that is missing at once.

    Raises:
        StudyFileError: what is missing, each with what to do about it; nothing was started.
        NotAllowedError: the study is being served already.
    """
    problems: list[Problem] = []
    if study is None:
        raise StudyFileError.single("study", "Name the one study that is to be served.")
    if (found := served_by(study)) is not None:
        raise NotAllowedError.single(
            study.name,
            f"It is being served already (process {found.get('process', 'unknown')}).",
            "End it first.",
        )
    with connection.reading(study) as db:
        if members.n_owners(db) == 0:
            problems.append(
                Problem(
                    where=study.name,
                    message="It has no owner, so nobody could let anybody in.",
                    next=f"qualtool members {study.name} add EMAIL --role owner --coder NAME",
                )
            )
    file = find_secrets(secrets)
    auth = _auth_section(file, problems)
    origin = _origin(auth, problems)
    names = [urlsplit(origin).hostname or "", *allowed] if origin else list(allowed)
    problems += [
        Problem(
            where=f"--allowed-host {name}",
            message="This is not the name of a host.",
            next="Leave out port and https.",
        )
        for name in allowed
        if not _NAME.fullmatch(name)
    ]
    if not 0 < hours <= 24 * 30:
        problems.append(Problem(where="--login-hours", message="A login lasts up to 720 hours.", next=""))
    if problems:
        raise StudyFileError("The study is not ready to be served with login.", problems=problems)
    return HostPlan(
        study=study.resolve(),
        address=address,
        names=tuple(dict.fromkeys(name.lower() for name in names if name)),
        secrets=file.resolve(),
        origin=origin,
        hours=hours,
    )


def _auth_section(file: Path, problems: list[Problem]) -> dict[str, Any]:
    template = "docs/hosting.md has a template."
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        told = "There is no such file: login is not configured."
        problems.append(Problem(where=str(file), message=told, next=f"Make it, or use --secrets. {template}"))
        return {}
    except (OSError, ValueError):
        problems.append(Problem(where=str(file), message="It cannot be read as TOML.", next=template))
        return {}
    _check_rights(file, problems)
    auth = content.get("auth")
    if not isinstance(auth, dict):
        problems.append(Problem(where=str(file), message="It has no section [auth].", next=template))
        return {}
    for name in _NEEDED:
        value = auth.get(name)
        if not isinstance(value, str) or not value.strip():
            problems.append(Problem(where=f"[auth] {name}", message="It is missing.", next=template))
    secret = str(auth.get("cookie_secret") or "")
    if secret and (len(secret) < _SHORTEST_SECRET or PLACEHOLDER in secret):
        message = f"It must be a random value of {_SHORTEST_SECRET} characters or more."
        next = "python3 -c 'import secrets; print(secrets.token_hex(32))'"
        problems.append(Problem(where="[auth] cookie_secret", message=message, next=next))
    metadata = str(auth.get("server_metadata_url") or "")
    if metadata and not _is_safe(metadata):
        problems.append(
            Problem(where="[auth] server_metadata_url", message="It must begin with https://.", next="")
        )
    return auth


def _check_rights(file: Path, problems: list[Problem]) -> None:
    if os.name != "nt" and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = "Other accounts of this machine can read it."
        problems.append(Problem(where=str(file), message=message, next=f"chmod 600 {file}"))


def _origin(auth: Mapping[str, Any], problems: list[Problem]) -> str:
    address = str(auth.get("redirect_uri") or "")
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.path != CALLBACK or not parts.hostname:
        message = f"It must be the address people use, followed by {CALLBACK}."
        problems.append(Problem(where="[auth] redirect_uri", message=message, next=f"https://HOST{CALLBACK}"))
        return ""
    if not _is_safe(address):
        message = "It must begin with https://: over plain http logins can be stolen."
        problems.append(Problem(where="[auth] redirect_uri", message=message, next="docs/hosting.md, TLS."))
    return f"{parts.scheme}://{parts.netloc}"


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
