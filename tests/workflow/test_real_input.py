"""The main job on real files, through the command line: import, code, count, find topics, join schools."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
_PDF_TURNS = {
    "P1.pdf": {"Dan": 47, "Participant": 47},
    "P2.pdf": {"Dan": 81, "Participant": 84},
    "P3.pdf": {"Dan": 61, "Participant": 60},
    "P4.pdf": {"Dan": 54, "Participant": 55},
}
_NHS = "nhs_fft_nhft.csv"
_JUPYTER = "jupyter_ux_survey_2015_raw.csv"
_GAMES = "games_as_art_bopp_cp1252.csv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def new_study(qualtool: Run, folder: Path, *options: object) -> Path:
    study = folder / "study.db"
    assert qualtool("init", study, *options).code == 0
    return study


# --- transcripts ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def transcripts(
    shared_data: Path, qualtool: Run, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    study = new_study(qualtool, tmp_path_factory.mktemp("transcripts"))
    ran = qualtool("import", "transcripts", study, shared_data / "transcripts", "--json")
    assert ran.code == 0
    return study, ran.json


@pytest.fixture(scope="module")
def known_transcripts(shared_data: Path) -> dict[str, Any]:
    return json.loads((shared_data / "transcripts" / "expected.json").read_text())


def test_every_transcript_of_the_folder_is_imported(
    shared_data: Path, transcripts: tuple[Path, dict[str, Any]]
) -> None:
    """Every .txt, .pdf, .docx, .vtt and .srt file becomes a source, and accepted counts them."""
    report = transcripts[1]
    folder = shared_data / "transcripts"
    wanted = {
        p.name for p in folder.rglob("*") if p.suffix in (".txt", ".pdf", ".docx", ".vtt", ".srt", ".md")
    }
    names = [s["name"] for s in report["sources"]]
    assert set(names) == wanted
    assert report["accepted"] == len(names) == len(wanted)


def test_web_pages_and_data_are_skipped_with_a_reason(
    shared_data: Path, transcripts: tuple[Path, dict[str, Any]]
) -> None:
    """The .html and .json files are in skipped with a reason, and nothing else is."""
    report = transcripts[1]
    unread = [p.name for p in (shared_data / "transcripts").rglob("*") if p.suffix in (".html", ".json")]
    assert Counter(s["item"] for s in report["skipped"]) == Counter(unread)
    assert all(s["reason"] for s in report["skipped"])
    n_files = sum(p.is_file() for p in (shared_data / "transcripts").rglob("*"))
    assert report["accepted"] + len(report["skipped"]) == n_files


def test_turns_and_speakers_are_those_counted(
    transcripts: tuple[Path, dict[str, Any]], known_transcripts: dict[str, Any]
) -> None:
    """Turns and speakers of every labelled file are the ones its provenance states."""
    report = transcripts[1]
    found = {s["name"]: s for s in report["sources"]}
    histories = [name for name in known_transcripts if name.endswith(".txt")]
    assert len(histories) == 5
    for path in histories:
        source, known = found[Path(path).name], known_transcripts[path]
        assert (source["n_turns"], source["n_chars"]) == (known["turns"], known["chars"])
        assert source["speakers"] == known["speakers"]
    for name, speakers in _PDF_TURNS.items():
        assert found[name]["speakers"] == speakers
        assert found[name]["n_turns"] == sum(speakers.values())
    srt, vtt = found["podcast_namespace_example.srt"], found["podcast_namespace_example.vtt"]
    assert (srt["n_cues"], srt["speakers"]) == (222, {"Travis": 5, "Sarah": 2, "Gilon": 3})
    assert (vtt["n_cues"], set(vtt["speakers"])) == (7, {"Sarah", "Gillian"})
    docx = found["qualcoder_ID1.docx"]
    # 625 characters in four paragraphs, which are joined by three line feeds.
    assert (docx["n_turns"], docx["n_chars"]) == (3, 625 + 3)


def test_the_text_is_printed_as_it_stands(
    shared_data: Path, qualtool: Run, transcripts: tuple[Path, dict[str, Any]]
) -> None:
    """``text`` prints exactly the decoded file, so that offsets count in it."""
    study, report = transcripts
    for path in (shared_data / "transcripts" / "public_domain_oral_history").glob("*.txt"):
        assert qualtool("text", study, path.name).out == path.read_text(encoding="utf-8")
    for source in report["sources"]:
        ran = qualtool("text", study, source["guid"], "--json")
        assert len(ran.json["text"]) == ran.json["n_chars"] == source["n_chars"]


def test_speakers_of_two_files_are_not_one_person(
    transcripts: tuple[Path, dict[str, Any]],
) -> None:
    """Without a sheet each label is a participant of its file, also where two files share a stem."""
    people = [person for source in transcripts[1]["sources"] for person in source["participants"]]
    assert len(people) == len(set(people))


def test_the_same_folder_again_changes_nothing(
    shared_data: Path, qualtool: Run, transcripts: tuple[Path, dict[str, Any]]
) -> None:
    """The same bytes imported twice are a no-op that says so."""
    study, first = transcripts
    before = qualtool("check", study, "--json").json
    ran = qualtool("import", "transcripts", study, shared_data / "transcripts", "--json")
    assert (ran.code, ran.json["accepted"]) == (0, 0)
    assert len(ran.json["skipped"]) == first["accepted"] + len(first["skipped"])
    after = qualtool("check", study, "--json").json
    assert after == before
    assert after["ok"]


# --- the NHS answers, with their labels -----------------------------------------------------------


@pytest.fixture(scope="module")
def nhs(shared_data: Path, qualtool: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The survey imported, its label columns as a codebook and its marks as whole-answer codings."""
    folder = tmp_path_factory.mktemp("nhs")
    path = shared_data / "labelled" / _NHS
    table = rows(path)
    labels = list(table[0])[11:]
    codebook = folder / "labels.yaml"
    # JSON is YAML: names with colons and question marks need no further care.
    codes = [{"id": f"L{n:02}", "name": label} for n, label in enumerate(labels)]
    codebook.write_text(json.dumps({"title": "Labels", "codes": codes}))
    study = new_study(qualtool, folder, "--codebook", codebook)
    survey = qualtool("import", "survey", study, path, "--id", "Comment ID", "--text", "FFT answer", "--json")
    marks = folder / "marks.csv"
    with marks.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "start_char", "end_char", "code", "coder"])
        for row in table:
            if row["FFT answer"].strip():
                source = f"{_NHS}#{row['Comment ID'].strip()}#FFT answer"
                writer.writerows(
                    [source, "", "", f"L{n:02}", "NHS"] for n, lb in enumerate(labels) if row[lb] == "1"
                )
    codings = qualtool("import", "codings", study, marks, "--json")
    return {
        "study": study,
        "table": table,
        "labels": labels,
        "survey": survey,
        "codings": codings,
    }


def test_nhs_answers_are_imported(nhs: dict[str, Any], shared_data: Path) -> None:
    """2,309 answers become sources, and the 499 blanks are named as skipped."""
    known = json.loads((shared_data / "labelled" / "expected.json").read_text())[_NHS]
    ran = nhs["survey"]
    assert ran.code == 0
    assert ran.json["accepted"] == known["nonempty_text"] == 2309
    assert ran.json["n_blank_answers"] == known["rows"] - known["nonempty_text"] == 499
    assert ran.json["n_respondents"] == known["rows"]
    assert len(ran.json["sources"]) == 2309
    assert any("499" in s["item"] for s in ran.json["skipped"])


def test_nhs_labels_become_codings(nhs: dict[str, Any], qualtool: Run) -> None:
    """Each mark on an answer with text is one whole-answer coding, and the frequencies are the marks."""
    counted = Counter(
        label
        for row in nhs["table"]
        if row["FFT answer"].strip()
        for label in nhs["labels"]
        if row[label] == "1"
    )
    ran = nhs["codings"]
    assert ran.code == 0
    assert (ran.json["accepted"], ran.json["skipped"]) == (sum(counted.values()), [])
    found = qualtool("frequencies", nhs["study"], "--json").json
    by_label = {row["code_path"]: row for row in found["rows"]}
    assert len(by_label) == len(nhs["labels"]) == 50
    for label, row in by_label.items():
        # One answer a respondent here, so that codings, people and answers are the same number.
        assert [row[k] for k in ("n_codings", "n_participants", "n_segments")] == [counted[label]] * 3
        assert row["denominator_participants"] == 2309
        assert row["n_cases"] == row["denominator_cases"] == 0


def test_nhs_quotes_are_whole_answers(nhs: dict[str, Any], qualtool: Run) -> None:
    """A whole-answer coding quotes the cell to the last character."""
    texts = {
        f"{_NHS}#{row['Comment ID'].strip()}#FFT answer": row["FFT answer"].replace("\r\n", "\n")
        for row in nhs["table"]
    }
    label = nhs["labels"].index("Parking")
    found = qualtool("quotes", nhs["study"], "--code", f"L{label:02}", "--json").json["rows"]
    assert len(found) == 1
    assert found[0]["quote"] == texts[found[0]["source"]]


def test_topics_of_nhs_answers(nhs: dict[str, Any], qualtool: Run) -> None:
    """Topics on the NHS answers have words, sizes and quotes that are answers, the same for one seed."""
    ran = qualtool("topics", nhs["study"], "--seed", "1", "--json")
    assert ran.code == 0
    check_topics(ran.json["topics"], {r["FFT answer"].replace("\r\n", "\n") for r in nhs["table"]})


def check_topics(topics: list[dict[str, Any]], texts: set[str]) -> None:
    assert len(topics) > 3
    for topic in topics:
        assert topic["size"] >= len(topic["quotes"]) > 0
        assert len(topic["words"]) >= 3
        assert all(quote in texts for quote in topic["quotes"])
    assert len({topic["words"][0] for topic in topics}) > len(topics) / 2


# --- other surveys --------------------------------------------------------------------------------


def test_jupyter_survey(shared_data: Path, qualtool: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The raw export imports by row number with five free-text columns, and gives topics."""
    path = shared_data / "labelled" / _JUPYTER
    table = rows(path)
    columns = [h for h in table[0] if h.startswith(("What, if anything", "Aspect #1", "Feature / Change #1"))]
    columns.append(next(h for h in table[0] if h.startswith("Workflow Need #1") and "not" in h))
    assert len(columns) == 5
    study = new_study(qualtool, tmp_path_factory.mktemp("jupyter"))
    options = [part for column in columns for part in ("--text", column)]
    ran = qualtool("import", "survey", study, path, "--id", "#row", *options, "--json")
    n = sum(bool(row[column].strip()) for row in table for column in columns)
    assert ran.code == 0
    assert ran.json["accepted"] == n
    assert ran.json["n_blank_answers"] == 5 * 1706 - n
    texts = {row[column].replace("\r\n", "\n").replace("\r", "\n") for row in table for column in columns}
    check_topics(qualtool("topics", study, "--json").json["topics"], texts)


def test_survey_in_windows_1252(
    shared_data: Path, qualtool: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The encoding of the games file is named, and its typographic characters arrive whole."""
    path = shared_data / "labelled" / _GAMES
    study = new_study(qualtool, tmp_path_factory.mktemp("games"))
    ran = qualtool(
        "import", "survey", study, path, "--id", "#row", "--text", "experience", "--text", "why_art", "--json"
    )
    assert (ran.code, ran.json["encoding"], ran.json["accepted"]) == (0, "cp1252", 2 * 174)
    with path.open(encoding="cp1252", newline="") as file:
        table = list(csv.DictReader(file))
    number, row = next((n, r) for n, r in enumerate(table, start=1) if not r["why_art"].isascii())
    shown = qualtool("text", study, f"{_GAMES}#{number}#why_art").out
    assert shown == row["why_art"].replace("\r\n", "\n")


# --- schools --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schools(shared_data: Path, qualtool: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Six interviews at real URNs, the census of 2022/23 and the register's search file."""
    folder = tmp_path_factory.mktemp("schools")
    places = shared_data / "schools"
    census, gias = places / "cscp" / "2022-2023_england_census.csv", places / "gias"
    gias = gias / "gias_search_results_full_850_936_20220419.csv"
    table = [
        r for r in rows(census) if r["SCHOOLTYPE"] == "State-funded primary" and r["LA"] in ("850", "936")
    ]
    table = [r for r in table if r["NOR"].isdigit() and r["TSENELSE"].isdigit() and int(r["NOR"]) > 0]
    rates = {r["URN"]: 100 * int(r["TSENELSE"]) / int(r["NOR"]) for r in table}
    with gias.open(encoding="utf-8-sig", newline="") as file:
        register = {r["URN"]: r for r in csv.DictReader(file)}
    known = sorted((urn for urn in rates if urn in register), key=lambda urn: (rates[urn], urn))
    chosen = [known[0], known[1], known[len(known) // 2], *known[-3:]]
    sheet = folder / "sheet.csv"
    with sheet.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "speaker", "participant", "role", "case", "urn", "is_interviewer"])
        for n, urn in enumerate(chosen):
            (folder / f"i{n}.txt").write_text("Interviewer: Is it known?\nHead: Families move here for it.\n")
            writer.writerow([f"i{n}.txt", "Head", f"Head {n}", "Head", f"School {n}", urn, ""])
    codebook = folder / "codes.yaml"
    codebook.write_text("title: T\ncodes:\n  - {id: MAGNET, name: Magnet reputation}\n")
    study = new_study(qualtool, folder, "--codebook", codebook)
    files = [folder / f"i{n}.txt" for n in range(6)]
    assert qualtool("import", "transcripts", study, *files, "--sheet", sheet).code == 0
    ran = qualtool("import", "indicators", study, census, gias, "--json")
    return {"study": study, "urns": chosen, "rates": rates, "register": register, "ran": ran}


def test_census_and_register_are_imported(schools: dict[str, Any]) -> None:
    """Rows of schools, of areas and the symbols of both files are counted as their provenance has them."""
    ran = schools["ran"]
    assert (ran.code, ran.json["accepted"]) == (0, 2)
    census, gias = ran.json["files"]
    assert (census["dataset"], census["year"]) == ("cscp_census", "2022/23")
    assert (census["n_rows"], census["n_schools"], census["n_aggregate_rows"]) == (24436, 24433, 3)
    assert gias["n_schools"] == 728
    assert all(c["agrees"] for c in census["checksums"])
    assert any("3 aggregate rows" in s["item"] for s in ran.json["skipped"])


def test_a_case_is_joined_by_urn(schools: dict[str, Any], qualtool: Run) -> None:
    """A case's EHCP rate, its quartile among all schools and its base come from the row of its URN."""
    found = qualtool("indicators", schools["study"], "--derive", "--year", "2022-2023", "--json").json
    values = {(r["urn"], r["name"]): r for r in found["rows"]}
    cuts = found["cuts"]["2022/23"]["primary"]
    assert cuts == pytest.approx([1.214575, 2.118644, 3.314917], abs=1e-6)
    for urn in schools["urns"]:
        rate = schools["rates"][urn]
        assert values[urn, "ehcp_rate"]["value"] == pytest.approx(rate)
        assert values[urn, "ehcp_quartile"]["value"] == 1 + sum(cut < rate for cut in cuts)
    assert values[schools["urns"][0], "ehcp_quartile"]["value"] == 1
    assert values[schools["urns"][-1], "ehcp_quartile"]["value"] == 4
    everything = qualtool("indicators", schools["study"], "--derive", "--name", "has_base", "--json").json
    bases = {r["urn"]: r["raw"] for r in everything["rows"]}
    for urn in schools["urns"]:
        kind = schools["register"][urn]["TypeOfResourcedProvision (name)"]
        assert bases[urn] == {"": "unknown", "Not applicable": "no"}.get(kind, "yes")


def test_a_theme_is_set_beside_the_real_quartile(schools: dict[str, Any], qualtool: Run) -> None:
    """A coding in the interviews of the three top schools gives a difference of one, as it must."""
    study, urns = schools["study"], schools["urns"]
    for n in (3, 4, 5):
        text = qualtool("text", study, f"i{n}.txt").out
        at = text.index("Families")
        assert qualtool("code", study, f"i{n}", at, len(text) - 1, "MAGNET", "--coder", "A").code == 0
    found = qualtool(
        "triangulate",
        study,
        "--theme",
        "MAGNET",
        "--indicator",
        "ehcp_quartile",
        "--year",
        "2022/23",
        "--json",
    ).json
    assert {c["urn"]: c["group"] for c in found["cases"]} == {
        **dict.fromkeys(urns[:3], "rest"),
        **dict.fromkeys(urns[3:], "Q4"),
    }
    # Six schools in two threes can be labelled in 20 ways; this one and its mirror are the extremes.
    assert (found["difference"], found["p"], found["min_p"]) == (1.0, pytest.approx(0.1), pytest.approx(0.1))
    by = qualtool("frequencies", study, "--by", "ehcp_quartile", "--json").json["rows"]
    assert {r["group"]: r["n_participants"] for r in by}["4"] == 3
