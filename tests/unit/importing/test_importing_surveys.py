"""Surveys, their mapping, and the guess at one."""

from __future__ import annotations

import pytest

from qualtool.errors import SurveyError
from qualtool.importing import SurveyMapping, guess_mapping, read_survey
from qualtool.model import QuestionKind, Variable


def refused(text: str, mapping: SurveyMapping) -> list[str]:
    with pytest.raises(SurveyError) as caught:
        read_survey(text.encode(), name="s.csv", mapping=mapping)
    return [str(p) for p in caught.value.problems]


_FILE = (
    "rid,q1,q2_a,q2_b,q3,n,wt,st,urn,role,phase\n"
    "1, Not much ,1,0,agree,0,0.5,north,900001.0,SENCO,primary\n"
    "2,,0,,,,,,,,\n"
)
_MAPPING = SurveyMapping(
    id="rid",
    text=("q1",),
    weight="wt",
    stratum="st",
    urn="urn",
    role="role",
    multi=("q2_",),
    likert=("q3",),
    number=("n",),
    variables=("phase",),
)


def test_a_survey() -> None:
    """Answers keep the order of the columns, text its spaces, and design columns their meaning."""
    survey = read_survey(_FILE.encode(), name="s.csv", mapping=_MAPPING)
    assert [(q.name, q.kind, q.group) for q in survey.questions] == [
        ("q1", QuestionKind.TEXT, ""),
        ("q2_a", QuestionKind.MULTI, "q2_"),
        ("q2_b", QuestionKind.MULTI, "q2_"),
        ("q3", QuestionKind.LIKERT, ""),
        ("n", QuestionKind.NUMBER, ""),
    ]
    first, second = survey.respondents
    assert [a.value for a in first.answers] == [" Not much ", "1", "0", "agree", "0"]
    assert (first.weight, first.stratum, first.urn, first.role) == (0.5, "north", "900001", "SENCO")
    assert first.variables == (Variable(owner="1", name="phase", value="primary"),)
    assert [a.value for a in second.answers] == [None, "0", None, None, None]
    assert (second.weight, second.urn, second.line) == (None, None, 3)
    assert any("1 respondent(s) have no weight" in w for w in survey.warnings)


def test_zero_and_blank_differ() -> None:
    """A 0 is an answer and a blank is none, in text columns too."""
    survey = read_survey(b"id,t\n1,0\n2,\n3,  \n", name="s.csv", mapping=SurveyMapping(id="id", text=("t",)))
    assert [r.answers[0].value for r in survey.respondents] == ["0", None, None]


@pytest.mark.parametrize("chosen", [None, "#row"])
def test_row_numbers_as_ids(chosen: str | None) -> None:
    """Without an id column respondents are numbered from 1 in file order, and a warning says so."""
    survey = read_survey(b"t\na\nb\n", name="s.csv", mapping=SurveyMapping(id=chosen, text=("t",)))
    assert [r.respondent_id for r in survey.respondents] == ["1", "2"]
    assert "numbered by row" in survey.warnings[0]


def test_ids_missing_and_repeated() -> None:
    """Every repeated id is refused with all its lines, and every missing one."""
    problems = refused("id,t\n7,a\n8,b\n7,c\n,d\n8,e\n7,f\n", SurveyMapping(id="id", text=("t",)))
    assert len(problems) == 3
    assert problems[0].startswith("s.csv, line 5: The id is missing")
    assert problems[1].startswith("s.csv, lines 2, 4, 7: The id '7' occurs 3 times")
    assert problems[2].startswith("s.csv, lines 3, 6: The id '8'")


def test_unknown_columns_name_the_nearest() -> None:
    """A column that is not there is refused with the nearest that is."""
    mapping = SurveyMapping(id="Respondent", text=("what was god?",), multi=("q9_",), weight="zzz")
    problems = refused("Respondent ID,What was good?\n1,x\n", mapping)
    assert len(problems) == 4
    assert "Do you mean 'Respondent ID'?" in problems[0]
    assert "The columns are" in problems[1]
    assert "Do you mean 'What was good?'?" in problems[2]
    assert "No column starts with 'q9_'" in problems[3]


def test_one_column_two_kinds() -> None:
    """A column cannot be two kinds of question, nor id and question."""
    mapping = SurveyMapping(id="a", text=("a", "b"), single=("b",))
    problems = refused("a,b\n1,x\n", mapping)
    assert any("as single and as text" in p for p in problems)
    assert any("as id and as a question" in p for p in problems)


def test_no_text_column() -> None:
    """A survey without free text has nothing to code and is refused."""
    assert "--text" in refused("id,q\n1,2\n", SurveyMapping(id="id", single=("q",)))[0]


@pytest.mark.parametrize("raw", ["heavy", "-1", "inf", "nan", "0,5"])
def test_bad_weights(raw: str) -> None:
    """A weight that is no number from 0 upwards is refused with its line, without repeating the cell."""
    problems = refused(f'id,t,w\n1,x,1\n2,x,"{raw}"\n', SurveyMapping(id="id", text=("t",), weight="w"))
    assert problems == [
        "s.csv, line 3: The weight is not a number from 0 upwards. Write it with a decimal point, as in 1.25."
    ]


def test_bad_urns() -> None:
    """A URN of other than six digits is refused with its line; blanks are allowed."""
    problems = refused("id,t,u\n1,x,12\n2,x,\n3,x,900001\n", SurveyMapping(id="id", text=("t",), urn="u"))
    assert [p.partition(":")[0] for p in problems] == ["s.csv, line 2"]


def test_column_names_are_compared_trimmed() -> None:
    """Spaces and line breaks around a column's name in file or mapping do not matter."""
    data = b'id," What was\ngood? "\n1,x\n'
    survey = read_survey(data, name="s.csv", mapping=SurveyMapping(id="id ", text=("What was\ngood?  ",)))
    assert survey.questions[0].name == "What was good?"


def test_prefix_leaves_other_uses_alone() -> None:
    """A column that is id, design or variable is no option, though its name has the prefix."""
    mapping = SurveyMapping(id="q_id", text=("t",), multi=("q_",), variables=("q_v",))
    survey = read_survey(b"q_id,t,q_a,q_v\n1,x,1,z\n", name="s.csv", mapping=mapping)
    assert [q.name for q in survey.questions] == ["t", "q_a"]


def test_wordy_numbers_are_kept_and_counted() -> None:
    """A word in a number column is kept as it is, and a warning counts it."""
    mapping = SurveyMapping(text=("t",), number=("n",))
    survey = read_survey(b"t,n\nx,1\ny,lots\n", name="s.csv", mapping=mapping)
    assert survey.respondents[1].answers[1].value == "lots"
    assert any("Column 'n': 1 answer(s)" in w for w in survey.warnings)


def test_guess() -> None:
    """Names and answers tell id, design, text, tick-all, scale, closed and number columns apart."""
    header = ["Response ID", "Survey weight", "Stratum", "PSU", "School URN", "Job role", "Comments"]
    header += ["Q4_none", "Q4_some", "Q5", "Q6", "Q7", "Age", "Date"]
    roles = ["SENCO", "Head", "Teacher"]
    scale = ["Agree", "Strongly disagree", "Neither agree nor disagree", "Disagree"]
    rows = [
        [
            f"R{n}",
            str(0.5 + n % 3),
            f"s{n % 2}",
            str(n % 5),
            str(900001 + n % 7),
            roles[n % 3],
            f"In year {n} the base took in several more pupils" if n % 4 else "",
            "1" if n % 2 else "",
            "0",
            scale[n % 4],
            str(1 + n % 5),
            ["primary", "secondary"][n % 2],
            str(20 + n),
            f"0{1 + n % 9}/03/2025",
        ]
        for n in range(40)
    ]
    assert guess_mapping(header, rows) == SurveyMapping(
        id="Response ID",
        weight="Survey weight",
        stratum="Stratum",
        psu="PSU",
        urn="School URN",
        role="Job role",
        text=("Comments",),
        multi=("Q4_",),
        likert=("Q5", "Q6"),
        single=("Q7",),
        number=("Age",),
    )


def test_guess_of_nothing() -> None:
    """A header without rows gives an empty mapping."""
    assert guess_mapping(["id", "t"], []) == SurveyMapping()


def test_repeated_ids_are_not_guessed() -> None:
    """A column called id is not the id where its values repeat."""
    assert guess_mapping(["id", "x"], [["1", "a"], ["1", "b"]]).id is None
