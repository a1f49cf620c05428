"""What the strands of propositions rest on: coded texts, surveys, indicators, published findings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ...errors import Problem, UserInputError
from ...model import Codebook, Stance
from ...store import Database
from ...store.reading import evidence, frames
from ...store.reading.frames import StudyFrame
from ...store.records import codes as code_store
from ...store.records import propositions as proposition_store
from ...triangulate import codes_of, measures
from ...triangulate.external_strand import EffectType, ExternalFinding
from ...triangulate.propositions import Proposition, Strand, StrandKind, parts_of
from ...triangulate.text_strand import TextEvidence
from ...triangulate.voicing import Bools, Ints, Voicing, voiced_by
from ..frames import frame_of
from ..schools.derived import case_indicators
from ..themes.themes import subtree
from .source_strands import kinds_of_sources

_STANCES = {"affirms": 1, "denies": 2, "mixed": 3}
_DENIES = 2
_BASES = {"own": 1, "reported": 2}
_CASE_WORDS = ("phase", "has_base")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Whose codings count, and of which schools; the plain layer is everybody's and all of them.

    ``coders`` are ids; with ``is_both`` only what each of them coded counts. ``denominator`` overrides
    that of the strands.
    """

    name: str = "union"
    coders: tuple[int, ...] = ()
    is_both: bool = False
    drops_suggested: bool = False
    drops_bases: bool = False
    denominator: str | None = None


@dataclass(slots=True)
class Inputs:
    """What went into a verdict, digest by kind: codings, asked, people, groups, survey, published."""

    parts: dict[str, hashlib._Hash] = field(default_factory=dict)

    def add(self, kind: str, *values: object) -> None:
        found = self.parts.setdefault(kind, hashlib.sha256())
        for value in values:
            found.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())

    def digests(self) -> dict[str, str]:
        return {kind: found.hexdigest()[:32] for kind, found in sorted(self.parts.items())}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCodes:
    """A theme with the ids of the codes under each name in it, and their GUIDs."""

    ids_by_name: Mapping[str, frozenset[int]]
    guids: frozenset[str]

    @property
    def ids(self) -> frozenset[int]:
        return frozenset().union(*self.ids_by_name.values())


_cut: list[tuple[StudyFrame, measures.Pieces]] = []


def pieces_of(frame: StudyFrame) -> measures.Pieces:
    """The codings of a frame cut at turns, kept for the frame that was looked at last."""
    for known, cut in tuple(_cut):
        if known is frame:
            return cut
    cut = measures.pieces(frame)
    _cut[:] = [(frame, cut)]
    return cut


class Evidence:
    """Everything that verdicts of one study rest on, read once; open while ``db`` is."""

    def __init__(
        self, db: Database, propositions: Sequence[Proposition], *, year: str | None = None, seed: int = 0
    ) -> None:
        self.db, self.year, self.seed = db, year, seed
        self.frame: StudyFrame = frame_of(db)
        self.book: Codebook = code_store.codebook(db)
        self._ids = code_store.code_ids(db)
        self.cut = pieces_of(self.frame)
        self.seen = frames.seen_sources(db)
        self.themes = self._resolved(propositions)
        self._codes = (
            frozenset().union(*(t.ids for t in self.themes.values())) if self.themes else frozenset()
        )
        self._kinds = self._sources_by_kind()
        self._voicings: dict[tuple[object, ...], Voicing] = {}
        self._masks: dict[tuple[object, ...], Bools] = {}
        self._digests: dict[tuple[object, ...], str] = {}
        self._present: dict[tuple[object, ...], pd.DataFrame] = {}
        self._suggested: set[int] | None = None
        self._by_coder: dict[int, set[int]] | None = None
        self.cases = case_values(db, self.frame, _names(propositions), year)
        self.published = published_findings(db)
        people = self.frame.participants
        urns = self.frame.cases.loc[self.frame.cases["kind"] == "school", "urn"]
        self._people = np.sort(people.index.to_numpy(dtype=np.int64))
        ordered = people.reindex(self._people)
        self._urns = ordered["case_id"].map(urns.to_dict()).astype(object).fillna("").astype(str).to_numpy()
        self._names = ordered["name"].astype(str).to_numpy()
        self._roles = ordered["role"].astype(str).to_numpy()

    # --- codes and sources ------------------------------------------------------------------------

    def _resolved(self, propositions: Sequence[Proposition]) -> dict[str, ThemeCodes]:
        found: dict[str, ThemeCodes] = {}
        problems: list[Problem] = []
        for proposition in propositions:
            by_name: dict[str, frozenset[int]] = {}
            guids: set[str] = set()
            for name in codes_of(proposition.theme):
                code = self.book.find(name)
                if code is None:
                    problems.append(_unknown_code(proposition.id, name))
                    continue
                under = subtree(self.book, code.guid)
                guids.update(under)
                by_name[name] = frozenset(self._ids[guid] for guid in under)
            found[proposition.id] = ThemeCodes(ids_by_name=by_name, guids=frozenset(guids))
        if problems:
            raise UserInputError("The codebook does not hold every code that is named.", problems=problems)
        return found

    def _sources_by_kind(self) -> dict[str, frozenset[int]]:
        kinds = kinds_of_sources(self.db, self.frame)
        texts = (StrandKind.FOCUS_GROUP, StrandKind.INTERVIEW, StrandKind.FREE_TEXT)
        return {kind.value: frozenset(s for s, k in kinds.items() if k is kind) for kind in texts}

    def sources_of(self, strand: Strand, proposition: Proposition) -> frozenset[int]:
        """Sources of a strand that were coded or read. Focus groups without a strand of their own are
        taken with the interviews."""
        found = self._kinds[strand.kind.value]
        has_own = any(s.kind is StrandKind.FOCUS_GROUP for s in proposition.strands)
        if strand.kind is StrandKind.INTERVIEW and not has_own:
            found = found | self._kinds["focus_group"]
        if self.seen is None:
            return found
        if strand.kind is StrandKind.FREE_TEXT and not (found & self._read_marks()):
            return found  # nobody marks answers one by one as read: a survey that is coded was read
        return found & self.seen

    def _read_marks(self) -> frozenset[int]:
        return frozenset(frames.read_marks(self.db))

    # --- codings ----------------------------------------------------------------------------------

    def _by_coder_sources(self, coder: int) -> frozenset[int]:
        if self._by_coder is None:
            self._by_coder = evidence.sources_by_coder(self.db)
        return frozenset(self._by_coder.get(coder, set()))

    def limited(self, sources: frozenset[int], layer: Layer) -> frozenset[int]:
        """The sources that every coder of the layer has read or coded."""
        for coder in layer.coders:
            sources &= self._by_coder_sources(coder)
        return sources

    def mask(self, layer: Layer, sources: frozenset[int]) -> Bools:
        """Which pieces of codings count in a layer and in these sources."""
        key = (layer.drops_suggested, sources)
        if key in self._masks:
            return self._masks[key]
        found = np.isin(self.cut.source, np.fromiter(sources, dtype=np.int64, count=len(sources)))
        if layer.drops_suggested:
            if self._suggested is None:
                self._suggested = evidence.suggested_codings(self.db)
            found &= ~np.isin(self.cut.coding, list(self._suggested))
        self._masks[key] = found
        return found

    def voicing(
        self, proposition: Proposition, layer: Layer, sources: frozenset[int], *, denied: bool = False
    ) -> Voicing:
        """Who voiced which code, by the facets that the proposition wants."""
        facets = (proposition.stance, proposition.valence, proposition.basis, proposition.level)
        key = (layer, sources, facets, denied)
        if key not in self._voicings:
            mask = self.mask(layer, sources) & self._facets(proposition, denied)
            views = [mask & (self.cut.coder == c) for c in layer.coders] or [mask]
            if not layer.is_both:
                views = [np.logical_or.reduce(views)]
            tables = [Voicing(self.cut.where(view), self._people, self._codes) for view in views]
            joined = tables[0]
            for table in tables[1:]:
                joined = joined.both(table)
            self._voicings[key] = joined
        return self._voicings[key]

    def _facets(self, proposition: Proposition, denied: bool) -> Bools:
        stance, basis = self.cut.stance, self.cut.basis
        wanted = _DENIES if denied else _STANCES.get(proposition.stance or "")
        found = stance == wanted if wanted is not None else stance != _DENIES
        if proposition.basis == "own":
            found &= basis != _BASES["reported"]  # what is not marked is taken for a speaker's own
        elif proposition.basis == "reported":
            found &= basis == _BASES["reported"]
        if proposition.valence is not None and not denied:
            found &= self.cut.valence == frames.VALENCES.index(proposition.valence) + 1
        if proposition.level is not None:
            found &= self.cut.level == frames.LEVELS.index(proposition.level) + 1
        return found

    def present(self, sources: frozenset[int]) -> pd.DataFrame:
        """Who said anything in these sources: source_id, participant_id, row (place in the table)."""
        key = (sources,)
        if key not in self._present:
            rows = measures.present(self.frame, sources=sources)
            place = np.searchsorted(self._people, rows["participant_id"].to_numpy(dtype=np.int64))
            self._present[key] = rows.assign(row=place)
        return self._present[key]

    def rows_of(self, participants: Sequence[int]) -> Sequence[int]:
        """Places of participants (ids) in the tables over all people."""
        return np.searchsorted(self._people, np.array(participants, dtype=np.int64)).tolist()

    def voiced(
        self, proposition: Proposition, strand: Strand, layer: Layer, sources: frozenset[int]
    ) -> tuple[Bools, Bools, Bools]:
        """Over all people: voiced the theme, voiced its other part, denied it."""
        theme = self.themes[proposition.id]
        said = self.voicing(proposition, layer, sources)
        codes = {name: said.of(ids) for name, ids in theme.ids_by_name.items()}
        first, second = parts_of(proposition.theme, strand.contrast) or (proposition.theme, None)
        none = np.zeros(len(self._people), dtype=bool)
        other = none if second is None else voiced_by(second, codes)
        # Where denials are what is looked for they stand for the proposition, not against it.
        is_counted = proposition.stance is Stance.DENIES
        denied = none if is_counted else self.voicing(proposition, layer, sources, denied=True).of(theme.ids)
        return voiced_by(first, codes), other, denied

    def asked(self, proposition: Proposition, sources: frozenset[int]) -> dict[int, int]:
        """Place of a person -> best mark of their sources for any of the codes: 0 no, 1 unclear, 2 yes."""
        rank = {"no": 0, "unclear": 1, "yes": 2}
        marks = self.frame.asked
        if marks.empty:
            return {}
        marks = marks[marks["code_id"].isin(self.themes[proposition.id].ids)]
        marks = marks[marks["source_id"].isin(sources)]
        if marks.empty:
            return {}
        joined = marks.merge(self.present(sources), on="source_id")
        best = joined["asked"].map(rank).groupby(joined["row"]).max()
        return {int(str(row)): int(mark) for row, mark in best.items()}

    # --- one strand -------------------------------------------------------------------------------

    def text(
        self, proposition: Proposition, strand: Strand, layer: Layer, inputs: Inputs
    ) -> Callable[[], TextEvidence]:
        """What a strand of coded texts rests on, made when it is wanted; its digests go to ``inputs``."""
        sources = self.limited(self.sources_of(strand, proposition), layer)
        self.add_codings(proposition, layer, sources, inputs)
        rows = np.unique(self.present(sources)["row"].to_numpy(dtype=np.int64))
        voiced, second, denied = self.voiced(proposition, strand, layer, sources)
        marks = self.asked(proposition, sources)
        pooled = strand.kind is StrandKind.INTERVIEW and bool(sources & self._kinds["focus_group"])
        bases = self.cases.get("has_base") or {}
        if layer.drops_bases:
            dropped = [u for u, v in bases.items() if v == "yes"]
            rows = rows[~np.isin(self._urns[rows], dropped)]
        groups = self.cases.get(strand.indicator or "")
        inputs.add("codings", voiced[rows], second[rows], denied[rows])
        inputs.add("asked", sorted(marks.items()))
        inputs.add("people", self._people_of(sources, rows))
        inputs.add("groups", sorted((groups or {}).items()))

        def made() -> TextEvidence:
            words = np.array(["no", "unclear", "yes", "unknown"], dtype=object)
            asked = words[[marks.get(int(r), 3) for r in rows]] if len(rows) else np.array([], dtype=object)
            people = pd.DataFrame(
                {
                    "participant": self._names[rows],
                    "urn": self._urns[rows],
                    "role": self._roles[rows],
                    "voiced": voiced[rows],
                    "second": second[rows],
                    "asked": asked,
                    "denied": denied[rows],
                }
            )
            phases = self.cases.get("phase") or {}
            return TextEvidence(
                people=people,
                groups=groups,
                key=strand.kind.value,
                phases=phases,
                seed=self.seed,
                flags=("with focus groups",) if pooled else (),
            )

        return made

    def _people_of(self, sources: frozenset[int], rows: Ints) -> str:
        """A digest of who they are, where and in which role."""
        key = (sources, len(rows))
        if key not in self._digests:
            who = [list(part[rows]) for part in (self._names, self._urns, self._roles)]
            self._digests[key] = hashlib.sha256(repr(who).encode()).hexdigest()
        return self._digests[key]

    def add_codings(
        self, proposition: Proposition, layer: Layer, sources: frozenset[int], inputs: Inputs
    ) -> None:
        """The codings a strand rests on, as a digest: which, by whom, of whom, with which facets."""
        ids = self.themes[proposition.id].ids
        mine = self.mask(layer, sources) & np.isin(self.cut.code, list(ids))
        if layer.coders:
            mine &= np.isin(self.cut.coder, layer.coders)
        cut = self.cut
        parts = [cut.coding, cut.code, cut.coder, cut.stance, cut.basis, cut.participant]
        # Only where they are asked for: another proposition does not rest on them.
        parts += [cut.valence] if proposition.valence else []
        parts += [cut.level] if proposition.level else []
        inputs.add("codings", *(part[mine] for part in parts))


def _unknown_code(key: str, name: str) -> Problem:
    return Problem(
        where=f"proposition {key}, code '{name}'",
        message="The codebook has no such code.",
        next="Give its short id, or its name in double quotes.",
    )


def _names(propositions: Iterable[Proposition]) -> list[str]:
    named = [s.indicator for p in propositions for s in p.strands if s.indicator]
    return list(dict.fromkeys((*named, *_CASE_WORDS)))


def case_values(
    db: Database, frame: StudyFrame, names: Sequence[str], year: str | None
) -> dict[str, dict[str, str | None]]:
    """Indicators of the study's own schools, or else variables of its cases: name -> URN -> value.

    A name that no school has is left out.
    """
    derived = case_indicators(db, list(names), year=year)
    schools = frame.cases[frame.cases["kind"] == "school"]
    urns = {int(i): str(u) for i, u in zip(schools.index, schools["urn"], strict=True) if isinstance(u, str)}
    rows = frame.variables[frame.variables["owner_kind"] == "case"]
    found: dict[str, dict[str, str | None]] = {}
    for name in names:
        if derived.get(name):
            found[name] = {urn: derived[name].get(urn) for urn in urns.values()}
            continue
        mine = rows[rows["name"] == name]
        values = dict(zip(mine["owner_id"].astype(int), mine["value"].astype(str), strict=True))
        if values:
            found[name] = {urn: values.get(case) for case, urn in urns.items()}
    return found


def published_findings(db: Database) -> list[ExternalFinding]:
    """The published findings a study holds."""
    return [finding_from(row["content"]) for row in proposition_store.findings(db)]


def finding_from(content: Mapping[str, Any]) -> ExternalFinding:
    """A published finding from its stored content."""
    values = {**content, "effect_type": EffectType(content["effect_type"])}
    values["propositions"] = tuple(content.get("propositions", ()))
    return ExternalFinding(**values)
