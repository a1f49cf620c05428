"""Displays D1 to D6 as files: working copies, and releases with what has to be asked before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import ExportError, UserInputError
from ...exporting import About, write_table, write_whole
from ...exporting.about import Standing
from ...exporting.display_docx import DisplayPicture, DisplayTable, write_display_docx
from ...store.file import connection
from ...store.log.events import record
from ...store.reading import overview
from ...triangulate.joint_display import JointDisplay
from ...triangulate.sentences import counted
from ..clock import stamp
from ..propositions.judged import Judged, Matrix
from ..propositions.proposition_page import GLYPH_WORDS, NUMBER_WORDS
from ..propositions.propositions import judge
from ..roles import require_exit
from .display_foot import OF_STRANDS, foot_of
from .display_joint import joint_of_proposition, joint_of_theme, pillars_of
from .display_release import (
    SignOff,
    needs_sign_off,
    released,
    require_sign_off,
    without_mixed_quotes,
    without_restricted,
)
from .display_strands import Convergence
from .display_tables import tables_of
from .displays import (
    Shown,
    likely_themes,
    origin_note,
    refused,
    schools_by_themes,
    statistics_by_themes,
    thread_of,
)

FORMATS = ("xlsx", "csv", "docx", "png", "svg")
_CONTRASTS = {"has_base": "base_v_none", "phase": "secondary_v_primary"}


def make_display(
    study: Path,
    what: str,
    *,
    theme: str | None = None,
    proposition: str | None = None,
    indicator: str | None = None,
    contrast: str | None = None,
    origin: str = "all",
) -> Shown[Any]:
    """A display with what is usual where nothing is said.

    ``theme`` may be several codes joined by commas for D3 and D5. ``origin`` 'person' leaves out codings
    that began as a machine's suggestion, and the display says so.

    Raises:
        UserInputError: something it needs is missing or unknown.
    """
    wanted = indicator or "ehcp_quartile"
    kind = contrast or _CONTRASTS.get(wanted, "quartiles" if what == "d3" else "q4_v_rest")
    several = [part.strip() for part in theme.split(",") if part.strip()] if theme else None
    if what == "d1":
        return convergence_display(study, judge(study, origin=origin))
    if what == "d3":
        return statistics_by_themes(study, wanted, contrast=kind, themes=several, origin=origin)
    if what == "d4":
        matrix = judge(study, origin=origin)
        return pillars_of(study, matrix if proposition is None else _only(matrix, proposition))
    if what == "d5":
        against = None if proposition is None else _row(judge(study, origin=origin), proposition)
        return schools_by_themes(
            study, several or likely_themes(study), order=wanted, against=against, origin=origin
        )
    if what == "d2" and proposition is not None:
        return joint_of_proposition(study, _row(judge(study, origin=origin), proposition), origin=origin)
    if theme is None:
        needed = "a theme or a proposition" if what == "d2" else "a theme"
        raise refused(what, f"This display is of {needed}.", "Name it.")
    if what == "d2":
        return joint_of_theme(study, theme, wanted, contrast=kind, origin=origin)
    return thread_of(study, theme, origin=origin)


def convergence_display(study: Path, matrix: Matrix) -> Shown[Convergence]:
    """D1 as a display."""
    indicators = {s.indicator for row in matrix.rows for s in row.verdict.strands if s.indicator}
    return Shown(
        what="d1",
        title="Convergence coding matrix",
        content=Convergence(matrix=matrix),
        foot=foot_of(
            study,
            unit="proposition",
            weights=OF_STRANDS,
            frame=OF_STRANDS,
            notes=[
                f"{GLYPH_WORDS}.",
                NUMBER_WORDS,
                f"{counted(matrix.n_contrasts_ever, 'contrast')} looked at so far.",
                *(found.sentence for found in matrix.not_judged),
                origin_note(matrix.origin),
            ],
        ),
        indicators=tuple(sorted(indicators)),
    )


def _row(matrix: Matrix, key: str) -> Judged:
    found = next((row for row in matrix.rows if row.verdict.id == key), None)
    for lost in matrix.not_judged:
        if lost.id == key:
            raise UserInputError(lost.sentence)
    if found is None:
        raise refused(f"proposition '{key}'", "The study holds none of this id.", "State or import it.")
    return found


def _only(matrix: Matrix, key: str) -> Matrix:
    return replace(matrix, rows=(_row(matrix, key),))


# --- bytes ----------------------------------------------------------------------------------------


def display_bytes(
    study: Path,
    shown: Shown[Any],
    format: str,
    *,
    release: bool = False,
    sign_off: str | None = None,
    by: str | None = None,
) -> bytes:
    """A display as the bytes of a file; ``sign_off`` is what whoever checked the output says of it.

    Raises:
        ExportError: an unknown format; a release about a restricted code, or of numbers under another
            licence than the open one without a sign-off.
        NotAllowedError: the study is served with login, and this is not the person's to take or sign.
    """
    if format not in FORMATS:
        message = f"'{format}' cannot hold a display."
        raise ExportError.single("format", message, f"Use .{', .'.join(FORMATS)}.")
    require_exit(study, "display", release=release)
    kept = without_mixed_quotes(study, shown)
    if not release:
        return _written(without_restricted(study, kept), format, "working copy")
    licences = needs_sign_off(study, kept)
    require_sign_off(licences, sign_off)
    made = released(study, kept)
    if not licences:
        return _written(made, format, "release")
    now = stamp(by)
    signed = SignOff(by=now.by, at=now.at, text=" ".join((sign_off or "").split()))
    made = replace(made, foot=replace(made.foot, notes=(*made.foot.notes, signed.sentence)))
    content = _written(made, format, "release")
    with connection.writing(study) as db:
        after = {
            "display": shown.what,
            "format": format,
            "licences": list(licences),
            "sign_off": signed.text,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        guid = str(overview.study_values(db).get("guid", ""))
        record(db, now, "release_signed_off", target_kind="study", target_guid=guid, after=after)
    return content


def write_display(study: Path, file: Path, what: str, **options: Any) -> dict[str, Any]:
    """Make a display and write it to a file, in the format of its suffix.

    ``options`` are those of ``make_display``, and ``release``, ``sign_off``, ``by`` of ``display_bytes``.

    Raises:
        ExportError: as ``display_bytes``, or the file cannot be written.
    """
    own = {name: options.pop(name) for name in ("release", "sign_off", "by") if name in options}
    shown = make_display(study, what, **options)
    content = display_bytes(study, shown, file.suffix.lower().lstrip("."), **own)
    write_whole(file, content)
    return {"file": str(file), "display": what, "bytes": len(content), "release": bool(own.get("release"))}


def _written(shown: Shown[Any], format: str, standing: Standing) -> bytes:
    tables = tables_of(shown.content)
    n = sum(len(table.rows) for table in tables)
    about = About(
        standing=standing,
        tool_version=shown.foot.tool_version,
        codebook_version=shown.foot.codebook_version,
        made_at=shown.foot.made_at,
        title=shown.title,
        rows_in=n,
        rows_out=n,
        notes=shown.foot.lines(),
    )
    if format in ("xlsx", "csv"):
        rows, columns = _flat(tables, shown.foot.lines() if format == "csv" else ())
        return write_table(rows, columns, about, format)
    from .draw_displays import picture

    if format == "svg":
        return picture(shown, "svg", standing=about.sentence)
    image = picture(shown, "png", standing=about.sentence)
    if format == "png":
        return image
    # Pillars and the convergence matrix are tables already: a picture of one would say it twice.
    is_table = shown.what in ("d1", "d4")
    pictures = [] if is_table else [DisplayPicture(png=image, words=shown.title)]
    return write_display_docx(about, pictures=pictures, tables=tables, paragraphs=_words(shown))


def _words(shown: Shown[Any]) -> Sequence[str]:
    content = shown.content
    if not isinstance(content, JointDisplay):
        return ()
    together = f"Taken together: {content.foot}" if content.foot else ""
    return [words for words in (*content.sentences, together) if words]


def _flat(
    tables: Sequence[DisplayTable], foot: Sequence[str]
) -> tuple[list[Mapping[str, Any]], tuple[str, ...]]:
    """All tables one under the other; ``foot`` becomes rows of its own, where a file has no other place."""
    if len(tables) == 1 and not foot:
        return list(tables[0].rows), tables[0].columns
    rows: list[Mapping[str, Any]] = [{"part": t.title, **row} for t in tables for row in t.rows]
    columns = ("part", *dict.fromkeys(name for t in tables for name in t.columns))
    first = columns[1] if len(columns) > 1 else "part"
    return rows + [{"part": "about", first: line} for line in foot], columns
