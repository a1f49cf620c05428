"""Is it English? A warning where not, and none where it cannot be told."""

from __future__ import annotations

import pytest

from qualtool.suggest import is_english

ENGLISH = "We have been told that there is no room, so they would have to go to another school."
OTHERS = {
    "German": "Wir haben zu wenig Platz für die Kinder und niemand sagt uns, wann es besser wird.",
    "French": "Nous n'avons pas assez de place pour les enfants et personne ne nous dit quand.",
    "Welsh": "Nid oes digon o le i'r plant yn yr ysgol ac nid yw neb yn dweud wrthym pryd.",
    "Polish": "Nie mamy wystarczająco dużo miejsca dla dzieci i nikt nam nie mówi, kiedy będzie lepiej.",
    "Spanish": "No tenemos bastante sitio para los niños y nadie nos dice cuándo va a mejorar la escuela.",
    "Urdu": "ہمارے پاس بچوں کے لیے کافی جگہ نہیں ہے اور کوئی ہمیں نہیں بتاتا کہ کب بہتر ہوگا۔",
    "Chinese": "我们没有足够的地方给孩子们，也没有人告诉我们什么时候会好起来。",
}


def test_english_is_english() -> None:
    """English talk, also with a foreign sentence in it, needs no warning."""
    assert is_english([ENGLISH] * 5) is True
    assert is_english([ENGLISH] * 5 + [OTHERS["German"]]) is True


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_are_told(language: str) -> None:
    """Talk in another language, whatever its script, is not taken for English."""
    assert is_english([OTHERS[language]] * 10) is False


@pytest.mark.parametrize(
    "texts", [[], ["x"], ["👍🏽"] * 500, ["Parking!", "Food"] * 100, ["12 34 56 78 90"] * 99]
)
def test_too_little_tells_nothing(texts: list[str]) -> None:
    """Few words, single words, pictures and numbers give no verdict, so no warning either."""
    assert is_english(texts) is None
