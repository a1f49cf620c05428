"""Words of topics by BERTopic's class-based TF-IDF, on groups that are already made."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SuggestionError

if TYPE_CHECKING:
    from bertopic import BERTopic
    from sklearn.feature_extraction.text import CountVectorizer

    from .reducing import KnnSmoothing

N_WORDS = 10
# With fewer texts than this a word may stand in one of them only.
_SMALL = 100
# Words of a topic stand in this share of its texts, where there are enough of them: the weights alone put
# a word that two people of three hundred said, and nobody elsewhere, before what the topic is about.
_LEAST_SHARE = 0.03
# BERTopic's list of a topic is long enough to choose from.
_LONG_LIST = 100
_MIN_VOCABULARY = 2
_PLACES = 9
_LONGEST = 40
FILLED_PAUSES = (
    "ah", "eh", "er", "erm", "hm", "hmm", "huh", "kind", "know", "like", "mean", "mhm", "mm", "mmm",
    "oh", "ok", "okay", "really", "right", "sort", "uh", "um", "umm", "well", "yeah", "yep", "yes",
)  # fmt: skip
# Words that scikit-learn's list takes for empty, and that say something of a school, a service or a ward:
# "nothing" is what most people answer to "what could be better?", and families move.
TELLING = (
    "alone", "amount", "bill", "call", "cry", "describe", "detail", "empty", "enough", "everyone",
    "everything", "everywhere", "fill", "fire", "front", "full", "interest", "mill", "move", "name", "never",
    "nobody", "none", "noone", "nothing", "nowhere", "serious", "sincere", "system", "thick", "thin", "whole",
)  # fmt: skip
# What is left of "don't", "I've", "we'll" once words are cut at the apostrophe.
CONTRACTIONS = (
    "ain", "aren", "cos", "couldn", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn", "ll",
    "mightn", "mustn", "needn", "re", "shan", "shouldn", "ve", "wasn", "weren", "won", "wouldn",
)  # fmt: skip


def require_bertopic() -> None:
    """Stop where topics cannot be made, before any work is done.

    Raises:
        SuggestionError: BERTopic is not installed.
    """
    try:
        is_there = importlib.util.find_spec("bertopic") is not None
    except (ImportError, ValueError):
        is_there = False
    if not is_there:
        raise SuggestionError("Topics need the package bertopic: run 'make setup' to install it.")


class FixedGroups:
    """Groups that are already known, as the ``hdbscan_model`` of BERTopic."""

    def __init__(self, labels: np.ndarray) -> None:
        self.labels_ = labels

    def fit(self, reduced: np.ndarray, y: object = None) -> FixedGroups:
        return self

    def predict(self, reduced: np.ndarray) -> np.ndarray:
        return self.labels_


class FixedPoints:
    """Reduced rows that are already known, as the ``umap_model`` of BERTopic."""

    def __init__(self, smoothing: KnnSmoothing) -> None:
        self._smoothing = smoothing

    def fit(self, vectors: np.ndarray, y: object = None) -> FixedPoints:
        return self

    def transform(self, vectors: np.ndarray) -> np.ndarray:
        return self._smoothing.transform(vectors)


def topic_words(
    texts: Sequence[str],
    vectors: np.ndarray,
    numbers: np.ndarray,
    smoothing: KnnSmoothing,
    *,
    left_out: Collection[str] = (),
) -> list[tuple[str, ...]]:
    """At most ten words or pairs of words per topic, best first.

    A topic without any word beyond stop words has none.

    Args:
        texts: distinct texts.
        numbers: (texts,), the topic of each, 0 to the last without a gap.
        left_out: words in small letters that no topic is told by, as names.

    Raises:
        SuggestionError: BERTopic is not installed.
    """
    n_topics = int(numbers.max()) + 1
    found: list[tuple[str, ...]] = [() for _ in range(n_topics)]
    counter = counter_of(texts, left_out=left_out)
    model = _bertopic(texts, vectors, numbers, smoothing, counter)
    if model is not None and counter is not None:
        frequent = _frequent(counter, texts, numbers)
        # BERTopic numbers topics anew; a text of each tells which is which.
        theirs: list[Any] = list(model.topics_ or [])
        told: Mapping[Any, Any] = model.get_topics()
        for name, ours in dict(zip(theirs, numbers.tolist(), strict=True)).items():
            ranked = _ranked({str(word): float(weight) for word, weight in told[name] if word})
            found[ours] = tuple(_without_repeats(_typical_first(ranked, frequent[ours])))
    for number in [number for number in range(n_topics) if not found[number]]:
        # With hardly any words its weights are all nought; then plain counts say what there is.
        inside = [texts[i] for i in np.flatnonzero(numbers == number).tolist()]
        found[number] = tuple(_without_repeats(_most_frequent(inside, counter)))
    return found


def _frequent(counter: CountVectorizer, texts: Sequence[str], numbers: np.ndarray) -> list[frozenset[str]]:
    """For each topic the terms that stand in enough of its texts to be what it is about."""
    from scipy.sparse import csr_matrix

    n_topics = int(numbers.max()) + 1
    is_there = csr_matrix(counter.transform(texts), dtype=bool).astype(np.int64)
    shape = (n_topics, len(texts))
    of_topic = csr_matrix((np.ones(len(texts), np.int64), (numbers, np.arange(len(texts)))), shape=shape)
    n_with = csr_matrix(of_topic @ is_there)
    terms = counter.get_feature_names_out()
    sizes = np.bincount(numbers, minlength=n_topics)
    found = []
    for number in range(n_topics):
        row = n_with.getrow(number)
        least = max(1 if len(texts) < _SMALL else 2, _LEAST_SHARE * int(sizes[number]))
        found.append(frozenset(str(terms[at]) for at in row.indices[row.data >= least]))
    return found


def _ranked(weights: Mapping[str, float]) -> list[str]:
    """Terms by their weight; of equal ones words come before pairs, which would hide them."""
    return sorted(weights, key=lambda term: (-round(weights[term], _PLACES), term.count(" "), term))


def _typical_first(ranked: Sequence[str], frequent: Collection[str]) -> list[str]:
    return [*(t for t in ranked if t in frequent), *(t for t in ranked if t not in frequent)]


def _most_frequent(texts: Sequence[str], counter: CountVectorizer | None) -> list[str]:
    """Terms of the counter's vocabulary in these texts, most frequent first."""
    if counter is None:
        return []
    counts = np.asarray(counter.transform(texts).sum(axis=0)).ravel()
    terms = counter.get_feature_names_out()
    return [str(terms[at]) for at in np.argsort(-counts, kind="stable") if counts[at]]


def fit_bertopic(
    texts: Sequence[str],
    vectors: np.ndarray,
    numbers: np.ndarray,
    smoothing: KnnSmoothing,
    *,
    left_out: Collection[str] = (),
) -> BERTopic | None:
    """A fitted BERTopic model of these groups, None where fewer than two words are left for it.

    Raises:
        SuggestionError: BERTopic is not installed.
    """
    return _bertopic(texts, vectors, numbers, smoothing, counter_of(texts, left_out=left_out))


def _bertopic(
    texts: Sequence[str],
    vectors: np.ndarray,
    numbers: np.ndarray,
    smoothing: KnnSmoothing,
    counter: CountVectorizer | None,
) -> BERTopic | None:
    require_bertopic()
    from bertopic import BERTopic
    from bertopic.vectorizers import ClassTfidfTransformer

    # Its weighting takes a vocabulary of one for no list at all, and stops.
    if counter is None or len(counter.get_feature_names_out()) < _MIN_VOCABULARY:
        return None
    model = BERTopic(
        # Any language: the English setting throws away letters with accents.
        language="multilingual",
        top_n_words=_LONG_LIST,
        umap_model=FixedPoints(smoothing),  # pyright: ignore[reportArgumentType]
        hdbscan_model=FixedGroups(numbers),  # pyright: ignore[reportArgumentType]
        vectorizer_model=counter,
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        calculate_probabilities=False,
        verbose=False,
    )
    model.fit_transform(list(texts), np.asarray(vectors))
    return model


def weighted_words(
    texts: Sequence[str], numbers: np.ndarray, *, left_out: Collection[str] = ()
) -> list[list[tuple[str, float]]]:
    """The words of topics as they are now grouped, with their class-based TF-IDF, best first.

    Args:
        texts: one a segment; ``numbers`` (texts,) the topic of each, 0 to the last without a gap.

    Raises:
        SuggestionError: BERTopic is not installed.
    """
    require_bertopic()
    from bertopic.vectorizers import ClassTfidfTransformer
    from scipy.sparse import csr_matrix

    n_topics = int(numbers.max()) + 1
    counter = counter_of(texts, left_out=left_out)
    if counter is None or len(counter.get_feature_names_out()) < _MIN_VOCABULARY:
        return [[] for _ in range(n_topics)]
    counts = counter.transform(texts)
    shape = (n_topics, len(texts))
    groups = csr_matrix((np.ones(len(texts)), (numbers, np.arange(len(texts)))), shape=shape) @ counts
    weights = ClassTfidfTransformer(reduce_frequent_words=True).fit(groups).transform(groups).tocsr()
    terms = counter.get_feature_names_out()
    frequent = _frequent(counter, texts, numbers)
    found: list[list[tuple[str, float]]] = []
    for number in range(n_topics):
        row = weights.getrow(number)
        of_term = {str(terms[at]): float(w) for at, w in zip(row.indices, row.data, strict=True) if w > 0}
        chosen = _without_repeats(_typical_first(_ranked(of_term), frequent[number]))
        # Bars run from long to short, whichever words were taken.
        chosen.sort(key=lambda term: (-of_term[term], term))
        found.append([(term, of_term[term]) for term in chosen])
    return found


def counter_of(texts: Sequence[str], *, left_out: Collection[str] = ()) -> CountVectorizer | None:
    """A counter with a fixed vocabulary, None where nothing is left beyond stop words.

    BERTopic counts in whole topics, where "in at least two" would throw out the very words that
    belong to one topic alone; so the vocabulary is taken from the texts beforehand.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    stop = sorted(({*ENGLISH_STOP_WORDS} - {*TELLING}) | {*FILLED_PAUSES, *CONTRACTIONS, *left_out})
    options = {"stop_words": stop, "ngram_range": (1, 2)}
    counter = CountVectorizer(**options)
    take_apart = counter.build_analyzer()
    texts_with: dict[str, int] = {}
    for text in texts:
        for term in {one for one in take_apart(text) if _is_word(one)}:
            texts_with[term] = texts_with.get(term, 0) + 1
    least = 1 if len(texts) < _SMALL else 2
    vocabulary = sorted(term for term, n_texts in texts_with.items() if n_texts >= least)
    return CountVectorizer(**options, vocabulary=vocabulary) if vocabulary else None


def _is_word(term: str) -> bool:
    """Whether a term can be shown: a key held down, or script without spaces, makes no word."""
    return all(len(part) <= _LONGEST for part in term.split())


def _without_repeats(ranked: Iterable[str]) -> list[str]:
    """The first ten terms, without those whose words were all told already or stand twice in them.

    Pairs are made after stop words went, so "staff and staff" would be told as "staff staff".
    """
    kept: list[str] = []
    told: set[str] = set()
    for term in ranked:
        parts = term.split()
        if not set(parts) <= told and len(set(parts)) == len(parts):
            kept.append(term)
            told.update(parts)
        if len(kept) == N_WORDS:
            break
    return kept
