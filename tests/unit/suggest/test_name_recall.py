"""How many names the rules find, and how many of their finds are names: counted on fiction.

The sample interviews are fiction and their names are listed here by hand. Sentences with further names,
numbers and addresses are planted among their turns, none of which the lists of first names hold.
"""

from __future__ import annotations

import re
from pathlib import Path

from qualtool.suggest.identifying import NamedText, Proposal, propose_names

# Everything in the 28 interviews that names a person, a school or a place, as read by a person.
PEOPLE = [
    "Adil",
    "Aisha",
    "Alfie",
    "Anwen",
    "Ashraf",
    "Aurelie",
    "Bea",
    "Beth",
    "Bettina",
    "Caleb",
    "Callum",
    "Carys",
    "Ciaran",
    "Colin",
    "Connor",
    "Corey",
    "Curtis",
    "Denise",
    "Dexter",
    "Dominic",
    "Dominika",
    "Donna",
    "Dot",
    "Dr Vance",
    "Ellis",
    "Elsie",
    "Emeka",
    "Esme",
    "Ewan",
    "Farah",
    "Fergus",
    "Fran",
    "Freddie",
    "Gabriel",
    "Gail",
    "Gareth",
    "Georgia",
    "Grace Okafor",
    "Graham",
    "Gwen",
    "Hamza",
    "Hannah",
    "Harrison",
    "Haydn",
    "Imogen",
    "Imran",
    "Isaiah",
    "Jackie",
    "Jake",
    "Jan",
    "Jayden",
    "Jo",
    "Joel",
    "Jonah",
    "Karen",
    "Kaspar",
    "Keira",
    "Kev",
    "Kieran",
    "Kofi",
    "Kyle",
    "Lewis",
    "Lindsay",
    "Lola",
    "Lorcan",
    "Lorraine",
    "Lynne",
    "Mabli",
    "Maisie",
    "Mandy",
    "Marcus",
    "Margaret",
    "Martin",
    "Maryam",
    "Mason",
    "Mathilde",
    "Miss Pell",
    "Moira",
    "Mr Adeyemi",
    "Mr Baines",
    "Mr Sollis",
    "Mr Tranter",
    "Mrs Amos",
    "Mrs Dacre",
    "Mrs Lyle",
    "Mrs Okafor",
    "Nadia",
    "Noah",
    "Oliver",
    "Ottilie",
    "Petra",
    "Philippa",
    "Piers",
    "Poppy",
    "Priya",
    "Reuben",
    "Rory",
    "Rufus",
    "Ruth",
    "Savannah",
    "Shauna",
    "Skye",
    "Steph",
    "Struan",
    "Sue",
    "Sunita",
    "Tess",
    "Theo",
    "Tina",
    "Tobi",
    "Tobias",
    "Toby",
    "Trish",
    "Tyler",
    "Yusuf",
    "Zach",
    "Mr Nest",
]
SCHOOLS_AND_PLACES = [
    "Canal Street",
    "Carrow Vale",
    "Cold Ashby Green",
    "Denholme",
    "Eastmarch",
    "Fenwater",
    "Hallowbourne",
    "Harbour",
    "Harrowmere",
    "Larch House",
    "Lower Quay",
    "Marlstone",
    "Mill Lane",
    "Millrace",
    "Nest",
    "Oakenhay",
    "Orchard Rise",
    "Penwold",
    "Ridgeway",
    "Sallowgate Road",
    "Saltern House",
    "Saltern Street",
    "St Aldhelm's",
    "Staithe End",
    "Tansy Fold",
    "Thorley Cross",
    "Thornbeck",
    "Whitlow Hill",
    "Wren Room",
    "Carmarthen",
    "Dubai",
    "Flora",
]

# (sentence, the names in it)
PLANTED = (
    ("And Mrs Quillfeather, she cried.", ["Mrs Quillfeather"]),
    ("There was a lad called Zebulun, lovely lad.", ["Zebulun"]),
    ("My daughter Ysolde never settled.", ["Ysolde"]),
    ("We'd tried Vexley Brook Infant School first.", ["Vexley Brook Infant School"]),
    ("Then St Wilfrida's C of E Primary rang us.", ["St Wilfrida's C of E Primary"]),
    ("He was born on 14 March 2015, so, late.", ["14 March 2015"]),
    ("You can get me on 07700 900471 most days.", ["07700 900471"]),
    ("Write to senco@vexleybrook.sch.uk, she'll answer.", ["senco@vexleybrook.sch.uk"]),
    ("They moved to ZZ91 4QT, over the bridge.", ["ZZ91 4QT"]),
    ("His UPN's B801200005001, I know it by heart.", ["B801200005001"]),
    ("The ambulance wanted 943 476 5919 off me.", ["943 476 5919"]),
    ("I told Dr. Marchbanks-Oyelaran the lot.", ["Dr. Marchbanks-Oyelaran"]),
    ("And so Oluwadamilare came back to us.", ["Oluwadamilare"]),
    ("It was Tamsyn-Rose who noticed.", ["Tamsyn-Rose"]),
    ("Wenlock Academy wouldn't even look.", ["Wenlock Academy"]),
    ("She'd gone to live in Great Tewsley by then.", ["Great Tewsley"]),
    ("Up past Barrowdyke Lane, where the garage was.", ["Barrowdyke Lane"]),
    ("Zbigniew's mum was on the phone before nine.", ["Zbigniew"]),
    ("This is Precious, she does our phonics.", ["Precious"]),
    ("I asked Hope and Hope said no.", ["Hope"]),
    ("So Faith, our TA, sat with him.", ["Faith"]),
    ("Mr Little-Hayes and Ms Xu did the rota.", ["Mr Little-Hayes", "Ms Xu"]),
    ("My son's best friend is Ikechukwu, he's in her class.", ["Ikechukwu"]),
    ("Professor Aldermaston wrote the report.", ["Professor Aldermaston"]),
    ("There were three Bronaghs that year, and one was Bronagh Pike.", ["Bronaghs", "Bronagh Pike"]),
    ("We're in Kettlestoke-on-the-Wold, technically.", ["Kettlestoke-on-the-Wold"]),
    ("The URN is 900417, look it up.", ["900417"]),
    ("Sir Godfrey opened it.", ["Sir Godfrey"]),
    ("I don't know what Ajibola would say.", ["Ajibola"]),
    ("Poor Eluned, honestly.", ["Eluned"]),
)


def planted(folder: Path) -> list[NamedText]:
    """The sample interviews with the planted sentences behind their first answers, two a text."""
    texts: list[NamedText] = []
    for number, path in enumerate(sorted((folder / "transcripts").glob("*.txt"))):
        text = path.read_text(encoding="utf-8")
        for sentence, _ in PLANTED[2 * number : 2 * number + 2]:
            turn = [m.start() for m in re.finditer(r"\n\n", text)][3]
            text = f"{text[:turn]} {sentence}{text[turn:]}"
        texts.append(NamedText(source=path.name, text=text))
    return texts


def holds(found: dict[str, Proposal], name: str) -> bool:
    """Would replacing the proposals take this name out? All its words or the whole of it."""
    return name in found or all(word in found for word in name.split() if word[0].isupper())


def test_names_are_found_and_finds_are_names(sample: Path) -> None:
    """Of the sample's names 97 in 100 are found, of 32 planted ones 30; 9 in 10 finds are names."""
    texts = planted(sample)
    found = {p.real: p for p in propose_names(texts)}
    sample_names = [*PEOPLE, *SCHOOLS_AND_PLACES]
    missed = [name for name in sample_names if not holds(found, name)]
    assert len(missed) <= 0.03 * len(sample_names), missed
    gold = [name for _, names in PLANTED for name in names]
    planted_missed = [name for name in gold if not holds(found, name)]
    assert len(planted_missed) <= 2, planted_missed
    words = {word.strip("'s") for name in (*sample_names, *gold) for word in name.split()}
    wrong = [name for name in found if not any(word.strip("'s") in words for word in name.split())]
    assert len(wrong) <= 0.1 * len(found), wrong


def test_persons_are_told_from_places(sample: Path) -> None:
    """Of the sample's people that are found, 9 in 10 are taken for persons; of its schools few are."""
    found = {p.real: p for p in propose_names(planted(sample))}
    people = [found[name].kind for name in PEOPLE if name in found]
    assert people.count("person") >= 0.9 * len(people)
    others = [found[name].kind for name in SCHOOLS_AND_PLACES if name in found]
    assert others.count("person") <= 0.2 * len(others)
