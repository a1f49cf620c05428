"""Characters that would steer a screen, made visible: text is kept as it is and shown, not obeyed."""

from __future__ import annotations

import re

# Control characters but tab and line feed, and what turns the direction of writing around
# (marks, embeddings, overrides, isolates).
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


def visible(text: str) -> str:
    """``text`` with each steering character written as its code point, as in ``<U+202E>``.

    For screens and terminals only: a file name that ends in ``gpj.exe`` written backwards, or a
    transcript with an escape sequence for a terminal, shows what it holds. Never for stored text.
    """
    return _STEERING.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)
