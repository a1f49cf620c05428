"""The whole study as plain records, for a transfer."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

# Vectors and word indexes are left out: they are made anew from the texts.
_TABLES = {
    "study": "SELECT key, value FROM study ORDER BY key",
    "coders": "SELECT guid, name, kind, made_at FROM coder ORDER BY id",
    "cases": "SELECT guid, name, kind, urn, la_code, pseudonym FROM study_case ORDER BY id",
    "participants": 'SELECT p.guid, p.name, p.role, p.consent, c.guid AS "case" FROM participant p'
    " LEFT JOIN study_case c ON c.id = p.case_id ORDER BY p.id",
    "variables": "SELECT v.owner_kind, coalesce(c.guid, p.guid, s.guid) AS owner, v.name, v.value, v.type"
    " FROM variable v LEFT JOIN study_case c ON v.owner_kind = 'case' AND c.id = v.owner_id"
    " LEFT JOIN participant p ON v.owner_kind = 'participant' AND p.id = v.owner_id"
    " LEFT JOIN source s ON v.owner_kind = 'source' AND s.id = v.owner_id ORDER BY 1, 2, 3",
    "sources": "SELECT guid, name, kind, format, encoding, bytes_sha256, recorded_on, current_version"
    " FROM source ORDER BY id",
    "text_versions": "SELECT s.guid AS source, v.version, v.text, v.sha256 FROM text_version v"
    " JOIN source s ON s.id = v.source_id ORDER BY s.id, v.version",
    "speakers": "SELECT s.guid AS source, k.label, k.is_interviewer, p.guid AS participant FROM speaker k"
    " JOIN source s ON s.id = k.source_id LEFT JOIN participant p ON p.id = k.participant_id ORDER BY k.id",
    "segments": "SELECT s.guid AS source, g.version, g.kind, g.position, g.turn, g.start_char, g.end_char,"
    " k.label AS speaker, g.start_ms, g.end_ms FROM segment g JOIN source s ON s.id = g.source_id"
    " JOIN speaker k ON k.id = g.speaker_id ORDER BY g.id",
    "codes": "SELECT c.guid, c.short_id, c.name, p.guid AS parent, c.is_codable, c.definition, c.apply_when,"
    " c.do_not_apply_when, c.example, c.citation, c.colour, c.is_restricted, c.removed_at FROM code c"
    " LEFT JOIN code p ON p.id = c.parent_id ORDER BY c.position, c.id",
    "codebook_versions": "SELECT version, sha256, note, made_by, made_at FROM codebook_version ORDER BY version",
    "codings": "SELECT g.guid, s.guid AS source, g.version, g.start_char, g.end_char, g.quote, c.guid AS code,"
    " k.name AS coder, g.origin, u.guid AS suggestion, g.codebook_version, g.stance, g.valence, g.basis,"
    " g.level, g.made_by, g.made_at, g.removed_at, g.removed_by FROM coding g JOIN source s ON s.id = g.source_id"
    " JOIN code c ON c.id = g.code_id JOIN coder k ON k.id = g.coder_id"
    " LEFT JOIN suggestion u ON u.id = g.suggestion_id ORDER BY g.id",
    "memos": "SELECT m.guid, m.target_kind, m.target_guid, m.text, k.name AS coder, m.made_at, m.changed_at,"
    " m.removed_at FROM memo m JOIN coder k ON k.id = m.coder_id ORDER BY m.id",
    "asked": "SELECT s.guid AS source, c.guid AS code, a.asked FROM asked a JOIN source s ON s.id = a.source_id"
    " JOIN code c ON c.id = a.code_id ORDER BY s.id, c.id",
    "runs": "SELECT guid, kind, parameters, seed, libraries, note, made_by, made_at FROM run ORDER BY id",
    "suggestions": "SELECT u.guid, r.guid AS run, s.guid AS source, u.version, u.start_char, u.end_char, u.quote,"
    " c.guid AS code, u.score, u.probability, u.reason, u.status, k.name AS decided_by, u.decided_at FROM suggestion u"
    " JOIN run r ON r.id = u.run_id JOIN source s ON s.id = u.source_id JOIN code c ON c.id = u.code_id"
    " LEFT JOIN coder k ON k.id = u.decided_by ORDER BY u.id",
    "audits": "SELECT a.guid, r.guid AS run, k.name AS coder, a.n_population, a.finished_at, a.made_by, a.made_at"
    " FROM audit a JOIN run r ON r.id = a.run_id JOIN coder k ON k.id = a.coder_id ORDER BY a.id",
    "audit_strata": "SELECT a.guid AS audit, t.name, t.n_population FROM audit_stratum t"
    " JOIN audit a ON a.id = t.audit_id ORDER BY a.id, t.name",
    "audit_calls": "SELECT a.guid AS audit, n.position, n.stratum, s.guid AS source, g.version, g.start_char,"
    " g.end_char, c.guid AS code, x.is_called, x.score FROM audit_call x JOIN audit_unit n ON n.id = x.unit_id"
    " JOIN audit a ON a.id = n.audit_id JOIN segment g ON g.id = n.segment_id JOIN source s ON s.id = g.source_id"
    " JOIN code c ON c.id = x.code_id ORDER BY n.id, c.id",
    "audit_answers": "SELECT a.guid AS audit, n.position, c.guid AS code, x.answer, x.made_by, x.made_at"
    " FROM audit_answer x JOIN audit_unit n ON n.id = x.unit_id JOIN audit a ON a.id = n.audit_id"
    " JOIN code c ON c.id = x.code_id ORDER BY x.id",
    "surveys": "SELECT guid, name, encoding, weight_column, stratum_column, psu_column, frame FROM survey ORDER BY id",
    "questions": "SELECT q.guid, v.guid AS survey, q.name, q.kind, q.option_group, q.position FROM question q"
    " JOIN survey v ON v.id = q.survey_id ORDER BY q.id",
    "respondents": "SELECT v.guid AS survey, r.respondent_id, r.weight, r.stratum, r.psu, p.guid AS participant"
    " FROM respondent r JOIN survey v ON v.id = r.survey_id JOIN participant p ON p.id = r.participant_id"
    " ORDER BY r.id",
    "answers": "SELECT v.guid AS survey, r.respondent_id, q.name AS question, a.value, s.guid AS source"
    " FROM answer a JOIN respondent r ON r.id = a.respondent_id JOIN survey v ON v.id = r.survey_id"
    " JOIN question q ON q.id = a.question_id LEFT JOIN source s ON s.id = a.source_id"
    " ORDER BY r.id, q.position",
    "indicator_files": "SELECT guid, name, dataset, year, encoding, bytes_sha256, is_national, licence"
    " FROM indicator_file WHERE superseded_by IS NULL ORDER BY id",
    "indicator_values": "SELECT f.guid AS file, v.urn, n.name, v.value, v.status, v.raw FROM indicator_value v"
    " JOIN indicator_file f ON f.id = v.file_id JOIN indicator_name n ON n.id = v.name_id"
    " WHERE v.urn IN (SELECT urn FROM study_case WHERE urn IS NOT NULL) ORDER BY f.id, v.urn, n.id",
    "research_questions": "SELECT key, version, text, made_by, made_at FROM research_question ORDER BY id",
    "propositions": "SELECT guid, key, version, content, is_before_results, made_by, made_at FROM proposition"
    " ORDER BY id",
    "verdicts": "SELECT v.guid, v.key, p.guid AS proposition, v.convergence, v.detail, v.status, v.document,"
    " v.code_version, v.seed, v.made_by, v.made_at FROM verdict v JOIN proposition p ON p.id = v.proposition_id"
    " ORDER BY v.id",
    "verdict_overrides": "SELECT o.guid, o.key, v.guid AS verdict, o.convergence, o.examples_agree, o.note,"
    " o.made_by, o.made_at FROM verdict_override o JOIN verdict v ON v.id = o.verdict_id ORDER BY o.id",
    "meta_inferences": "SELECT guid, key, kind, stakeholder, text, made_by, made_at FROM meta_inference"
    " ORDER BY id",
    "negative_cases": "SELECT guid, key, case_key, disposition, note, made_by, made_at FROM negative_case"
    " ORDER BY id",
    "external_findings": "SELECT guid, file_name, content, made_by, made_at FROM external_finding ORDER BY id",
    "events": "SELECT id, at, by, kind, target_kind, target_guid, before, after, undoes FROM event ORDER BY id",
}


def whole_study(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every kind of record, each a list of dicts; indicator values only of the study's own schools."""
    return {name: list(db.query(sql)) for name, sql in _TABLES.items()}


def phase_by_case(db: Database) -> dict[int, str]:
    """The phase of each case that has one as a variable."""
    rows = db.conn.execute(
        "SELECT owner_id, value FROM variable WHERE owner_kind = 'case' AND name = 'phase'"
    )
    return {owner: value for owner, value in rows}


def people_by_case_and_role(db: Database) -> dict[tuple[str, str], int]:
    """Number of participants of each case and role."""
    rows = db.conn.execute(
        "SELECT c.name, p.role, count(*) FROM participant p JOIN study_case c ON c.id = p.case_id GROUP BY 1, 2"
    )
    return {(case, role): n for case, role, n in rows}
