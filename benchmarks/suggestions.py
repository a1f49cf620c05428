"""How fast and how good suggestions are; prints figures beside their goals.

Speed is measured on made-up texts, quality on labelled answers (see ``_nhs.py``), where those are there.
"""

from __future__ import annotations

import csv
import importlib
import importlib.util
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from _made import timed, vocabulary
from _nhs import FOLDER, N_TEST, answers, labels_of, learner, rows_with

from qualtool.model import Code
from qualtool.suggest import Evidence, encode_study, open_encoder
from qualtool.suggest.encoder import TextEncoder
from qualtool.suggest.evidence import closed_of
from qualtool.suggest.learner import Learner
from qualtool.suggest.measures import best_threshold, macro_f1, predicted, recall_at
from qualtool.suggest.nearest import best_codes
from qualtool.suggest.regression import Weights
from qualtool.suggest.spread import EncoderSpec, encode_chunk, spread_over_processes
from qualtool.suggest.weights import INNER, N_LAYERS, WIDTH, carrier_folder

N_SEGMENTS, N_CODES, N_CODED = 5_000, 46, 500
_REPEATS, _SHORT = 5, 12


def made_up(rng: random.Random, n: int, shortest: int = 8, longest: int = 40) -> list[str]:
    words = vocabulary(rng)
    return [" ".join(rng.choices(words, k=rng.randint(shortest, longest))) for _ in range(n)]


def spoken(n: int) -> list[str]:
    """Sentences of the sample study, which is fiction: of the length of real ones."""
    files = sorted((Path(__file__).parents[1] / "corpora" / "sample").rglob("*.txt"))
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    sentences = sorted({part.strip() for line in text.splitlines() for part in line.split(". ")})
    return [one for one in sentences if len(one.split()) > 3][:n]


# --- speed of suggestions ---------------------------------------------------------------------------


def suggesting() -> None:
    rng = random.Random(1)
    texts = made_up(rng, N_SEGMENTS)
    vectors = np.random.default_rng(0).normal(size=(N_SEGMENTS, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    encoder, _ = open_encoder()
    codes = [
        Code(guid=f"{n:02}", name=f"Code {n}", definition=text) for n, text in enumerate(texts[:N_CODES])
    ]
    _, profiles = encode_study([], codes, encoder)
    labels = [(row, f"{rng.randrange(N_CODES):02}") for row in range(N_CODED)]
    targets = list(range(N_CODED, N_SEGMENTS))
    known: list[Learner] = []

    def first() -> Weights | None:
        known.append(Learner(texts, vectors, profiles))
        return suggest(known[-1], labels, None)

    def suggest(learnt: Learner, marked: list[tuple[int, str]], start: Weights | None) -> Weights | None:
        evidence = Evidence.of(marked)
        table = learnt.table(evidence)
        scores = learnt.fit_table(table, targets, start=start)
        best_codes(learnt, table, scores, targets, closed_of(evidence, profiles), 3, per_code=50)
        return scores.weights

    what = f"{N_SEGMENTS:,} segments, {N_CODES} codes, {N_CODED} coded"
    weights = timed(f"first suggestions, {what}", "< 2 s", first)
    more = [*labels, (N_CODED, "07")]
    timed("learning anew after an accept", "< 0.5 s", lambda: suggest(known[0], more, weights), repeats=3)


# --- the encoder ------------------------------------------------------------------------------------


def throughput() -> None:
    """Our rate, that of sentence-transformers on the same texts in turns, and the most the cores reach."""
    encoder, why = open_encoder()
    if not isinstance(encoder, TextEncoder):
        print(why)
        return
    theirs = _theirs()
    if theirs is None:
        print("sentence-transformers is not installed here: our rates stand alone")
    print(f"encoder, 2 threads, goal 2 times; a product of matrices reaches {_peak():.0f} GFLOPS here")
    for kind, texts in _kinds().items():
        work = sum(_floating(len(piece.ids)) for piece in encoder.pieces(texts))
        encoder.encode(texts[:50])
        # In turns, so that what else the machine does meets both.
        times: list[tuple[float, float]] = []
        for _ in range(_REPEATS):
            times.append((_seconds(encoder.encode, texts), _seconds(theirs, texts) if theirs else 0.0))
        ours, other = (min(one) for one in zip(*times, strict=True))
        told = f"{len(texts) / ours:5.0f} texts/s, {work / ours / 1e9:.0f} GFLOPS"
        if theirs is not None:
            told += f"; sentence-transformers {len(texts) / other:.0f} texts/s: {other / ours:.2f} times it"
        print(f"{'':<4}{kind:<34} {told}", flush=True)


def _kinds() -> dict[str, list[str]]:
    """Texts as they come: passages of the sample study, short answers, and real answers where they are."""
    rng = random.Random(0)
    answers_of_sample = sorted(set(_sample_answers()))
    passages = sorted({*spoken(3_000), *answers_of_sample})
    short = [text for text in passages if len(text.split()) <= _SHORT]
    kinds = {"sentences of the sample": spoken(3_000), "sentences and answers of it": passages}
    if FOLDER.is_dir():
        kinds["real answers"] = answers()[1]
        short = [text for text in {*short, *answers()[1]} if len(text.split()) <= _SHORT]
    kinds[f"texts of at most {_SHORT} words"] = sorted(short)
    return {kind: rng.sample(texts, min(1_000, len(texts))) for kind, texts in kinds.items()}


def _sample_answers() -> list[str]:
    found: list[str] = []
    for file in sorted((Path(__file__).parents[1] / "corpora" / "sample").glob("survey/*_survey.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                found += [text.strip() for text in row.values() if text and len(text.split()) > 3]
    return found


def _floating(n_tokens: int) -> float:
    """Multiplications and additions of one row of so many tokens: dense layers, and attention."""
    dense = 2 * (4 * WIDTH * WIDTH + 2 * WIDTH * INNER)
    return N_LAYERS * n_tokens * (dense + 4 * n_tokens * WIDTH)


def _peak() -> float:
    """The most a product of square matrices in single precision reaches with two threads, GFLOPS."""
    from threadpoolctl import threadpool_limits

    one = np.random.default_rng(0).normal(size=(1536, 1536)).astype(np.float32)
    with threadpool_limits(2):
        return max(2 * 1536**3 / _seconds(lambda m: m @ m, one) / 1e9 for _ in range(12))


def _seconds(work: Callable[[Any], object], given: Any) -> float:
    began = time.perf_counter()
    work(given)
    return time.perf_counter() - began


def _theirs() -> Callable[[list[str]], object] | None:
    if importlib.util.find_spec("sentence_transformers") is None:
        return None
    importlib.import_module("torch").set_num_threads(2)
    library = importlib.import_module("sentence_transformers")
    model = library.SentenceTransformer(str(carrier_folder()), device="cpu", local_files_only=True)
    model.encode(["one", "two"], show_progress_bar=False)
    return lambda texts: model.encode(texts, show_progress_bar=False)


def spreading() -> None:
    texts = spoken(2_400)
    chunks = [texts[at : at + 100] for at in range(0, len(texts), 100)]
    encode_chunk(EncoderSpec(), texts[:50])
    rates: dict[int, float] = {}
    for workers in (1, 2):
        made = spread_over_processes(EncoderSpec(), chunks, workers)
        # The first chunks bring the workers up; what comes after is their speed.
        for _ in range(4):
            next(made)
        began = time.perf_counter()
        n = sum(len(vectors) for _, vectors in made)
        rates[workers] = n / (time.perf_counter() - began)
    print(
        f"embedding: 1 worker {rates[1]:.0f} texts/s, 2 workers {rates[2]:.0f} texts/s, of one thread each: "
        f"{rates[2] / rates[1]:.2f} times (goal 1.7)"
    )


def memory() -> None:
    """Of a process of the app's libraries with the encoder loaded and used, in a process of its own."""
    program = (
        "import resource, streamlit, pandas, altair, sklearn.feature_extraction.text, scipy.optimize\n"
        "from qualtool.suggest import open_encoder\n"
        "encoder, _ = open_encoder()\n"
        "encoder.encode([f'text number {n} of some length' for n in range(500)])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    print(f"memory with the encoder loaded: {int(ran.stdout) * unit / 1e6:.0f} MB (goal < 700 MB)")


# 60 matters with words and a direction of their own, and words that all share.
_TOPICS = """
import random, resource, time
import numpy as np
from qualtool.suggest.topics import find_topics
rng, draw = random.Random(6), np.random.default_rng(6)
own = [[f"m{m}w{w}" for w in range(40)] for m in range(60)]
shared = [f"word{w}" for w in range(3_000)]
of = [rng.randrange(60) for _ in range(N)]
texts = [" ".join(rng.choices(own[m], k=5) + rng.choices(shared, k=9)) for m in of]
vectors = draw.normal(size=(60, 384))[of] + 1.5 * draw.normal(size=(N, 384))
vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
began = time.perf_counter()
found = find_topics(texts, vectors)
print(len(found.topics), time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def grouping() -> None:
    """Topics of 100,000 embedded texts, in a process of its own."""
    program = _TOPICS.replace("N)", "100_000)").replace("(N,", "(100_000,")
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    n, seconds, peak = ran.stdout.split()[-3:]
    unit = 1 if sys.platform == "darwin" else 1024
    print(
        f"topics of 100,000 texts: {n} in {float(seconds):.1f} s (goal < 60), "
        f"{int(peak) * unit / 1e9:.2f} GB at most (goal < 2)"
    )


def backends() -> None:
    from qualtool.suggest import MiniLMEncoder

    folder = carrier_folder()
    if folder is None:
        return
    texts = made_up(random.Random(4), 60, 3, 300)
    one, other = (MiniLMEncoder(folder, backend=b).encode(texts) for b in ("numpy", "onnxruntime"))
    print(f"numpy against onnxruntime: largest difference {np.abs(one - other).max():.1e} (goal < 1e-6)")


# --- quality ----------------------------------------------------------------------------------------


def quality() -> None:
    codes, texts, marks, groups = answers()
    known = learner(codes, texts)
    for n_labels, goal in ((5, ".15 / .60"), (10, ".24 / .67"), (20, ".33 / .72")):
        found = [_one_draw(known, marks, groups, n_labels, seed) for seed in range(5)]
        plain, chosen, recall = (float(np.mean([f[at] for f in found])) for at in range(3))
        print(
            f"N = {n_labels:<2} labels a code: macro-F1 {chosen:.3f} (threshold 0.5: {plain:.3f}), "
            f"recall@3 {recall:.3f} (goal {goal})"
        )


def _one_draw(
    known: Learner, marks: np.ndarray, groups: list[str], n_labels: int, seed: int
) -> tuple[float, float, float]:
    order = np.random.default_rng(seed).permutation(len(marks))
    test, train = order[:N_TEST].tolist(), rows_with(marks, order[N_TEST:], n_labels)
    evidence = Evidence.of(labels_of(marks, train))
    values = known.fit(evidence, test).values
    table = known.table(evidence)
    held = known.out_of_fold(table, [groups[r] for r in table.rows], n_folds=5)
    threshold = 0.5 if held is None else best_threshold(table.marks, held[0])
    return (
        macro_f1(marks[test], predicted(values)) or 0.0,
        macro_f1(marks[test], predicted(values, threshold=threshold)) or 0.0,
        recall_at(marks[test], values, 3) or 0.0,
    )


def measuring() -> None:
    """``qualtool evaluate`` on the sample study, its vectors stored."""
    from qualtool.workflows.auditing.evaluating import evaluate_suggestions
    from qualtool.workflows.study.sample import build_sample

    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "sample.db"
        build_sample(study)
        found = timed("evaluate the sample study", "< 10 s", lambda: evaluate_suggestions(study))
        words, human = found["baselines"]["tfidf_logistic"]["macro_f1"], found["ceiling"]["macro_f1"]
        print(f"{'':<4}macro-F1 {found['macro_f1']:.3f}, TF-IDF {words:.3f}, second human {human:.3f}")
        print(f"{'':<4}calibration error {found['calibration']['error']:.4f}")


def main() -> None:
    """All of it, or the steps that are named (``suggestions.py throughput``)."""
    steps: list[Callable[[], None]] = [
        suggesting,
        throughput,
        spreading,
        memory,
        grouping,
        backends,
        measuring,
    ]
    wanted = set(sys.argv[1:])
    for step in steps:
        if not wanted or step.__name__ in wanted:
            step()
    if wanted:
        return
    if FOLDER.is_dir():
        quality()
    else:
        print(f"quality: the labelled answers are not in {FOLDER.name} (set QUALTOOL_DATA)")
    print(f"peak memory of this benchmark {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
