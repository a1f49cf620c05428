"""The study file: tables, checks and triggers, as migrations.

A migration is never edited once a version of the program was released with it; a change is a new
migration. Every table is STRICT. Rows are joined by a small integer ``id``; what leaves the file
or is named by a person is named by ``guid``.

The checks and triggers repeat what the records promise, so that no other program can break it:
a text version never changes, a coding's quote is the text at its offsets, the event log only grows.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x51544F4C  # "QTOL": tells a study from any other SQLite file

migrations = Migrations("qualtool")

_MADE = "made_by TEXT NOT NULL, made_at TEXT NOT NULL"

_PEOPLE = (
    """CREATE TABLE study (
        key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT""",
    f"""CREATE TABLE coder (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        kind TEXT NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'suggester')), {_MADE}) STRICT""",
    f"""CREATE TABLE study_case (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        kind TEXT NOT NULL CHECK (kind IN ('school', 'la', 'family', 'other')),
        urn TEXT UNIQUE CHECK (urn GLOB '[0-9][0-9][0-9][0-9][0-9][0-9]'),
        la_code TEXT, pseudonym TEXT, {_MADE}) STRICT""",
    f"""CREATE TABLE participant (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        role TEXT NOT NULL DEFAULT '', case_id INTEGER REFERENCES study_case(id),
        consent TEXT NOT NULL DEFAULT 'unknown'
            CHECK (consent IN ('yes', 'paraphrase', 'no', 'withdrawn', 'unknown')), {_MADE}) STRICT""",
    "CREATE INDEX participant_case ON participant(case_id)",
    """CREATE TABLE variable (
        owner_kind TEXT NOT NULL CHECK (owner_kind IN ('case', 'participant', 'source')),
        owner_id INTEGER NOT NULL, name TEXT NOT NULL CHECK (trim(name) <> ''), value TEXT NOT NULL,
        type TEXT NOT NULL DEFAULT 'text' CHECK (type IN ('text', 'number', 'boolean', 'date')),
        PRIMARY KEY (owner_kind, owner_id, name)) STRICT, WITHOUT ROWID""",
)

_SOURCES = (
    f"""CREATE TABLE source (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        kind TEXT NOT NULL CHECK (kind IN ('transcript', 'answer')), format TEXT NOT NULL,
        encoding TEXT NOT NULL, bytes_sha256 TEXT NOT NULL, recorded_on TEXT,
        current_version INTEGER NOT NULL DEFAULT 1 CHECK (current_version >= 1),
        rev INTEGER NOT NULL DEFAULT 0, n_turns INTEGER NOT NULL, n_cues INTEGER NOT NULL,
        segmenter TEXT NOT NULL, {_MADE}) STRICT""",
    "CREATE INDEX source_bytes ON source(bytes_sha256)",
    f"""CREATE TABLE text_version (
        source_id INTEGER NOT NULL REFERENCES source(id), version INTEGER NOT NULL CHECK (version >= 1),
        text TEXT NOT NULL, sha256 TEXT NOT NULL, n_chars INTEGER NOT NULL CHECK (n_chars = length(text)),
        word_starts BLOB NOT NULL, {_MADE},
        PRIMARY KEY (source_id, version)) STRICT""",
    """CREATE TABLE speaker (
        id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source(id), label TEXT NOT NULL,
        is_interviewer INTEGER NOT NULL CHECK (is_interviewer IN (0, 1)),
        participant_id INTEGER REFERENCES participant(id), UNIQUE (source_id, label)) STRICT""",
    "CREATE INDEX speaker_participant ON speaker(participant_id)",
    """CREATE TABLE segment (
        id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source(id), version INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('turn', 'sentence', 'answer')), position INTEGER NOT NULL,
        turn INTEGER NOT NULL, start_char INTEGER NOT NULL CHECK (start_char >= 0),
        end_char INTEGER NOT NULL CHECK (end_char >= start_char),
        speaker_id INTEGER NOT NULL REFERENCES speaker(id), n_words INTEGER NOT NULL,
        start_ms INTEGER, end_ms INTEGER,
        UNIQUE (source_id, version, kind, position),
        FOREIGN KEY (source_id, version) REFERENCES text_version(source_id, version)) STRICT""",
    "CREATE INDEX segment_kind ON segment(kind, source_id, version, start_char)",
    f"""CREATE TABLE source_set (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        {_MADE}) STRICT""",
    """CREATE TABLE source_set_member (
        set_id INTEGER NOT NULL REFERENCES source_set(id) ON DELETE CASCADE,
        source_id INTEGER NOT NULL REFERENCES source(id), PRIMARY KEY (set_id, source_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE reading (
        source_id INTEGER NOT NULL REFERENCES source(id), coder_id INTEGER NOT NULL REFERENCES coder(id),
        state TEXT NOT NULL DEFAULT 'reading' CHECK (state IN ('reading', 'read')),
        turn INTEGER NOT NULL DEFAULT 0, changed_at TEXT NOT NULL,
        PRIMARY KEY (source_id, coder_id)) STRICT, WITHOUT ROWID""",
)

_CODES = (
    f"""CREATE TABLE code (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, short_id TEXT NOT NULL DEFAULT '',
        name TEXT NOT NULL CHECK (trim(name) <> ''), parent_id INTEGER REFERENCES code(id),
        is_codable INTEGER NOT NULL DEFAULT 1 CHECK (is_codable IN (0, 1)),
        definition TEXT NOT NULL DEFAULT '', apply_when TEXT NOT NULL DEFAULT '',
        do_not_apply_when TEXT NOT NULL DEFAULT '', example TEXT NOT NULL DEFAULT '',
        citation TEXT NOT NULL DEFAULT '', colour TEXT NOT NULL DEFAULT '#7f7f7f'
            CHECK (colour GLOB '#[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]'),
        is_restricted INTEGER NOT NULL DEFAULT 0 CHECK (is_restricted IN (0, 1)),
        position INTEGER NOT NULL DEFAULT 0, removed_at TEXT, {_MADE}) STRICT""",
    """CREATE UNIQUE INDEX code_short_id ON code(short_id) WHERE short_id <> '' AND removed_at IS NULL""",
    f"""CREATE TABLE codebook_version (
        version INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, content TEXT NOT NULL, note TEXT NOT NULL, {_MADE}) STRICT""",
    """CREATE TABLE favourite (
        coder_id INTEGER NOT NULL REFERENCES coder(id), slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 9),
        code_id INTEGER NOT NULL REFERENCES code(id), PRIMARY KEY (coder_id, slot)) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE run (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, parameters TEXT NOT NULL,
        seed INTEGER, libraries TEXT NOT NULL, finished_at TEXT, note TEXT NOT NULL DEFAULT '', {_MADE}) STRICT""",
    """CREATE TABLE suggestion (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, run_id INTEGER NOT NULL REFERENCES run(id),
        source_id INTEGER NOT NULL, version INTEGER NOT NULL,
        start_char INTEGER NOT NULL CHECK (start_char >= 0), end_char INTEGER NOT NULL, quote TEXT NOT NULL,
        code_id INTEGER NOT NULL REFERENCES code(id), score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
        reason TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'open'
            CHECK (status IN ('open', 'accepted', 'rejected', 'edited', 'superseded')),
        decided_by INTEGER REFERENCES coder(id), decided_at TEXT,
        CHECK (end_char > start_char), CHECK (length(quote) = end_char - start_char),
        FOREIGN KEY (source_id, version) REFERENCES text_version(source_id, version)) STRICT""",
    "CREATE INDEX suggestion_source ON suggestion(source_id, status)",
    f"""CREATE TABLE coding (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, source_id INTEGER NOT NULL, version INTEGER NOT NULL,
        start_char INTEGER NOT NULL CHECK (start_char >= 0), end_char INTEGER NOT NULL, quote TEXT NOT NULL,
        code_id INTEGER NOT NULL REFERENCES code(id), coder_id INTEGER NOT NULL REFERENCES coder(id),
        origin TEXT NOT NULL CHECK (origin IN ('typed', 'accepted', 'edited', 'imported')),
        suggestion_id INTEGER REFERENCES suggestion(id),
        codebook_version INTEGER NOT NULL REFERENCES codebook_version(version),
        stance TEXT CHECK (stance IN ('affirms', 'denies', 'mixed')),
        valence TEXT CHECK (valence IN ('positive', 'negative', 'neutral')),
        basis TEXT CHECK (basis IN ('own', 'reported')),
        level TEXT CHECK (level IN ('pupil', 'class', 'base', 'school', 'la', 'nation')),
        removed_at TEXT, removed_by TEXT, rev INTEGER NOT NULL DEFAULT 0, {_MADE},
        CHECK (end_char > start_char), CHECK (length(quote) = end_char - start_char),
        FOREIGN KEY (source_id, version) REFERENCES text_version(source_id, version)) STRICT""",
    """CREATE UNIQUE INDEX coding_once ON coding(source_id, version, start_char, end_char, code_id, coder_id)
        WHERE removed_at IS NULL""",
    "CREATE INDEX coding_rev ON coding(source_id, rev)",
    "CREATE INDEX coding_code ON coding(code_id) WHERE removed_at IS NULL",
    f"""CREATE TABLE memo (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE,
        target_kind TEXT NOT NULL CHECK (target_kind IN ('study', 'source', 'code', 'coding', 'case')),
        target_guid TEXT NOT NULL, text TEXT NOT NULL, coder_id INTEGER NOT NULL REFERENCES coder(id),
        changed_at TEXT NOT NULL, removed_at TEXT, {_MADE}) STRICT""",
    "CREATE INDEX memo_target ON memo(target_kind, target_guid)",
    f"""CREATE TABLE asked (
        source_id INTEGER NOT NULL REFERENCES source(id), code_id INTEGER NOT NULL REFERENCES code(id),
        asked TEXT NOT NULL CHECK (asked IN ('yes', 'no', 'unclear')), {_MADE},
        PRIMARY KEY (source_id, code_id)) STRICT, WITHOUT ROWID""",
)

_MACHINE = (
    """CREATE TABLE embedding (
        text_sha256 TEXT NOT NULL, model_digest TEXT NOT NULL, backend TEXT NOT NULL, vector BLOB NOT NULL,
        PRIMARY KEY (text_sha256, model_digest, backend)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE topic (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, run_id INTEGER NOT NULL REFERENCES run(id),
        number INTEGER NOT NULL, words TEXT NOT NULL, size INTEGER NOT NULL, stability REAL,
        label TEXT NOT NULL DEFAULT '', code_id INTEGER REFERENCES code(id),
        UNIQUE (run_id, number)) STRICT""",
    """CREATE TABLE topic_member (
        topic_id INTEGER NOT NULL REFERENCES topic(id), segment_id INTEGER NOT NULL REFERENCES segment(id),
        is_representative INTEGER NOT NULL CHECK (is_representative IN (0, 1)),
        is_weak INTEGER NOT NULL CHECK (is_weak IN (0, 1)),
        PRIMARY KEY (topic_id, segment_id)) STRICT, WITHOUT ROWID""",
)

_NUMBERS = (
    f"""CREATE TABLE survey (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, encoding TEXT NOT NULL,
        bytes_sha256 TEXT NOT NULL, weight_column TEXT, stratum_column TEXT, psu_column TEXT,
        frame TEXT NOT NULL DEFAULT 'self_selected'
            CHECK (frame IN ('probability', 'self_selected', 'purposive')), {_MADE}) STRICT""",
    """CREATE TABLE question (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, survey_id INTEGER NOT NULL REFERENCES survey(id),
        name TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('text', 'single', 'multi', 'likert', 'number')),
        option_group TEXT NOT NULL DEFAULT '', position INTEGER NOT NULL, UNIQUE (survey_id, name)) STRICT""",
    """CREATE TABLE respondent (
        id INTEGER PRIMARY KEY, survey_id INTEGER NOT NULL REFERENCES survey(id), respondent_id TEXT NOT NULL,
        weight REAL CHECK (weight >= 0), stratum TEXT, psu TEXT,
        participant_id INTEGER NOT NULL REFERENCES participant(id), UNIQUE (survey_id, respondent_id)) STRICT""",
    """CREATE TABLE answer (
        respondent_id INTEGER NOT NULL REFERENCES respondent(id), question_id INTEGER NOT NULL REFERENCES question(id),
        value TEXT, source_id INTEGER REFERENCES source(id),
        PRIMARY KEY (respondent_id, question_id)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX answer_source ON answer(source_id) WHERE source_id IS NOT NULL",
    f"""CREATE TABLE indicator_file (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, dataset TEXT NOT NULL, year TEXT,
        encoding TEXT NOT NULL, bytes_sha256 TEXT NOT NULL UNIQUE, is_national INTEGER NOT NULL,
        licence TEXT NOT NULL DEFAULT 'OGL3'
            CHECK (licence IN ('OGL3', 'NPD_SRS', 'school_supplied', 'unknown')),
        report TEXT NOT NULL, superseded_by INTEGER REFERENCES indicator_file(id), {_MADE}) STRICT""",
    """CREATE TABLE indicator_name (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT""",
    """CREATE TABLE indicator_value (
        file_id INTEGER NOT NULL REFERENCES indicator_file(id), name_id INTEGER NOT NULL REFERENCES indicator_name(id),
        urn TEXT NOT NULL, la_code TEXT, value REAL, status TEXT NOT NULL, raw TEXT NOT NULL,
        CHECK ((value IS NOT NULL) = (status IN ('numeric', 'zero'))),
        PRIMARY KEY (file_id, name_id, urn)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX indicator_value_urn ON indicator_value(urn)",
)

_LOG = (
    """CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, by TEXT NOT NULL, kind TEXT NOT NULL,
        target_kind TEXT NOT NULL, target_guid TEXT NOT NULL, before TEXT, after TEXT,
        undoes INTEGER REFERENCES event(id)) STRICT""",
    "CREATE INDEX event_target ON event(target_guid)",
    "CREATE INDEX event_by ON event(by, id)",
    """CREATE TABLE operation (
        op_id TEXT PRIMARY KEY, coder_id INTEGER NOT NULL REFERENCES coder(id), at TEXT NOT NULL,
        result TEXT NOT NULL) STRICT, WITHOUT ROWID""",
)


def _quote_trigger(table: str, when: str, columns: str = "") -> str:
    return f"""CREATE TRIGGER {table}_quote_{when.lower()} BEFORE {when} {columns} ON {table}
        WHEN NEW.quote IS NOT (SELECT substr(text, NEW.start_char + 1, NEW.end_char - NEW.start_char)
            FROM text_version WHERE source_id = NEW.source_id AND version = NEW.version)
        BEGIN SELECT RAISE(ABORT, 'the quote is not the text at its offsets'); END"""


_ANCHOR = "OF source_id, version, start_char, end_char, quote"
TRIGGERS = (
    """CREATE TRIGGER text_version_immutable BEFORE UPDATE ON text_version
        BEGIN SELECT RAISE(ABORT, 'a text version never changes'); END""",
    """CREATE TRIGGER text_version_kept BEFORE DELETE ON text_version
        BEGIN SELECT RAISE(ABORT, 'a text version is never deleted'); END""",
    _quote_trigger("coding", "INSERT"),
    _quote_trigger("coding", "UPDATE", _ANCHOR),
    _quote_trigger("suggestion", "INSERT"),
    _quote_trigger("suggestion", "UPDATE", _ANCHOR),
    """CREATE TRIGGER coding_kept BEFORE DELETE ON coding
        BEGIN SELECT RAISE(ABORT, 'a coding is marked removed, never deleted'); END""",
    """CREATE TRIGGER event_immutable BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the event log only grows'); END""",
    """CREATE TRIGGER event_kept BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'the event log only grows'); END""",
    """CREATE TRIGGER coding_codable BEFORE INSERT ON coding
        WHEN (SELECT is_codable FROM code WHERE id = NEW.code_id) <> 1
        BEGIN SELECT RAISE(ABORT, 'a heading cannot be applied'); END""",
    """CREATE TRIGGER coding_by_person BEFORE INSERT ON coding
        WHEN (SELECT kind FROM coder WHERE id = NEW.coder_id) <> 'person'
        BEGIN SELECT RAISE(ABORT, 'a machine suggests; a person codes'); END""",
)


@migrations(name="001_first")
def first(db: Database) -> None:
    """Everything of version 0.1."""
    for statement in (*_PEOPLE, *_SOURCES, *_CODES, *_MACHINE, *_NUMBERS, *_LOG, *TRIGGERS):
        db.conn.execute(statement)


# What belongs to one coder alone: the acts they can undo, the turns in which they found nothing to
# code, and their keys. An act holds one operation that undoes it and one that does it again, as the
# coding panel sends them; ``rev`` rises with every change, so that another tab can ask for the rest.
_PANEL = (
    """CREATE TABLE coder_act (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, source_id INTEGER NOT NULL REFERENCES source(id),
        coder_id INTEGER NOT NULL REFERENCES coder(id), name TEXT NOT NULL CHECK (trim(name) <> ''),
        undo TEXT NOT NULL, redo TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'done' CHECK (state IN ('done', 'undone', 'dropped')),
        rev INTEGER NOT NULL, made_at TEXT NOT NULL) STRICT""",
    "CREATE INDEX coder_act_rev ON coder_act(source_id, coder_id, rev)",
    """CREATE TABLE turn_read (
        source_id INTEGER NOT NULL REFERENCES source(id), coder_id INTEGER NOT NULL REFERENCES coder(id),
        position INTEGER NOT NULL CHECK (position >= 0), made_at TEXT NOT NULL,
        PRIMARY KEY (source_id, coder_id, position)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE coder_key (
        coder_id INTEGER NOT NULL REFERENCES coder(id), action TEXT NOT NULL CHECK (trim(action) <> ''),
        key TEXT NOT NULL CHECK (length(key) = 1), PRIMARY KEY (coder_id, action)) STRICT, WITHOUT ROWID""",
)


@migrations(name="002_coders_own")
def coders_own(db: Database) -> None:
    """Acts to undo, turns read, and keys: what a coder has for themselves."""
    for statement in _PANEL:
        db.conn.execute(statement)
