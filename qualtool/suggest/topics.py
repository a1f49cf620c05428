"""Topics of a set of texts: the same texts give the same topics, in any order.

Texts are made distinct and sorted first, so that nothing depends on the order of rows, and an
answer given two hundred times ("nothing") is one voice in the clustering. Words are BERTopic's
class-based TF-IDF (Grootendorst 2022, arXiv 2203.05794).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..errors import Problem, SuggestionError
from ..model import Topic
from .forward import unit_rows
from .pieces import normalised
from .reducing import KnnSmoothing, WardTree, default_k
from .stability import stabilities
from .topic_words import require_bertopic, topic_words

N_REPRESENTATIVES = 5
# Quotes that stand for a topic: of the nearest quarter, those with up to two of its first five words.
_NEAR, _TOLD_BY, _ENOUGH_WORDS = 4, 5, 2
_WORD = re.compile(r"\w+")
# A topic needs this many distinct texts before some of them can be called a weak fit.
_MIN_FOR_WEAK = 5
_WEAK_PERCENTILE = 10
_PLACES = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corpus:
    """Distinct normalised texts, sorted; ``row_text`` (rows,) is the text of each given row."""

    texts: tuple[str, ...]
    vectors: np.ndarray
    row_text: np.ndarray

    @classmethod
    def of(cls, texts: Sequence[str], vectors: np.ndarray) -> Corpus:
        """Rows without any visible character are left out: their ``row_text`` is -1."""
        plain = [normalised(text) for text in texts]
        distinct = sorted({text for text in plain if text})
        number = {text: at for at, text in enumerate(distinct)}
        row_text = np.array([number.get(text, -1) for text in plain], dtype=np.intp)
        first: dict[int, int] = {}
        for row, at in enumerate(row_text.tolist()):
            # Of rows with one text the spelling that sorts first gives the vector, in any order.
            if at >= 0 and (at not in first or texts[row] < texts[first[at]]):
                first[at] = row
        chosen = np.asarray(vectors, np.float32)[[first[at] for at in range(len(distinct))]]
        return cls(texts=tuple(distinct), vectors=unit_rows(chosen), row_text=row_text)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TopicResult:
    """Topics, largest first, with what is needed to cut the tree elsewhere.

    ``assignment`` is (rows,), the topic number of each given row, -1 for a blank one;
    ``n_topics`` what was cut (may be fewer than asked, at most ``tree.max_groups``);
    ``left_out`` are words that no topic is told by.
    """

    topics: tuple[Topic, ...]
    assignment: np.ndarray
    corpus: Corpus
    smoothing: KnnSmoothing
    tree: WardTree
    seed: int
    notes: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()

    @property
    def n_topics(self) -> int:
        return len(self.topics)


def find_topics(
    texts: Sequence[str],
    vectors: np.ndarray,
    *,
    n_topics: int | None = None,
    seed: int = 0,
    stability_rounds: int = 0,
    left_out: Iterable[str] = (),
    cancelled: Callable[[], bool] | None = None,
) -> TopicResult:
    """Topics of ``texts``.

    Args:
        texts: one per row; repeats and blanks allowed.
        vectors: float (len(texts), d) from an encoder; equal texts have equal vectors.
        n_topics: None for the root of half the number of distinct texts, between 5 and 40; never
            more than there are texts that differ.
        seed: of the micro-clusters (above 8,000 distinct texts) and of the resamples.
        left_out: words in small letters that no topic is told by (``names.name_words``); they still
            count in the vectors.
        stability_rounds: resamples of 80 % that measure how well each topic is found again.
        cancelled: asked between resamples.

    Raises:
        SuggestionError: nothing to find topics in, or BERTopic is not installed.
    """
    require_bertopic()
    check_texts(texts, vectors, n_topics)
    corpus = Corpus.of(texts, vectors)
    if not corpus.texts:
        raise SuggestionError("There are no texts to find topics in: import some first.")
    smoothing = KnnSmoothing(seed=seed).fit(corpus.vectors)
    tree = WardTree(smoothing, n_groups=n_topics).fit(corpus.vectors)
    wanted = n_topics if n_topics is not None else default_k(len(corpus.texts))
    bare = TopicResult(
        topics=(),
        assignment=np.full(len(texts), -1),
        corpus=corpus,
        smoothing=smoothing,
        tree=tree,
        seed=seed,
        left_out=frozenset(left_out),
    )
    result = recut(bare, wanted)
    if stability_rounds < 1:
        return result
    return with_stability(result, rounds=stability_rounds, cancelled=cancelled)


def recut(result: TopicResult, n_topics: int) -> TopicResult:
    """The same tree cut into ``n_topics``, or as many as there can be; stability is not kept.

    Raises:
        SuggestionError: fewer than one topic asked, or BERTopic is not installed.
    """
    if n_topics < 1:
        raise SuggestionError(f"The number of topics is at least 1, not {n_topics}.")
    corpus, tree = result.corpus, result.tree
    groups = tree.cut(min(n_topics, tree.max_groups))
    numbers = numbered_by_size(groups, corpus)
    words = topic_words(corpus.texts, corpus.vectors, numbers, result.smoothing, left_out=result.left_out)
    assignment = np.where(corpus.row_text >= 0, numbers[corpus.row_text], -1)
    topics = described(corpus, numbers, words, assignment)
    return replace(result, topics=topics, assignment=assignment, notes=_notes(n_topics, tree, topics))


def with_stability(
    result: TopicResult, *, rounds: int, cancelled: Callable[[], bool] | None = None
) -> TopicResult:
    """The same topics with how well each is found again in ``rounds`` resamples of 80 %."""
    numbers = numbered_by_size(result.tree.cut(result.n_topics), result.corpus)
    found = stabilities(
        result.corpus.vectors, result.smoothing, numbers, rounds=rounds, seed=result.seed, cancelled=cancelled
    )
    topics = tuple(replace(topic, stability=value) for topic, value in zip(result.topics, found, strict=True))
    return replace(result, topics=topics)


def check_texts(texts: Sequence[str], vectors: np.ndarray, n_topics: int | None) -> None:
    """Refuse vectors that are not one a text, or no numbers, and less than one topic."""
    problems: list[Problem] = []
    if vectors.ndim != 2 or len(vectors) != len(texts):
        problems.append(
            Problem(
                where="vectors",
                message="There is not one vector for each text.",
                next="Embed the texts again.",
            )
        )
    elif not np.isfinite(vectors).all():
        problems.append(
            Problem(where="vectors", message="Some hold no numbers.", next="Embed the texts again.")
        )
    if n_topics is not None and n_topics < 1:
        problems.append(Problem(where="number of topics", message=f"It is at least 1, not {n_topics}."))
    if problems:
        raise SuggestionError("Topics cannot be found in this.", problems=problems)


def numbered_by_size(groups: np.ndarray, corpus: Corpus) -> np.ndarray:
    """Groups renumbered by how many rows they hold, largest first, ties by first text."""
    weight = np.bincount(corpus.row_text[corpus.row_text >= 0], minlength=len(corpus.texts))
    sizes = np.bincount(groups, weights=weight)
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return rank[groups]


def described(
    corpus: Corpus, numbers: np.ndarray, words: Sequence[tuple[str, ...]], assignment: np.ndarray
) -> tuple[Topic, ...]:
    """The records of topics: members, representatives and weak fits of each, as row numbers."""
    rows_of: dict[int, list[int]] = {}
    for row, text in enumerate(corpus.row_text.tolist()):
        rows_of.setdefault(text, []).append(row)
    found: list[Topic] = []
    for number in range(len(words)):
        inside = np.flatnonzero(numbers == number)
        centre = unit_rows(corpus.vectors[inside].mean(axis=0)[None])[0]
        fit = np.round(corpus.vectors[inside].astype(np.float64) @ centre, _PLACES)
        nearest = _telling(corpus.texts, inside[np.argsort(-fit, kind="stable")], words[number])
        weak = inside[_is_weak(fit)]
        found.append(
            Topic(
                number=number,
                words=words[number],
                members=tuple(np.flatnonzero(assignment == number).tolist()),
                representatives=tuple(rows_of[text][0] for text in nearest.tolist()),
                weak=tuple(sorted(row for text in weak.tolist() for row in rows_of[text])),
            )
        )
    return tuple(found)


def _telling(texts: Sequence[str], by_fit: np.ndarray, words: Sequence[str]) -> np.ndarray:
    """Of the quarter of a topic's texts nearest its centre those that hold its words, best first.

    What is nearest of all is often short and could be said of anything; what holds the words shows what
    they mean here. Equal ones stay in the order of their nearness.
    """
    near = by_fit[: max(N_REPRESENTATIVES, len(by_fit) // _NEAR)]
    wanted = {part for word in words[:_TOLD_BY] for part in word.split()}
    held = [min(_ENOUGH_WORDS, len(wanted & set(_WORD.findall(texts[int(at)].lower())))) for at in near]
    return near[np.argsort(-np.array(held), kind="stable")][:N_REPRESENTATIVES]


def _is_weak(fit: np.ndarray) -> np.ndarray:
    if len(fit) < _MIN_FOR_WEAK:
        return np.zeros(len(fit), dtype=bool)
    return fit < np.percentile(fit, _WEAK_PERCENTILE)


def _notes(n_topics: int, tree: WardTree, topics: Sequence[Topic]) -> tuple[str, ...]:
    notes: list[str] = []
    if n_topics > tree.max_groups:
        told = "1 topic" if len(topics) == 1 else f"{len(topics)} topics"
        notes.append(f"No more than {told} can be told apart in these texts.")
    wordless = sum(1 for topic in topics if not topic.words)
    if wordless:
        told = "1 topic has" if wordless == 1 else f"{wordless} topics have"
        notes.append(f"{told} no words, only stop words or signs.")
    return tuple(notes)
