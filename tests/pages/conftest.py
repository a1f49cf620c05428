"""Studies for the tests of pages, and a way to open a page as the app does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from three_suggestions import suggest_three

from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.gathering.import_codings import import_asked, import_codings
from qualtool.workflows.gathering.import_indicators import import_indicators
from qualtool.workflows.gathering.import_transcripts import import_loaded, import_transcripts
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study.studies import create_study
from qualtool.workflows.suggestions import learning

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"

INTERVIEW = b"""Interviewer: How do families choose a school?
Ruth: They ask around. We are known for the base.
Interviewer: And is there room?
Ruth: No. Two families moved house to be near us.
Interviewer: What do other schools do?
Ruth: They send people on to us.
"""
CODEBOOK = """title: Tiny
codes:
  - name: Steering
    is_codable: false
    children:
      - id: MAGNET
        name: Magnet reputation
        definition: Families seek the school.
      - id: PUSH
        name: Sent on
        definition: Other schools send families on.
  - id: SPACE
    name: No room
    definition: The school is full.
"""


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app finds and remembers studies in the test's own folder only."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("QUALTOOL_FOLDER", str(tmp_path))
    monkeypatch.delenv("QUALTOOL_STUDY", raising=False)


@pytest.fixture(autouse=True)
def nothing_is_learnt_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page shows is what its test did: the learner, which would renew suggestions after a moment that
    depends on the machine, looks once an hour."""
    monkeypatch.setattr(learning, "_LOOK_SECONDS", 3600.0)


@pytest.fixture(scope="session")
def tiny_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two short interviews, one of them coded; three codes under and beside one heading."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "codes.yaml").write_text(CODEBOOK, encoding="utf-8")
    study = folder / "tiny.db"
    create_study(study, codebook=folder / "codes.yaml", by="Ada")
    files = [("first.txt", INTERVIEW), ("second.txt", INTERVIEW.replace(b"Ruth", b"Omar"))]
    import_loaded(study, files, ImportReport(), by="Ada")
    code_selection(study, "first.txt", 52, 67, "MAGNET", coder="Ada")
    return study


@pytest.fixture
def tiny_study(tiny_original: Path, tmp_path: Path) -> Path:
    """A copy of the tiny study that the test may change."""
    return Path(shutil.copyfile(tiny_original, tmp_path / "tiny.db"))


@pytest.fixture
def suggested(tiny_study: Path) -> Path:
    """The tiny study with three suggestions on its second interview."""
    return suggest_three(tiny_study)


@pytest.fixture
def empty_study(tmp_path: Path) -> Path:
    """A study with nothing in it."""
    create_study(tmp_path / "empty.db", by="Ada")
    return tmp_path / "empty.db"


# Seconds a page may take. The first of a process loads everything; on a slow machine that is long.
PATIENCE = 180


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    """``open_page("codebook.py", study, coder)``: the page, run once inside the app."""

    def run(page: str, study: Path | None = None, coder: str | None = "Ada") -> AppTest:
        at = AppTest.from_file(str(MAIN), default_timeout=PATIENCE)
        if study is not None:
            at.session_state["study"] = str(study)
        if coder is not None and study is not None:
            at.session_state["coder"] = coder
        at.run()
        return at if page == "study.py" else at.switch_page(page).run()

    return run


# --- six schools with indicators, for Schools, Triangulate and Export ------------------------------

SAMPLE_INDICATORS = MAIN.parents[2] / "corpora" / "sample" / "indicators"
SCHOOLS = """file,speaker,participant,role,case,urn,is_interviewer,consent_quote,phase,case_kind,pseudonym
a.txt,Ann,Ann of A,SENCO,Ash School,900001,no,yes,primary,school,School A
b.txt,Ben,Ben of B,Head,Beech School,900002,no,no,primary,school,School B
c.txt,Cai,Cai of C,SENCO,Cedar School,900003,no,unknown,primary,school,School C
i.txt,Ida,Ida of I,SENCO,Ivy School,900009,no,yes,primary,school,School I
j.txt,Jon,Jon of J,Head,Juniper School,900010,no,paraphrase,primary,school,School J
s.txt,Sue,Sue of S,Head,Small School,900058,no,unknown,primary,school,School S
l.txt,Lou,Lou of L,LA officer,Lowmoor,,no,yes,,la,LA L
n.txt,Nan,Nan of N,Head,No Number School,,no,yes,primary,school,School Z
"""
RESTRICTED = """  - id: CONDUCT
    name: Conduct of adults
    restricted: true
"""


def talk_of(label: str) -> str:
    """A question and an answer; 'They ask around.' and 'We are known.' are what is coded."""
    return f"Interviewer: Why do families choose you?\n{label}: They ask around. We are known.\n"


@pytest.fixture(scope="session")
def schools_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six schools with two years of census, one small, one with absence suppressed; an authority.

    MAGNET is voiced at A, B and I, denied at C, asked everywhere but at the small school.
    """
    folder = tmp_path_factory.mktemp("schools")
    (folder / "codes.yaml").write_text(CODEBOOK + RESTRICTED, encoding="utf-8")
    (folder / "sheet.csv").write_text(SCHOOLS, encoding="utf-8")
    names = {line.split(",")[0]: line.split(",")[1] for line in SCHOOLS.splitlines()[1:]}
    for name, label in names.items():
        (folder / name).write_text(talk_of(label), encoding="utf-8")
    study = folder / "schools.db"
    create_study(study, codebook=folder / "codes.yaml", by="Ada")
    import_transcripts(study, [folder / name for name in names], sheet=folder / "sheet.csv", by="Ada")
    coded = ["a.txt MAGNET affirms", "a.txt PUSH affirms", "a.txt CONDUCT affirms", "b.txt MAGNET affirms"]
    coded += ["c.txt MAGNET denies", "i.txt MAGNET affirms"]
    lines = ["source,start_char,end_char,code,coder,quote,stance"]
    for name, code, stance in (row.split() for row in coded):
        quote = "We are known." if code == "PUSH" else "They ask around."
        start = talk_of(names[name]).index(quote)
        lines.append(f"{name},{start},{start + len(quote)},{code},Ada,{quote},{stance}")
    (folder / "codings.csv").write_text("\n".join(lines), encoding="utf-8")
    import_codings(study, folder / "codings.csv", by="Ada")
    asked = [f"{name},MAGNET,{'no' if name == 's.txt' else 'yes'}" for name in names]
    (folder / "asked.csv").write_text("\n".join(["source,code,asked", *asked]), encoding="utf-8")
    import_asked(study, folder / "asked.csv", by="Ada")
    absence = (SAMPLE_INDICATORS / "2024-2025_england_abs.csv").read_text(encoding="utf-8-sig")
    hidden = [
        ",".join([*row.split(",")[:3], "SUPP", "SUPP"]) if ",900010," in row else row
        for row in absence.split()
    ]
    (folder / "2024-2025_england_abs.csv").write_text("\n".join(hidden), encoding="utf-8")
    files = [SAMPLE_INDICATORS / f"{year}_england_census.csv" for year in ("2023-2024", "2024-2025")]
    register = SAMPLE_INDICATORS / "edubasealldata20250601.csv"
    import_indicators(study, [*files, register, folder / "2024-2025_england_abs.csv"], by="Ada")
    return study


@pytest.fixture
def schools_study(schools_original: Path, tmp_path: Path) -> Path:
    """A copy of the study of six schools that the test may change."""
    return Path(shutil.copyfile(schools_original, tmp_path / "schools.db"))
