"""The matrix of propositions at the size of a large study: figures beside their goals, and growth."""

from __future__ import annotations

import csv
import io
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _made import peak_memory, timed, transcript, vocabulary

from qualtool.importing import SurveyMapping
from qualtool.triangulate import PropositionSet, read_propositions
from qualtool.workflows import frames
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.gathering.import_codings import import_codings
from qualtool.workflows.gathering.import_indicators import import_indicators
from qualtool.workflows.gathering.import_survey import import_survey
from qualtool.workflows.gathering.import_transcripts import import_transcripts
from qualtool.workflows.propositions import verdicts
from qualtool.workflows.propositions.propositions import judge, look_at
from qualtool.workflows.propositions.sensitivity import sensitivity
from qualtool.workflows.study.studies import create_study

N_CODES, N_SCHOOLS, N_FRAME, N_PROPOSITIONS = 46, 30, 24_000, 24
CONTRASTS = (
    ("ehcp_quartile", "q4_v_rest"),
    ("ehcp_quartile", "quartiles"),
    ("ehcp_rate", "continuous"),
    ("phase", "secondary_v_primary"),
)
CODEBOOK = "title: Made\ncodes:\n" + "".join(
    f"  - {{id: C{n}, name: Code {n}, definition: The code number {n}.}}\n" for n in range(N_CODES)
)


def propositions() -> PropositionSet:
    """24 propositions of three strands: interviews, written answers, a closed question."""
    lines = ["propositions:"]
    for n in range(N_PROPOSITIONS):
        indicator, contrast = CONTRASTS[n % len(CONTRASTS)]
        survey = ("ehcp_quartile", "q4_v_rest") if contrast == "continuous" else (indicator, contrast)
        lines += [
            f"  - id: P{n:02}",
            f"    statement: Code {n} is voiced more there.",
            '    direction: "+"',
            f"    theme: C{n} or C{(n * 7 + 3) % N_CODES}",
            "    rival_explanation: Another.",
            "    strands:",
            f"      - {{kind: interview, indicator: {indicator}, contrast: {contrast}}}",
            f"      - {{kind: free_text, indicator: {survey[0]}, contrast: {survey[1]}}}",
            f"      - {{kind: survey_closed, indicator: {survey[0]}, contrast: {survey[1]},"
            f" item: item{n % 6}, yes: [4, 5]}}",
        ]
    return read_propositions("\n".join(lines).encode())


def census(rng: random.Random) -> bytes:
    """A census of all schools; the study's own are the first of it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    header = "URN LA Estab SCHOOLTYPE NOR NORG NORB PNORG PNORB TSENELSE PSENELSE TSENELK PSENELK NUMEAL"
    header += " NUMENGFL NUMUNCFL PNUMEAL PNUMENGFL PNUMUNCFL NUMFSM NUMFSMEVER NORFSMEVER PNUMFSMEVER"
    writer.writerow(header.split())
    for n in range(N_FRAME):
        roll = rng.randrange(120, 1400)
        plans, support = round(roll * rng.betavariate(2, 50)), round(roll * rng.betavariate(6, 40))
        kind = "State-funded primary" if n % 5 else "State-funded secondary"
        cells = [900001 + n, 991, 2000 + n % 5000, kind, roll, roll // 2, roll - roll // 2, "50.0%", "50.0%"]
        cells += [plans, f"{100 * plans / roll:.1f}%", support, f"{100 * support / roll:.1f}%", 30, 268, 2]
        cells += ["10.0%", "89.3%", "0.7%", 60, 70, roll, f"{7000 / roll:.1f}%"]
        writer.writerow(cells)
    return buffer.getvalue().encode()


def survey(rng: random.Random, words: list[str]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    items = [f"item{n}" for n in range(6)]
    writer.writerow(["id", "weight", "stratum", "ehcp_quartile", "phase", *items, "comment"])
    for n in range(800):
        answers = [rng.randrange(1, 6) for _ in items]
        cells = [n, f"{rng.uniform(0.5, 2):.3f}", f"s{n % 8}", 1 + n % 4, ("primary", "secondary")[n % 2]]
        writer.writerow([*cells, *answers, " ".join(rng.choices(words, k=30))])
    return buffer.getvalue().encode()


def codings(rng: random.Random, texts: dict[str, int], n: int) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["source", "start_char", "end_char", "code", "coder"])
    names = sorted(texts)
    # Each speaker has some themes: not everybody voices everything.
    liked = {name: rng.sample(range(N_CODES), rng.randint(8, 30)) for name in names}
    for _ in range(n):
        name = rng.choice(names)
        start = rng.randrange(texts[name] - 400)
        span = [start, start + rng.randint(20, 300)]
        writer.writerow([name, *span, f"C{rng.choice(liked[name])}", rng.choice(["ann", "ben"])])
    for n_answer in range(800):
        code = f"C{rng.randrange(N_CODES)}"
        writer.writerow([f"survey.csv#{n_answer}#comment", "", "", code, "ann"])
    return buffer.getvalue().encode()


def build(base: Path, n_codings: int) -> Path:
    rng = random.Random(7)
    words = vocabulary(rng)
    (base / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    (base / "talks").mkdir(exist_ok=True)
    sheet, texts = ["file,speaker,participant,role,case,urn"], {}
    for n in range(240):
        name, text = f"talk_{n:03}.txt", transcript(rng, words, 2500)
        (base / "talks" / name).write_text(text, encoding="utf-8")
        texts[name] = len(text)
        urn = 900001 + n % N_SCHOOLS
        sheet.append(f"{name},Alex,P{n},{('SENCO', 'head', 'parent')[n % 3]},School {urn},{urn}")
    (base / "sheet.csv").write_text("\n".join(sheet), encoding="utf-8")
    study = base / f"study_{n_codings}.db"
    create_study(study, codebook=base / "codebook.yaml")
    import_transcripts(study, [base / "talks"], sheet=base / "sheet.csv")
    mapping = SurveyMapping(
        id="id",
        text=("comment",),
        weight="weight",
        stratum="stratum",
        single=("ehcp_quartile", "phase"),
        likert=tuple(f"item{n}" for n in range(6)),
    )
    import_survey(study, Path("survey.csv"), mapping, data=survey(rng, words), frame="probability")
    import_codings(study, Path("codings.csv"), data=codings(rng, texts, n_codings))
    file = base / "2024-2025_england_census.csv"
    file.write_bytes(census(rng))
    import_indicators(study, [file])
    return study


def cold(study: Path, wanted: PropositionSet) -> None:
    """The whole matrix with no result and no frame in memory; indicators stay derived."""
    verdicts.forget()
    frames.forget()
    judge(study, wanted)


def after_a_coding(study: Path, wanted: PropositionSet) -> None:
    judge(study, wanted)


def main() -> None:
    wanted = propositions()
    sizes = (25_000, 50_000, 100_000)
    growth = []
    with tempfile.TemporaryDirectory() as folder:
        for n in sizes:
            study = build(Path(folder), n)
            began = time.perf_counter()
            look_at(study, wanted)
            print(
                f"{n:>7} codings: first look, indicators of {N_FRAME:,} schools derived:"
                f" {time.perf_counter() - began:.2f} s"
            )
            goal = "< 5 s" if n == sizes[-1] else "-"
            what = f"{n:>7} codings: matrix of {N_PROPOSITIONS} x 3"
            began = time.perf_counter()
            timed(what, goal, lambda s=study: cold(s, wanted), repeats=3)
            growth.append((n, (time.perf_counter() - began) / 3))
            for k in range(3):
                code_selection(study, "talk_000.txt", 50 + 11 * k, 90 + 11 * k, "C3", coder="ann")
                timed(
                    f"{n:>7} codings: again after one coding",
                    "< 0.5 s" if n == sizes[-1] else "-",
                    lambda s=study: after_a_coding(s, wanted),
                )
        timed("sensitivity rows of all, on demand", "-", lambda: sensitivity(study, wanted))
    first, last = growth[0], growth[-1]
    print(f"growth: {last[0] / first[0]:.0f} times the codings take {last[1] / first[1]:.2f} times as long")
    print(f"peak memory {peak_memory()}")


if __name__ == "__main__":
    main()
