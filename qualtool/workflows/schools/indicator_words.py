"""School indicators in lines of text: what quartiles rest on, who was followed, which files are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...store.file import connection
from ...store.records import releases
from .school_words import dataset_words

Found = Mapping[str, Any]


def row_line(row: Found) -> str:
    """One value; a rate with the fraction it was made of, what is no number with its status and reason."""
    start = f"{row['urn']} {row['year']} {row['name']}"
    if row["value"] is None:
        told = row["raw"] if row["status"] == "text" else row["status"]
        reason = f" ({row['reason']})" if row.get("reason") else ""
        return f"{start} {told or row['raw']}{reason}"
    shown = row["raw"] if row["raw"] in ("yes", "no") else f"{row['value']:g}"
    return f"{start} {shown} ({row['raw']})" if "/" in row["raw"] else f"{start} {shown}"


def document_lines(found: Found) -> list[str]:
    """What stands below the rows of ``qualtool indicators``."""
    lines = [""]
    lines += _reference_lines(found)
    lines += _trend_lines(found)
    lines += [
        f"{s['phase']}: {s['n_changed']} of {s['n']} schools changed EHCP quartile from {s['from']} to"
        f" {s['to']}, {s['n_by_two']} by two or more."
        for s in found.get("stability", ())
    ]
    lines += [f"Left out: {left['file']}: {left['reason']}." for left in found.get("left_out", ())]
    lines += [file_line(file) for file in found.get("files", ())]
    return lines if len(lines) > 1 else []


def _reference_lines(found: Found) -> Iterator[str]:
    for year, phases in ((found.get("reference") or {}).get("by_year") or {}).items():
        for phase, told in phases.items():
            cuts = (found["cuts"].get(year) or {}).get(phase)
            shown = f"; cuts of the EHCP rate {', '.join(f'{cut:.4f}' for cut in cuts)}" if cuts else ""
            yield f"Quartiles {year}, {phase}: {told['label']}{shown}."
            if told.get("pooled"):
                yield (
                    f"  {phase}, EHCP rate: pooled {told['pooled']['ehcp_rate']:.4f}%, mean of the schools"
                    f" {told['mean']['ehcp_rate']:.4f}%; {told['n_caution']} schools have fewer than 100"
                    " pupils."
                )
            yield from _gap_lines(phase, found["quartiles"][year][phase])


def _gap_lines(phase: str, told: Found | None) -> Iterator[str]:
    for name, label in (("ehcp", "EHC plans"), ("any_sen", "any SEN")) if told else ():
        one = told[name] if told else {}
        if one["gap"]["mean_count"] is None:
            continue
        ratio = one["ratio"]["mean_count"]
        shown = f"ratio {ratio:.2f}" if ratio is not None else f"no ratio ({one['reason']})"
        yield (
            f"  {phase}, {label}, mean pupils per school, Q4 against Q1: {shown}, gap"
            f" {one['gap']['mean_count']:.2f}."
        )


def _trend_lines(found: Found) -> Iterator[str]:
    trend, succession = found.get("trend"), found.get("succession")
    if trend and succession:
        told = ", ".join(f"{method} {n}" for method, n in succession.items())
        yield f"Mainstream schools of {trend['from']} in {trend['to']}: {told}."
        if trend.get("note"):
            yield f"  {trend['note']}"
        for row in trend["rows"]:
            if row["mean_change"] is not None:
                yield (
                    f"  {row['phase']}, {row['name']}: mean change {row['mean_change']:+.4f} points in"
                    f" {row['n']} schools of the same URN; with successors"
                    f" {row['mean_change_with_linked']:+.4f} in {row['n_with_linked']}."
                )


def file_line(file: Found) -> str:
    """A file that was imported, and whether it is used."""
    standing = "in use" if file["stands"] else f"not used: {file['replaced_by']} took its place"
    if not file["stands"] and file["replaced_by"] == file["file"]:
        standing = "not used: a newer version of it took its place"
    return (
        f"File {file['file']}: {file['dataset']}, {file['year'] or 'no year'}, {file['n_schools']} schools,"
        f" {file['licence']}, imported {file['made_at'][:10]}, {standing}."
    )


def imported_files(study: Path) -> list[dict[str, Any]]:
    """Every school file that was ever imported, for a table: what it is and whether it is used."""
    with connection.reading(study) as db:
        files = releases.every_file(db)
    return [
        {
            "file": file["file"],
            "dataset": dataset_words(file["dataset"]),
            "year": file["year"],
            "schools": file["n_schools"],
            "used": "yes" if file["stands"] else f"no: replaced by {file['replaced_by']}",
            "whole country": "yes" if file["is_national"] else "",
            "licence": file["licence"],
            "imported": file["made_at"][:16].replace("T", " "),
            "by": file["made_by"],
        }
        for file in files
    ]
