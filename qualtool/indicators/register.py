"""The register of schools as a key: from a school's seven-digit number to its URN."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .dataset import Value

_LAESTAB = re.compile(r"(\d{3})[\s/-]*(\d{1,4})", re.ASCII)


def laestab_of(text: str) -> str:
    """``8501234`` for ``8501234``, ``850/1234`` and ``850-1234``; what is no such number stays as it is."""
    found = _LAESTAB.fullmatch(text.strip())
    return found.group(1) + found.group(2).zfill(4) if found else text.strip()


def urns_by_laestab(values: Iterable[Value]) -> dict[str, str]:
    """``8502000`` -> URN for each number that one school of a register's values bears.

    A number that a closed school and its successor share is left out: which of them a row is about
    depends on its year.
    """
    found: dict[str, set[str]] = {}
    for urn, la_code, name, _, _, raw in values:
        number = raw.strip()
        if name == "establishment_number" and la_code and number:
            found.setdefault(la_code + number.zfill(4), set()).add(urn)
    return {number: urns.pop() for number, urns in found.items() if len(urns) == 1}
