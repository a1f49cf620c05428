"""Names found by rules: titles, schools, introductions, capitals, registers; and what is no name."""

from __future__ import annotations

import pytest

from qualtool.suggest.capitals import runs_of
from qualtool.suggest.entity_model import entities_of, installed_models
from qualtool.suggest.gazetteer import gazetteer_of
from qualtool.suggest.identifying import KnownName, NamedText, Proposal, propose_names
from qualtool.suggest.name_groups import letters, number_of
from qualtool.suggest.name_rules import introduced_names, school_head, school_names, titled_names


def proposed(*texts: str, **options: object) -> dict[str, Proposal]:
    named = [NamedText(source=f"{n}.txt", text=text) for n, text in enumerate(texts)]
    return {p.real: p for p in propose_names(named, **options)}


# --- rules one by one -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("so Mrs Okafor's class", ["Mrs Okafor"]),
        ("Dr. Vance said", ["Dr. Vance"]),
        ("I saw Sir Alan Lee and Dame Jo", ["Sir Alan Lee", "Dame Jo"]),
        ("with Prof van der Berg there", ["Prof van der Berg"]),
        ("Mx Taylor-Reed and Ms O'Brien", ["Mx Taylor-Reed", "Ms O'Brien"]),
        ("Mr Green, Mrs White, Mr Head", ["Mr Green", "Mrs White", "Mr Head"]),
        ("yes Miss. The teacher", []),
        ("Miss The teacher", []),
        ("a Miss Pell there", ["Miss Pell"]),
        ("the Dr SENCO", []),
    ],
)
def test_titles(text: str, wanted: list[str]) -> None:
    """A title takes the names behind it along, not the next sentence."""
    assert [word.text for word, _ in titled_names(text)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("at St Mary's C of E Primary School we", [("St Mary's C of E Primary School", "St Mary's")]),
        ("The Oakfield Academy is", [("Oakfield Academy", "Oakfield")]),
        ("Head of Carrow Vale Academy said", [("Carrow Vale Academy", "Carrow Vale")]),
        ("from Denholme High School to", [("Denholme High School", "Denholme")]),
        ("Ash Primary and Quay Infants", [("Ash Primary", "Ash"), ("Quay Infants", "Quay")]),
        ("by Our Lady of Lourdes RC Primary", [("Our Lady of Lourdes RC Primary", "Our Lady of Lourdes")]),
        ("St. Jo and St. Paul's Primary", [("St. Jo and St. Paul's Primary", "St. Jo and St. Paul's")]),
        ("told Kieran of Denholme High", [("Denholme High", "Denholme")]),
        ("Whitlow Junior, no: Whitlow Nursery", [("Whitlow Nursery", "Whitlow")]),
        ("What about Hope Primary?", [("Hope Primary", "Hope")]),
        ("the Special School and the High School", []),
        ("Sunday School. Primary School. My School", []),
        ("in Year 6 Primary children", []),
    ],
)  # fmt: skip
def test_schools(text: str, wanted: list[tuple[str, str]]) -> None:
    """A name with a word for a school at its end is found whole, and its own part is told."""
    assert [(s.word.text, s.head) for s in school_names(text)] == wanted


def test_school_heads() -> None:
    """Words for kinds of schools are no part of a school's own name."""
    assert school_head("St Aldhelm's CofE Primary School") == "St Aldhelm's"
    assert school_head("Millrace Community Primary School") == "Millrace"
    assert school_head("Primary School") == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a boy called Kieran who", ["Kieran"]),
        ("my son Alfie Green is", ["Alfie Green"]),
        ("my eldest daughter, Zuri, was", ["Zuri"]),
        ("his name's Tobi.", ["Tobi"]),
        ("Hello, this is Ruth speaking", ["Ruth"]),
        ("a girl named Hope", ["Hope"]),
        ("it is called Makaton", []),
        ("this is Year 6", []),
        ("what it's called. The", []),
        ("my son went", []),
    ],
)
def test_introductions(text: str, wanted: list[str]) -> None:
    """A capital word behind "called", "my son" or "this is" is a name unless it is an ordinary one."""
    assert [word.text for word in introduced_names(text)] == wanted


def test_stretches_of_capitals() -> None:
    """Ordinary words part a stretch, and only its first word can open a sentence."""
    text = 'Ruth: Then Kieran went. "Staithe End, in Year 2 Ofsted said," and [laughs] Removal vans.'
    found = [(" ".join(w.text for w in run.words), run.opens) for run in runs_of(text)]
    assert found == [("Ruth", True), ("Kieran", False), ("Staithe End", True), ("Removal", True)]


# --- what is proposed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "May I come in? Will you sit? Hope is what we have. Grace under fire. Mark it. Rose early.",
        "I may come. We will sit. They hope so. That is in May. On 3 May 2014 we opened.",
        "Removal vans. Cleverest thing. Chicken and egg. Gravy. Assemblies, no.",
        "She is in Year 6, on the SEND register, with an EHCP, and Ofsted came on Monday in England.",
        "We use Makaton, Lego therapy and WhatsApp. The TA speaks French and Polish.",
        "He said, “Nonsense.” (Nonsense!) – Nonsense: Nonsense; nonsense.",
    ],
)
def test_ordinary_words_are_not_proposed(text: str) -> None:
    """Words that open sentences, days, months, abbreviations and things with a capital name nobody."""
    assert proposed(text) == {}


def test_ordinary_words_that_are_names() -> None:
    """A first name that is also a word is proposed inside a sentence, with a caution and unsure."""
    found = proposed("Will you go? I asked Will. We saw Hope, and we hope so. Grace is here: ask Grace.")
    assert set(found) == {"Will", "Hope", "Grace"}
    assert {p.certainty for p in found.values()} == {"look"}
    assert all("ordinary word" in p.caution for p in found.values())
    assert found["Will"].kind == "person"


def test_first_names_at_the_start_of_sentences() -> None:
    """A first name that is nothing else is found where it only opens sentences; another word is not."""
    found = proposed("Kieran was six. Zorbian was seven.")
    assert list(found) == ["Kieran"]
    assert found["Kieran"].kind == "person"


def test_a_rare_word_with_a_capital() -> None:
    """A capital inside a sentence makes a name of a word that is nowhere in small letters."""
    found = proposed("We drove to see Zorbian. Then Zorbian came. The Harbour and the harbour.")
    assert list(found) == ["Zorbian"]
    assert found["Zorbian"].n == 2


def test_places_joined_by_small_words() -> None:
    """Hyphens, "upon" and "on Sea" join words to one place; "in" and "on" do not."""
    found = proposed("We like Stow-on-the-Wold, Barton upon Mere and Staithe on Sea. So Ruth in Vexley.")
    assert {name for name, p in found.items() if "joined" in p.why or "made like" in " ".join(p.why)} == {
        "Stow-on-the-Wold",
        "Barton upon Mere",
        "Staithe on Sea",
    }


def test_somebodys_mum() -> None:
    """ "Haydn's mum" names Haydn at the start of a sentence too; "Everyone's mum" names nobody."""
    assert list(proposed("Zorbian's mum rang. Everyone's mum rang.")) == ["Zorbian"]


def test_forms_of_one_person_share_a_pseudonym() -> None:
    """The full name, the first name and title and surname are one; another surname is another."""
    found = proposed(
        "I met Alice Smith. Then Alice said so. I told Mrs Smith's class, and asked Mr Jones. Smith was out."
    )
    one = {found[name].pseudonym for name in ("Alice Smith", "Alice", "Mrs Smith", "Smith")}
    assert one == {"[PERSON-01]"}
    assert found["Mr Jones"].pseudonym == "[PERSON-02]"


def test_what_two_people_share_stands_alone() -> None:
    """With two Alices the bare first name is neither, and says so; Mr and Mrs Smith are two people."""
    found = proposed("I met Alice Smith and Alice Jones. Then Alice went. So Mr Smith told Mrs Smith.")
    assert found["Alice"].pseudonym not in (found["Alice Smith"].pseudonym, found["Alice Jones"].pseudonym)
    assert "several" in found["Alice"].caution
    assert found["Mr Smith"].pseudonym != found["Mrs Smith"].pseudonym


def test_forms_of_one_school_share_a_pseudonym() -> None:
    """Oakfield and Oakfield Primary are Oakfield Primary School; Oakfield High makes Oakfield unclear."""
    found = proposed("We left Oakfield Primary School. In Oakfield Primary, so in Oakfield, it was loud.")
    assert {p.pseudonym for p in found.values()} == {"[SCHOOL-A]"}
    assert {p.kind for p in found.values()} == {"school"}
    more = proposed("We left Oakfield Primary for Oakfield High. I liked Oakfield, and Oakfield liked me.",
                    gazetteer=gazetteer_of(["Oakfield Primary School"], []))  # fmt: skip
    assert more["Oakfield Primary"].pseudonym != more["Oakfield High"].pseudonym
    assert "several" in more["Oakfield"].caution


def test_the_gazetteer_knows_short_forms_and_whole_words() -> None:
    """Names of several words are found whole, and in their short form; inside another word they are not."""
    register = gazetteer_of(
        ["Lower Quay Primary School", "St. Aldhelm's CofE School", "Hope School"], ["Bath"]
    )
    text = "By Lower Quay, or Lower Quays, or St Aldhelm’s and Saint Aldhelm's. Hope so. Bath time."
    found = [(word.text, kind) for word, kind in register.found_in(text)]
    assert found == [("Lower Quay", "school"), ("St Aldhelm’s", "school"), ("Saint Aldhelm's", "school")]
    assert register.kind_of("Bath") == "place"
    assert register.kind_of("Primary School") is None


def test_the_gazetteer_tells_the_kind() -> None:
    """A word with a capital inside a sentence that the register knows is a school or a place."""
    register = gazetteer_of(["Denholme High School"], ["Harrowmere"])
    found = proposed("We went to Denholme. Then from Harrowmere on.", gazetteer=register)
    assert {name: p.kind for name, p in found.items()} == {"Denholme": "school", "Harrowmere": "place"}


def test_known_names_are_proposed_with_their_own_pseudonym() -> None:
    """A case keeps the pseudonym the study gave it, unless that would give the name away."""
    known = [
        KnownName(name="Ash School", kind="school", why="name of a case", pseudonym="School A"),
        KnownName(name="Ash", kind="school", why="part", is_kept=False, short_for="Ash School"),
        KnownName(name="Eastmarch", kind="place", why="name of a case", pseudonym="LA Eastmarch"),
    ]
    found = proposed("We like Ash. Ash is old, and ash is grey.", known=known)
    assert found["Ash School"].pseudonym == found["Ash"].pseudonym == "School A"
    assert found["Ash School"].n == 0
    assert "ordinary word" in found["Ash"].caution
    assert found["Eastmarch"].pseudonym == "[PLACE-01]"
    assert "Ash" not in proposed("Ash is old, and ash is grey.", known=known[:2])


def test_numbers_go_on_where_a_text_left_off() -> None:
    """Pseudonyms that stand in a text already are not given to anybody else."""
    found = proposed("As [PERSON-07] of [SCHOOL-Z] said to Kieran of Oakfield Primary School.")
    assert found["Kieran"].pseudonym == "[PERSON-08]"
    assert found["Oakfield Primary School"].pseudonym == "[SCHOOL-AA]"


def test_a_pseudonym_never_holds_a_real_name() -> None:
    """Where somebody is called Son, people are P-01 instead of PERSON-01."""
    found = proposed("I met Son Tran, and asked Son. Then Kieran.")
    assert found["Kieran"].pseudonym == "[P-02]"
    assert not any(
        p.real.casefold() in q.pseudonym.casefold() for p in found.values() for q in found.values()
    )


def test_spellings_that_replacing_does_not_tell_apart_are_one() -> None:
    """Kinds of apostrophe, hyphens and case make one row, with all places counted."""
    found = proposed("So Ms O'Brien met Ms O’Brien. And Anne-Marie met Anne Marie, again Anne-Marie.")
    assert [name for name in found if "Brien" in name and "Ms" in name] == ["Ms O'Brien"]
    assert found["Ms O'Brien"].n == 2
    assert found["Anne-Marie"].n == 3


def test_counts_and_contexts() -> None:
    """Places are counted once, by the longest name; contexts hold true offsets of the first three."""
    text = "At Carrow Vale Academy. In Carrow Vale, by Carrow Vale. For Carrow Vale and Carrow Vale."
    found = proposed(text, f"Then {text}")
    short, long = found["Carrow Vale"], found["Carrow Vale Academy"]
    assert (long.n, long.n_sources) == (2, 2)
    assert (short.n, short.n_sources, len(short.contexts)) == (8, 2, 3)
    for context in short.contexts:
        assert text[context.start_char : context.end_char] == context.words == "Carrow Vale"


def test_a_written_number_has_a_pseudonym_of_its_sort() -> None:
    """Telephone numbers and addresses get words that say what stood there."""
    found = proposed("Ring 01632 960123 or write to a@b.org, SW1A 1AA.")
    assert {p.pseudonym for p in found.values()} == {"[PHONE-01]", "[EMAIL-01]", "[POSTCODE-01]"}
    assert {p.kind for p in found.values()} == {"other"}


def test_the_same_texts_give_the_same_proposals() -> None:
    """Nothing is random, and a later text leaves the earlier pseudonyms as they were."""
    texts = ["I met Kieran at Oakfield Primary School.", "We saw Imran, with Mrs Pell of Staithe End."]
    first = proposed(*texts)
    assert list(proposed(*texts).values()) == list(first.values())
    later = proposed(*texts, "Then Zorbian came, and Zorbian went, for Beatrice.")
    assert all(later[name].pseudonym == p.pseudonym for name, p in first.items())


def test_nothing_in_nothing() -> None:
    """No text, and empty texts, give no proposals."""
    assert proposed() == {}
    assert proposed("", " \n") == {}


def test_letters_and_numbers() -> None:
    """Schools are lettered A to Z, then AA."""
    assert [letters(n) for n in (1, 26, 27, 52, 53, 703)] == ["A", "Z", "AA", "AZ", "BA", "AAA"]
    assert all(number_of(letters(n)) == n for n in range(1, 800))


# --- a language model -----------------------------------------------------------------------------


def test_a_model_is_asked_where_there_is_one() -> None:
    """What a model takes for a name is proposed as likely, with "the" and possessives taken off."""
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [
            {"label": "PERSON", "pattern": "Zorbian"},
            {"label": "GPE", "pattern": "the Vexley"},
            {"label": "ORG", "pattern": "Brint Academy"},
            {"label": "DATE", "pattern": "last year"},
        ]
    )
    text = "Zorbian came last year. The Vexley is far; the Vexley. Brint Academy is near."
    seen: list[tuple[int, int]] = []
    entities = list(entities_of([text], nlp, lambda done, total: seen.append((done, total))))
    assert entities == [("Zorbian", "person"), ("Vexley", "place"), ("Brint Academy", "school")]
    assert seen == [(1, 1)]
    found = proposed(text, entities=entities)
    assert (found["Zorbian"].kind, found["Zorbian"].certainty) == ("person", "likely")
    assert "a language model takes it for a name" in found["Zorbian"].why


def test_long_texts_are_given_to_a_model_in_parts() -> None:
    """A text of any length is read to its end."""
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "Zorbian"}])
    text = "word " * 12_000 + "\n" + "word " * 12_000 + "Zorbian"
    assert list(entities_of([text], nlp)) == [("Zorbian", "person")]


def test_installed_models_are_looked_up_without_a_network() -> None:
    """The look-up gives names of packages that declare a model, the largest kind first."""
    import spacy

    assert set(installed_models()) <= set(spacy.util.get_installed_models())
