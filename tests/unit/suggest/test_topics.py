"""Topics: same texts, same topics, and plain answers for texts nothing can be found in."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence

import numpy as np
import pytest
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from qualtool.errors import SuggestionError
from qualtool.suggest import TopicResult, WordCountEncoder, find_topics, recut, with_stability
from qualtool.suggest.reducing import KnnSmoothing, WardTree, default_k, micro_clusters, neighbours_for
from qualtool.suggest.topic_words import fit_bertopic, weighted_words

SUBJECTS = {
    "food": ["lunch", "canteen", "dinner", "salad", "hungry"],
    "buses": ["bus", "driver", "timetable", "route", "fare"],
    "maths": ["fractions", "algebra", "equations", "numbers", "geometry"],
    "sport": ["football", "pitch", "running", "coach", "goal"],
}


def made_up(n_each: int = 30) -> tuple[list[str], list[str]]:
    """Texts on four subjects without common words, and their subjects."""
    rng = np.random.default_rng(1)
    texts: list[str] = []
    subjects: list[str] = []
    for subject, words in SUBJECTS.items():
        for n in range(n_each):
            texts.append(" ".join(rng.choice(words, 4)) + f" item{n}{subject}")
            subjects.append(subject)
    return texts, subjects


def vectors_of(texts: Sequence[str]) -> np.ndarray:
    return WordCountEncoder().encode(texts)


def partition(result: TopicResult, texts: Sequence[str]) -> list[tuple[tuple[str, ...], frozenset[str]]]:
    """Words and texts of each topic, in order: what a researcher sees, free of row numbers."""
    return [(topic.words, frozenset(texts[i] for i in topic.members)) for topic in result.topics]


@pytest.fixture(scope="module")
def four() -> tuple[list[str], np.ndarray, TopicResult]:
    texts, _ = made_up()
    vectors = vectors_of(texts)
    return texts, vectors, find_topics(texts, vectors, n_topics=4, stability_rounds=3)


def test_subjects_are_found(four: tuple[list[str], np.ndarray, TopicResult]) -> None:
    """Four subjects without common words become four topics with words of their subject."""
    _, subjects = made_up()
    _, _, result = four
    assert result.n_topics == 4
    for topic in result.topics:
        (subject,) = {subjects[i] for i in topic.members}
        assert set(" ".join(topic.words[:5]).split()) <= set(SUBJECTS[subject])


def test_every_row_has_one_topic(four: tuple[list[str], np.ndarray, TopicResult]) -> None:
    """Members of the topics are all rows once, agree with the assignment, and sizes fall."""
    texts, _, result = four
    rows = [row for topic in result.topics for row in topic.members]
    assert sorted(rows) == list(range(len(texts)))
    assert [topic.number for topic in result.topics] == list(range(4))
    sizes = [topic.size for topic in result.topics]
    assert sizes == sorted(sizes, reverse=True)
    for topic in result.topics:
        assert all(result.assignment[row] == topic.number for row in topic.members)
        assert set(topic.representatives) <= set(topic.members)
        assert set(topic.weak) < set(topic.members)


def test_stability(four: tuple[list[str], np.ndarray, TopicResult]) -> None:
    """Subjects without common words are found again in every resample."""
    _, _, result = four
    assert [topic.stability for topic in result.topics] == pytest.approx([1.0] * 4)


def test_stability_of_noise() -> None:
    """Topics of random vectors are hardly found again."""
    vectors = np.random.default_rng(0).normal(size=(120, 30))
    texts = [f"word{n} text" for n in range(120)]
    result = find_topics(texts, vectors, n_topics=8, stability_rounds=4)
    values = [topic.stability for topic in result.topics if topic.stability is not None]
    assert 0 < np.mean(values) < 0.8


def test_row_order(four: tuple[list[str], np.ndarray, TopicResult]) -> None:
    """The same texts in another order give the same topics, words and representatives."""
    texts, vectors, result = four
    order = np.random.default_rng(5).permutation(len(texts))
    mixed = [texts[i] for i in order]
    again = find_topics(mixed, vectors[order], n_topics=4, stability_rounds=3)
    assert partition(again, mixed) == partition(result, texts)
    for one, other in zip(result.topics, again.topics, strict=True):
        assert [texts[i] for i in one.representatives] == [mixed[i] for i in other.representatives]
        assert one.stability == other.stability


def test_threads(four: tuple[list[str], np.ndarray, TopicResult]) -> None:
    """One and two threads give the same topics."""
    texts, vectors, result = four
    for threads in (1, 2):
        with threadpool_limits(threads):
            again = find_topics(texts, vectors, n_topics=4)
        assert partition(again, texts) == partition(result, texts)


def test_repeats_do_not_shift_topics(four: tuple[list[str], np.ndarray, TopicResult]) -> None:
    """An answer given fifty times more joins its twin and changes nothing else."""
    texts, vectors, result = four
    more = [*texts, *[texts[0]] * 50]
    again = find_topics(more, np.vstack([vectors, np.tile(vectors[0], (50, 1))]), n_topics=4)
    ours = {members for _, members in partition(result, texts)}
    assert {members for _, members in partition(again, more)} == ours
    assert again.topics[0].size == 80


def test_recut(four: tuple[list[str], np.ndarray, TopicResult]) -> None:
    """Cutting the tree again equals finding topics anew, and finer topics lie inside coarser ones."""
    texts, vectors, result = four
    finer = recut(result, 9)
    assert partition(finer, texts) == partition(find_topics(texts, vectors, n_topics=9), texts)
    assert partition(recut(finer, 4), texts) == partition(result, texts)
    for topic in finer.topics:
        assert len({int(result.assignment[row]) for row in topic.members}) == 1


@pytest.mark.parametrize("wanted", [1, 2, 120, 5000])
def test_extreme_cuts(four: tuple[list[str], np.ndarray, TopicResult], wanted: int) -> None:
    """Any number of topics can be asked for; there are never more than texts that differ."""
    _, _, result = four
    cut = recut(result, wanted)
    assert cut.n_topics == min(wanted, result.tree.max_groups)
    assert bool(cut.notes) == (wanted > result.tree.max_groups)


def test_default_number() -> None:
    """Without a wish the number is the root of half the number of texts, from 5 to 40."""
    assert [default_k(n) for n in (2, 50, 800, 3200, 100_000)] == [5, 5, 20, 40, 40]


DEGENERATE: dict[str, list[str]] = {
    "one text": ["We need a bigger hall."],
    "two texts": ["We need a bigger hall.", "Lunch is cold."],
    "all identical": ["nothing"] * 30,
    "identical but for case": ["Nothing", "nothing", "NOTHING"] * 5,
    "one character": ["a", "b", "c", "d", "a", "b"],
    "emoji only": ["👍", "👎", "😀😀", "👍", "❤️"],
    "stop words only": ["the and of", "you know", "um yeah", "it is what it is", "I was there"],
    "blank among texts": ["", "Lunch is cold.", "   ", "The bus is late."],
    "one long": ["school " * 5000, "bus"],
}


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("wanted", [None, 1, 3])
def test_degenerate(name: str, wanted: int | None) -> None:
    """Texts nothing much can be found in give a plain result without errors, warnings or nan."""
    texts = DEGENERATE[name]
    result = find_topics(texts, vectors_of(texts), n_topics=wanted, stability_rounds=2)
    assert 1 <= result.n_topics <= len(set(texts))
    blank = [row for row, text in enumerate(texts) if not text.strip()]
    assert [row for row in range(len(texts)) if result.assignment[row] == -1] == blank
    for topic in result.topics:
        assert topic.members
        assert topic.representatives
        assert topic.stability is None or math.isfinite(topic.stability)
        assert all(word.strip() for word in topic.words)


@pytest.mark.parametrize("texts", [[], ["", " \n"]])
def test_no_texts(texts: list[str]) -> None:
    """No texts at all are told in one sentence that says what to do."""
    with pytest.raises(SuggestionError, match="no texts to find topics in: import some"):
        find_topics(texts, np.zeros((len(texts), 4), np.float32))


def test_all_problems_at_once() -> None:
    """Vectors that do not fit and an impossible number are told together."""
    with pytest.raises(SuggestionError) as caught:
        find_topics(["a"], np.zeros((2, 3)), n_topics=0)
    assert {problem.where for problem in caught.value.problems} == {"vectors", "number of topics"}


def test_vectors_without_numbers() -> None:
    """Vectors that hold nan are refused."""
    with pytest.raises(SuggestionError) as caught:
        find_topics(["a", "b"], np.array([[1.0, np.nan], [0.0, 1.0]]))
    assert caught.value.problems[0].where == "vectors"


def test_bertopic_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without bertopic topics stop with one sentence that names the setup command."""
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "bertopic" else real(name, *a)
    )
    with pytest.raises(SuggestionError, match="make setup"):
        find_topics(["a school", "a bus"], np.eye(2))


def test_cancel(four: tuple[list[str], np.ndarray, TopicResult]) -> None:
    """Measuring stability can be stopped."""
    with pytest.raises(SuggestionError, match="Stopped"):
        with_stability(four[2], rounds=2, cancelled=lambda: True)


def test_letters_with_accents_stay() -> None:
    """Words keep their accents."""
    texts = ["Die Schüler lernen Französisch", "Schüler lieben Französisch"]
    result = find_topics(texts, vectors_of(texts), n_topics=1)
    assert {"schüler", "französisch"} <= set(" ".join(result.topics[0].words).split())


def test_words_of_one_topic_only_count() -> None:
    """A word that stands in one topic alone is among the words of that topic."""
    texts, _ = made_up(60)
    result = find_topics(texts, vectors_of(texts), n_topics=4)
    told = [set(" ".join(topic.words).split()) for topic in result.topics]
    assert all(told[a].isdisjoint(told[b]) for a in range(4) for b in range(a))
    assert all(told)


def test_inside_bertopic() -> None:
    """Smoothing and tree work as BERTopic's own models, transform of new texts included."""
    from bertopic import BERTopic

    texts, subjects = made_up()
    order = np.argsort(texts)
    texts, subjects = [texts[i] for i in order], [subjects[i] for i in order]
    vectors = vectors_of(texts)
    smoothing = KnnSmoothing()
    tree = WardTree(smoothing, n_groups=4)
    model = BERTopic(umap_model=smoothing, hdbscan_model=tree)
    topics, _ = model.fit_transform(texts, vectors)
    assert len({(topic, subject) for topic, subject in zip(topics, subjects, strict=True)}) == 4
    again, _ = model.transform(texts[:50], vectors[:50])
    assert list(again) == topics[:50]


def test_bertopic_charts(
    four: tuple[list[str], np.ndarray, TopicResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fitted BERTopic model of the topics can be had for its charts."""
    # Its bar of progress would leave a thread behind, and later tests fork.
    monkeypatch.setattr(tqdm, "monitor_interval", 0)
    _, _, result = four
    model = fit_bertopic(result.corpus.texts, result.corpus.vectors, result.tree.cut(4), result.smoothing)
    assert model is not None
    assert len(model.get_topics()) == 4
    assert model.visualize_barchart() is not None
    assert model.hierarchical_topics(list(result.corpus.texts)) is not None


def test_small_clusters_first() -> None:
    """Above the limit small clusters are made first, in any row order, and the subjects stay whole."""
    texts, subjects = made_up(60)
    order = np.argsort(texts)
    vectors = vectors_of([texts[i] for i in order])
    smoothing = KnnSmoothing(max_exact=100, n_micro=40)
    tree = WardTree(smoothing, n_groups=4).fit(smoothing.fit_transform(vectors))
    assert len(smoothing.points_) <= 40
    pairs = {(int(tree.labels_[row]), subjects[i]) for row, i in enumerate(order)}
    assert len(pairs) == 4


def test_micro_clusters_do_not_touch_global_chance() -> None:
    """Small clusters draw from their own seed and leave the global generator alone."""
    before = np.random.get_state()[1].copy()
    vectors = np.random.default_rng(0).normal(size=(300, 8)).astype(np.float32)
    labels, centres = micro_clusters(vectors, n_micro=20, seed=4)
    again, _ = micro_clusters(vectors, n_micro=20, seed=4)
    assert np.array_equal(labels, again)
    assert labels.max() + 1 == len(centres)
    assert np.array_equal(before, np.random.get_state()[1])


@pytest.mark.parametrize(("n", "k"), [(1, 1), (2, 2), (39, 2), (100, 5), (200, 10), (5000, 10)])
def test_neighbours(n: int, k: int) -> None:
    """Small sets are smoothed over fewer neighbours, never over more rows than there are."""
    assert neighbours_for(n) == k


def test_a_key_held_down_is_no_word() -> None:
    """A run of sixty thousand letters without a space tells no topic, and the words beside it do."""
    texts = ["bus late " + "x" * 60_000, "bus early today", "taxi late again", "taxi early again"]
    result = find_topics(texts, vectors_of(texts), n_topics=1)
    (topic,) = result.topics
    assert topic.words
    assert max(len(part) for word in topic.words for part in word.split()) <= 40


def test_the_most_topics_there_can_be_is_told() -> None:
    """Asked for more topics than can be told apart, the note says how many those are."""
    texts = ["the bus is late"] * 5
    assert find_topics(texts, vectors_of(texts), n_topics=4).notes[0] == (
        "No more than 1 topic can be told apart in these texts."
    )


def test_nothing_is_a_word() -> None:
    """The answer most people give to "what could be better?" is told by its own word."""
    texts = ["Nothing", "Nothing.", "nothing really", "Nothing at all", "nothing I can think of"]
    texts += [f"The bus to {place} was late" for place in ("town", "school", "work", "church", "market")]
    vectors = np.repeat(np.eye(2, 8, dtype=np.float32), 5, axis=0)
    found = find_topics(texts, vectors, n_topics=2).topics
    assert {topic.words[0] for topic in found} == {"nothing", "bus"}


def test_what_many_say_comes_before_what_two_say() -> None:
    """A word of two texts in a hundred stands behind those of a whole topic, in lists and in charts."""
    rare = ["zebra", "zebra", *[f"w{i}" for i in range(98)]]
    texts = [f"the {rare[i]} came by bus on day {i}" for i in range(100)] + [
        f"the {one} meeting about forms number {i}" for i, one in enumerate(["bus", *["long"] * 59])
    ]
    numbers = np.array([0] * 100 + [1] * 60)
    vectors = np.eye(2, 8, dtype=np.float32)[numbers]
    found = find_topics(texts, vectors, n_topics=2).topics[0].words
    place = {word: next(i for i, told in enumerate(found) if word in told) for word in ("bus", "zebra")}
    assert place["bus"] < place["zebra"]
    assert any("bus" in word for word, _ in weighted_words(texts, numbers)[0])


def test_quotes_hold_the_words_of_their_topic() -> None:
    """Of texts about equally near the centre those with the topic's words stand for it."""
    empty = [f"so I said that then {i}" for i in range(8)]
    telling = [f"the taxi and the bus came late {i}" for i in range(8)]
    vectors = np.zeros((16, 8), np.float32)
    vectors[:, 0] = 1.0
    vectors[8:, 1] = 0.001 * np.arange(1, 9)  # a little further out
    topic = find_topics(empty + telling, vectors, n_topics=1).topics[0]
    assert topic.words[0] in ("bus", "taxi", "late", "came")
    near = [(empty + telling)[row] for row in topic.representatives]
    assert any("bus" in text for text in near)
