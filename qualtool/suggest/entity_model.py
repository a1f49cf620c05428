"""Names by a spaCy model, where one is installed on this machine; none is ever fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from .capitals import is_ordinary, without_possessive
from .name_rules import is_school_word, school_head

if TYPE_CHECKING:
    from spacy.language import Language

_KINDS = {"PERSON": "person", "PER": "person", "GPE": "place", "LOC": "place", "FAC": "place", "ORG": "other"}
# Longer texts are given to the model in parts, which end at a line.
_PART = 50_000


def installed_models() -> list[str]:
    """Names of the spaCy models of English that are installed, best first.

    They are looked up as spaCy itself does, by the entry points packages declare, without loading it.
    """
    names = {point.name for point in entry_points(group="spacy_models")}
    sizes = ("_trf", "_lg", "_md", "_sm")
    return sorted((n for n in names if n.startswith("en")), key=lambda n: (_rank(n, sizes), n))


def _rank(name: str, sizes: Sequence[str]) -> int:
    return next((rank for rank, size in enumerate(sizes) if name.endswith(size)), len(sizes))


def load_model(name: str) -> Language:
    """A model with what is not needed for names left out."""
    import spacy

    return spacy.load(name, exclude=["lemmatizer", "attribute_ruler", "textcat"])


def entities_of(
    texts: Sequence[str], nlp: Language, progress: Callable[[int, int], None] | None = None
) -> Iterator[tuple[str, str]]:
    """``(name, kind)`` for each name the model sees, in the order of the texts."""
    for done, text in enumerate(texts):
        for doc in nlp.pipe(_parts(text)):
            for entity in doc.ents:
                kind = _KINDS.get(entity.label_)
                name = _tidy(entity.text)
                if kind is not None and name:
                    yield name, "school" if kind != "person" and school_head(name) not in ("", name) else kind
        if progress is not None:
            progress(done + 1, len(texts))


def _parts(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.rfind("\n", start, start + _PART) + 1 if len(text) - start > _PART else len(text)
        end = end if end > start else start + _PART
        yield text[start:end]
        start = end


def _tidy(found: str) -> str:
    """The name in one line, without "the" and a possessive; blank where it names nobody."""
    name = found.strip(" .,;:'\"")
    if "\n" in name or not name:
        return ""
    words = without_possessive(name).split()
    while words and (words[0].islower() or is_ordinary(words[0])):
        words.pop(0)
    while words and (words[-1].islower() or (is_ordinary(words[-1]) and not is_school_word(words[-1]))):
        words.pop()
    return " ".join(words) if words and words[0][0].isupper() else ""
