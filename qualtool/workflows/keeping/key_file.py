"""The key file: real names and where they stood, encrypted with a passphrase, apart from the study.

A first line tells how the key is made of the passphrase (scrypt, RFC 7914), in clear; the rest is
AES-256-GCM over compressed JSON, the first line authenticated with it. A file holds one study's layers,
one for each time that names were replaced.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import zlib
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ...errors import UserInputError

_MAGIC = "qualtool-key"
_VERSION = 1
# 64 MB of memory and a quarter of a second: what a guess costs.
_N, _R, _P = 1 << 16, 8, 1
_MOST_N = 1 << 20


def _fault(path: Path, message: str, next: str) -> UserInputError:
    return UserInputError.single(str(path), message, next)


def read_key(path: Path, passphrase: str) -> dict[str, Any]:
    """The content of a key file: ``{"study": GUID, "layers": [...]}``.

    Raises:
        UserInputError: no such file, no key file, made by a newer program, damaged, or the passphrase
            is another.
    """
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError as err:
        raise _fault(path, f"The key file cannot be read: {err.strerror}.", "Check the path.") from err
    try:
        told = json.loads(head)
        is_key = isinstance(told, dict) and told.get("file") == _MAGIC
    except ValueError:
        told, is_key = {}, False
    if not is_key:
        raise _fault(path, "This is not a key file of qualtool.", "Choose the key file, or a new name.")
    if told.get("version") != _VERSION:
        raise _fault(path, "This key file was made by a newer qualtool.", "Install that version.")
    try:
        salt, nonce = (base64.b64decode(told[name]) for name in ("salt", "nonce"))
        key = _derived(passphrase, salt, int(told["n"]))
        plain = AESGCM(key).decrypt(nonce, body, head)
        return json.loads(zlib.decompress(plain))
    except (InvalidTag, KeyError, ValueError, zlib.error) as err:
        told_next = "Nothing was changed. Type the passphrase again; without it nobody can read the file."
        raise _fault(path, "The passphrase is wrong, or the key file is damaged.", told_next) from err


def write_key(path: Path, passphrase: str, content: dict[str, Any]) -> None:
    """Write a key file, all of it or nothing, readable by its owner alone.

    Raises:
        UserInputError: it cannot be written.
    """
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = json.dumps(
        {
            "file": _MAGIC,
            "version": _VERSION,
            "kdf": "scrypt",
            "n": _N,
            "salt": base64.b64encode(salt).decode(),
            "nonce": base64.b64encode(nonce).decode(),
        }
    ).encode()
    plain = zlib.compress(json.dumps(content, ensure_ascii=False).encode())
    body = AESGCM(_derived(passphrase, salt, _N)).encrypt(nonce, plain, head)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(head + b"\n" + body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as err:
        part.unlink(missing_ok=True)
        raise _fault(
            path,
            f"The key file cannot be written: {err.strerror}. Nothing was changed.",
            "Choose another folder, best on another disk than the study.",
        ) from err


def _derived(passphrase: str, salt: bytes, n: int) -> bytes:
    if not 2 <= n <= _MOST_N:
        raise ValueError("an impossible cost")
    return Scrypt(salt=salt, length=32, n=n, r=_R, p=_P).derive(passphrase.encode())
