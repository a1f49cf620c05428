"""Who acts and when: the one place where the clock is read."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

from ..store.log.events import Stamp
from .roles import is_hosted, member_now


def stamp(by: str | None = None, *, at: datetime | None = None) -> Stamp:
    """A stamp for an act done now (UTC) by ``by``, or by whoever is logged in (to the study, or here)."""
    moment = at or datetime.now(UTC)
    return Stamp(by=by or _login(), at=moment.isoformat(timespec="milliseconds"))


def _login() -> str:
    member = member_now() if is_hosted() else None
    if member is not None:
        return member.coder
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in a bare container
        return "unknown"
