PRAGMA application_id=1364479820;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'qualtool','001_first','2026-11-25 19:01:57.515900+00:00');
CREATE TABLE answer (
        respondent_id INTEGER NOT NULL REFERENCES respondent(id), question_id INTEGER NOT NULL REFERENCES question(id),
        value TEXT, source_id INTEGER REFERENCES source(id),
        PRIMARY KEY (respondent_id, question_id)) STRICT, WITHOUT ROWID;
INSERT INTO "answer" VALUES(1,1,'3',NULL);
INSERT INTO "answer" VALUES(1,2,'The base has made all the difference to my son.',7);
INSERT INTO "answer" VALUES(2,1,'5',NULL);
INSERT INTO "answer" VALUES(2,2,NULL,NULL);
INSERT INTO "answer" VALUES(3,1,'2',NULL);
INSERT INTO "answer" VALUES(3,2,'I have not had an evening without paperwork since September.',8);
INSERT INTO "answer" VALUES(4,1,'4',NULL);
INSERT INTO "answer" VALUES(4,2,'Nobody rings back when you ask about support.',9);
INSERT INTO "answer" VALUES(5,1,'1',NULL);
INSERT INTO "answer" VALUES(5,2,'We moved here because a friend said they were kind.',10);
INSERT INTO "answer" VALUES(6,1,'3',NULL);
INSERT INTO "answer" VALUES(6,2,'The class is too loud for her and the quiet room is always taken.',11);
INSERT INTO "answer" VALUES(7,1,'5',NULL);
INSERT INTO "answer" VALUES(7,2,'He has one adult for the whole week and is happy.',12);
INSERT INTO "answer" VALUES(8,1,'2',NULL);
INSERT INTO "answer" VALUES(8,2,'We waited eleven months for a plan.',13);
INSERT INTO "answer" VALUES(9,1,'4',NULL);
INSERT INTO "answer" VALUES(9,2,'The SENCO listens, which is more than the last school did.',14);
INSERT INTO "answer" VALUES(10,1,'1',NULL);
INSERT INTO "answer" VALUES(10,2,'My daughter likes her teacher.',15);
INSERT INTO "answer" VALUES(11,1,'3',NULL);
INSERT INTO "answer" VALUES(11,2,'They told us to look at another school before we had sat down.',16);
INSERT INTO "answer" VALUES(12,1,'5',NULL);
INSERT INTO "answer" VALUES(12,2,'Funding was cut and so were his hours.',17);
INSERT INTO "answer" VALUES(13,1,'2',NULL);
INSERT INTO "answer" VALUES(13,2,NULL,NULL);
INSERT INTO "answer" VALUES(14,1,'4',NULL);
INSERT INTO "answer" VALUES(14,2,'The forms are longer every year.',18);
CREATE TABLE asked (
        source_id INTEGER NOT NULL REFERENCES source(id), code_id INTEGER NOT NULL REFERENCES code(id),
        asked TEXT NOT NULL CHECK (asked IN ('yes', 'no', 'unclear')), made_by TEXT NOT NULL, made_at TEXT NOT NULL,
        PRIMARY KEY (source_id, code_id)) STRICT, WITHOUT ROWID;
INSERT INTO "asked" VALUES(1,2,'yes','Ada','2026-11-25T19:01:59.108+00:00');
INSERT INTO "asked" VALUES(2,2,'yes','Ada','2026-11-25T19:01:59.108+00:00');
INSERT INTO "asked" VALUES(3,2,'yes','Ada','2026-11-25T19:01:59.108+00:00');
INSERT INTO "asked" VALUES(4,2,'yes','Ada','2026-11-25T19:01:59.108+00:00');
INSERT INTO "asked" VALUES(5,2,'yes','Ada','2026-11-25T19:01:59.108+00:00');
INSERT INTO "asked" VALUES(6,2,'yes','Ada','2026-11-25T19:01:59.108+00:00');
CREATE TABLE code (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, short_id TEXT NOT NULL DEFAULT '',
        name TEXT NOT NULL CHECK (trim(name) <> ''), parent_id INTEGER REFERENCES code(id),
        is_codable INTEGER NOT NULL DEFAULT 1 CHECK (is_codable IN (0, 1)),
        definition TEXT NOT NULL DEFAULT '', apply_when TEXT NOT NULL DEFAULT '',
        do_not_apply_when TEXT NOT NULL DEFAULT '', example TEXT NOT NULL DEFAULT '',
        citation TEXT NOT NULL DEFAULT '', colour TEXT NOT NULL DEFAULT '#7f7f7f'
            CHECK (colour GLOB '#[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]'),
        is_restricted INTEGER NOT NULL DEFAULT 0 CHECK (is_restricted IN (0, 1)),
        position INTEGER NOT NULL DEFAULT 0, removed_at TEXT, made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
INSERT INTO "code" VALUES(1,'c286c515-9958-59c5-b4f8-5e049cbdeff3','','Steering',NULL,0,'','','','','','#0069b4',0,0,NULL,'Ada','2026-11-25T19:01:57.562+00:00');
INSERT INTO "code" VALUES(2,'a0a2264a-348b-5883-9bcf-244cddf5356b','MAGNET','Magnet reputation',1,1,'Families seek out the school, or move to be near it, because of its support.','','','They moved house to get their son in here.','','#0069b4',0,1,NULL,'Ada','2026-11-25T19:01:57.562+00:00');
INSERT INTO "code" VALUES(3,'924a4434-e492-5142-bcab-4b823dc20f8b','PUSH','Sent elsewhere',1,1,'A family is told that another school would suit their child better.','','','She said the school down the road had more experience.','','#0069b4',0,2,NULL,'Ada','2026-11-25T19:01:57.562+00:00');
INSERT INTO "code" VALUES(4,'cbaf80b8-3eb3-5fbc-b02f-13ecb0574250','','Work',NULL,0,'','','','','','#ff5a00',0,3,NULL,'Ada','2026-11-25T19:01:57.562+00:00');
INSERT INTO "code" VALUES(5,'6a6719ea-760c-504f-b1de-ba8a68129b9c','WORKLOAD','Workload',4,1,'Meetings, paperwork and planning that support for pupils brings to staff.','','','The forms take up my Sundays.','','#ff5a00',0,4,NULL,'Ada','2026-11-25T19:01:57.562+00:00');
CREATE TABLE codebook_version (
        version INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, content TEXT NOT NULL, note TEXT NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
INSERT INTO "codebook_version" VALUES(1,'6ee0c921274d5cba1b8b97abe6eb82fda25610bce7f2f5b019a723c38d151b1a','{"codes": [{"apply_when": "", "citation": "", "colour": "#0069b4", "definition": "", "do_not_apply_when": "", "example": "", "guid": "c286c515-9958-59c5-b4f8-5e049cbdeff3", "is_codable": false, "is_restricted": false, "name": "Steering", "parent": null, "short_id": ""}, {"apply_when": "", "citation": "", "colour": "#0069b4", "definition": "Families seek out the school, or move to be near it, because of its support.", "do_not_apply_when": "", "example": "They moved house to get their son in here.", "guid": "a0a2264a-348b-5883-9bcf-244cddf5356b", "is_codable": true, "is_restricted": false, "name": "Magnet reputation", "parent": "c286c515-9958-59c5-b4f8-5e049cbdeff3", "short_id": "MAGNET"}, {"apply_when": "", "citation": "", "colour": "#0069b4", "definition": "A family is told that another school would suit their child better.", "do_not_apply_when": "", "example": "She said the school down the road had more experience.", "guid": "924a4434-e492-5142-bcab-4b823dc20f8b", "is_codable": true, "is_restricted": false, "name": "Sent elsewhere", "parent": "c286c515-9958-59c5-b4f8-5e049cbdeff3", "short_id": "PUSH"}, {"apply_when": "", "citation": "", "colour": "#ff5a00", "definition": "", "do_not_apply_when": "", "example": "", "guid": "cbaf80b8-3eb3-5fbc-b02f-13ecb0574250", "is_codable": false, "is_restricted": false, "name": "Work", "parent": null, "short_id": ""}, {"apply_when": "", "citation": "", "colour": "#ff5a00", "definition": "Meetings, paperwork and planning that support for pupils brings to staff.", "do_not_apply_when": "", "example": "The forms take up my Sundays.", "guid": "6a6719ea-760c-504f-b1de-ba8a68129b9c", "is_codable": true, "is_restricted": false, "name": "Workload", "parent": "cbaf80b8-3eb3-5fbc-b02f-13ecb0574250", "short_id": "WORKLOAD"}], "title": "Codes of the examples"}','imported from codes.yaml','Ada','2026-11-25T19:01:57.562+00:00');
CREATE TABLE coder (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        kind TEXT NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'suggester')), made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
INSERT INTO "coder" VALUES(1,'34c5fa4b-c663-4d72-8bfa-9e56942d4aba','amira','person','Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coder" VALUES(2,'9fa984a5-a868-4810-b7f1-99463627f58b','tom','person','Ada','2026-11-25T19:01:59.083+00:00');
CREATE TABLE coding (
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
        removed_at TEXT, removed_by TEXT, rev INTEGER NOT NULL DEFAULT 0, made_by TEXT NOT NULL, made_at TEXT NOT NULL,
        CHECK (end_char > start_char), CHECK (length(quote) = end_char - start_char),
        FOREIGN KEY (source_id, version) REFERENCES text_version(source_id, version)) STRICT;
INSERT INTO "coding" VALUES(1,'3ed429b2-f47c-4490-a957-26549412d61a',1,1,66,138,'Three families have moved into our streets this year for the base alone.',2,1,'imported',NULL,1,'affirms',NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coding" VALUES(2,'f8881a67-a69b-423b-9884-5169e21edc1c',1,1,256,322,'every plan means another meeting and the meetings are after school',5,1,'imported',NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coding" VALUES(3,'e7892e21-6f79-4a01-a2cc-f03b7ef5122b',1,1,139,171,'The estate agent mentions us now',2,2,'imported',NULL,1,'affirms',NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coding" VALUES(4,'9b4eb231-ae30-41c1-891c-2b8999497167',2,1,115,160,'One mother drove forty minutes to look round.',2,1,'imported',NULL,1,'affirms',NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coding" VALUES(5,'bcd1da88-26fa-4424-ab1c-3a7846a86705',3,1,113,143,'they come from across the town',2,1,'imported',NULL,1,'affirms',NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coding" VALUES(6,'73834b5c-98d4-4560-806f-e41be0ceeca3',3,1,235,267,'The paperwork eats the evenings.',5,1,'imported',NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coding" VALUES(7,'8aedbd74-d499-45c5-bc44-11f8780ff8a9',4,1,64,100,'I do not think anybody moves for us.',2,1,'imported',NULL,1,'denies',NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coding" VALUES(8,'0051de23-c07d-4150-a076-5c2f8995bce7',4,1,196,240,'the school down the road has more experience',3,1,'imported',NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coding" VALUES(9,'0bc6dbc4-887d-47c3-bb39-cc7bef9db656',5,1,77,105,'We are not known for support',2,1,'imported',NULL,1,'denies',NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coding" VALUES(10,'2236a51d-d51f-45b5-8a43-a63f57d3f0f8',8,1,0,60,'I have not had an evening without paperwork since September.',5,1,'imported',NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
INSERT INTO "coding" VALUES(11,'42b6c610-b17a-4b04-ab75-4c1bfe78bea2',10,1,0,51,'We moved here because a friend said they were kind.',2,1,'imported',NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,1,'Ada','2026-11-25T19:01:59.083+00:00');
CREATE TABLE embedding (
        text_sha256 TEXT NOT NULL, model_digest TEXT NOT NULL, backend TEXT NOT NULL, vector BLOB NOT NULL,
        PRIMARY KEY (text_sha256, model_digest, backend)) STRICT, WITHOUT ROWID;
CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, by TEXT NOT NULL, kind TEXT NOT NULL,
        target_kind TEXT NOT NULL, target_guid TEXT NOT NULL, before TEXT, after TEXT,
        undoes INTEGER REFERENCES event(id)) STRICT;
INSERT INTO "event" VALUES(1,'2026-11-25T19:01:57.562+00:00','Ada','codebook_saved','codebook','1',NULL,'{"n_codes": 5, "note": "imported from codes.yaml", "sha256": "6ee0c921274d5cba1b8b97abe6eb82fda25610bce7f2f5b019a723c38d151b1a"}',NULL);
INSERT INTO "event" VALUES(2,'2026-11-25T19:01:57.577+00:00','Ada','case_added','case','b6089fea-51c9-44e2-96bf-edc6094d3116',NULL,'{"kind": "school", "name": "Ashgrove Primary", "urn": "900101"}',NULL);
INSERT INTO "event" VALUES(3,'2026-11-25T19:01:57.577+00:00','Ada','source_imported','source','6b32143d-ba26-4d65-a54d-45e29d0c3558',NULL,'{"n_chars": 324, "name": "ashgrove.txt", "sha256": "c13fee5b659badc778970cc04732680ec98b297487edd3d12f73d039e7828d4d"}',NULL);
INSERT INTO "event" VALUES(4,'2026-11-25T19:01:57.577+00:00','Ada','case_added','case','b31586f4-e387-4ff8-82d7-0534536aaefe',NULL,'{"kind": "school", "name": "Beckside Primary", "urn": "900102"}',NULL);
INSERT INTO "event" VALUES(5,'2026-11-25T19:01:57.577+00:00','Ada','source_imported','source','9df4c7e7-95cd-439e-9e54-e83587150234',NULL,'{"n_chars": 249, "name": "beckside.txt", "sha256": "b89cb7b4b93c4e19b3b8c4a306effc76d390132eecdae437ef374857bcb9f401"}',NULL);
INSERT INTO "event" VALUES(6,'2026-11-25T19:01:57.577+00:00','Ada','case_added','case','17cbccad-b72f-40cc-be06-e948876f266c',NULL,'{"kind": "school", "name": "Coldharbour School", "urn": "900103"}',NULL);
INSERT INTO "event" VALUES(7,'2026-11-25T19:01:57.577+00:00','Ada','source_imported','source','cf340f35-0bd5-400b-b55b-4409767d832f',NULL,'{"n_chars": 268, "name": "coldharbour.txt", "sha256": "f3a4fa804adfe1a4f2cbdecf89eaa6265d824d93968b10058942a6d9fc8bbf01"}',NULL);
INSERT INTO "event" VALUES(8,'2026-11-25T19:01:57.577+00:00','Ada','case_added','case','0a021eb8-2eae-4b17-bce5-0a0ea5a9d691',NULL,'{"kind": "school", "name": "Dunnock Lane Primary", "urn": "900104"}',NULL);
INSERT INTO "event" VALUES(9,'2026-11-25T19:01:57.577+00:00','Ada','source_imported','source','ba548a05-07d9-4508-9a16-286ddb5a8dad',NULL,'{"n_chars": 242, "name": "dunnock.txt", "sha256": "c3861cfcb2b7ba5441733b792798983e846a4db1ef92f6c3e70aa5fb83fc5ebc"}',NULL);
INSERT INTO "event" VALUES(10,'2026-11-25T19:01:57.577+00:00','Ada','case_added','case','8cea6216-9e1a-4250-9fc1-b5febb29f12d',NULL,'{"kind": "school", "name": "Elmfield Primary", "urn": "900105"}',NULL);
INSERT INTO "event" VALUES(11,'2026-11-25T19:01:57.577+00:00','Ada','source_imported','source','e780fa4f-c523-41a3-8059-d06d5d1c8dc1',NULL,'{"n_chars": 219, "name": "elmfield.txt", "sha256": "177002f1267a4b4c341d1f2d31b1880e8ea495ea2f375a58a204fa2ea165c4bf"}',NULL);
INSERT INTO "event" VALUES(12,'2026-11-25T19:01:57.577+00:00','Ada','case_added','case','7a90bb60-9044-4f5a-82b7-9f66acd14450',NULL,'{"kind": "school", "name": "Ferry Hill Primary", "urn": "900106"}',NULL);
INSERT INTO "event" VALUES(13,'2026-11-25T19:01:57.577+00:00','Ada','source_imported','source','1874998d-4cfd-4732-b520-71b393eaa277',NULL,'{"n_chars": 200, "name": "ferryhill.txt", "sha256": "4c7ac03a9d2472751b7690add231995ef4244bc88ae50d1385ec039c1824e6be"}',NULL);
INSERT INTO "event" VALUES(14,'2026-11-25T19:01:59.055+00:00','Ada','survey_imported','survey','31f399b5-a9c4-41b5-8161-aff460b2ea3e',NULL,'{"n_answers": 12, "n_respondents": 14, "name": "survey.csv"}',NULL);
INSERT INTO "event" VALUES(15,'2026-11-25T19:01:59.083+00:00','Ada','coder_added','coder','34c5fa4b-c663-4d72-8bfa-9e56942d4aba',NULL,'{"name": "amira"}',NULL);
INSERT INTO "event" VALUES(16,'2026-11-25T19:01:59.083+00:00','Ada','coder_added','coder','9fa984a5-a868-4810-b7f1-99463627f58b',NULL,'{"name": "tom"}',NULL);
INSERT INTO "event" VALUES(17,'2026-11-25T19:01:59.083+00:00','Ada','codings_imported','study','study',NULL,'{"file": "codings.csv", "n_codings": 11, "n_skipped": 0}',NULL);
INSERT INTO "event" VALUES(18,'2026-11-25T19:01:59.083+00:00','Ada','sources_marked_read','study','study',NULL,'{"file": "read.csv", "n": 1}',NULL);
INSERT INTO "event" VALUES(19,'2026-11-25T19:01:59.108+00:00','Ada','asked_imported','study','study',NULL,'{"file": "asked.csv", "n": 6}',NULL);
INSERT INTO "event" VALUES(20,'2026-11-25T19:01:59.129+00:00','Ada','indicators_imported','indicator_file','73d4866a-5355-4e94-a638-7802d2da170b',NULL,'{"dataset": "cscp_census", "n_values": 156, "name": "2024-2025_england_census.csv", "year": "2024/25"}',NULL);
CREATE TABLE favourite (
        coder_id INTEGER NOT NULL REFERENCES coder(id), slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 9),
        code_id INTEGER NOT NULL REFERENCES code(id), PRIMARY KEY (coder_id, slot)) STRICT, WITHOUT ROWID;
CREATE TABLE indicator_file (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, dataset TEXT NOT NULL, year TEXT,
        encoding TEXT NOT NULL, bytes_sha256 TEXT NOT NULL UNIQUE, is_national INTEGER NOT NULL,
        licence TEXT NOT NULL DEFAULT 'OGL3'
            CHECK (licence IN ('OGL3', 'NPD_SRS', 'school_supplied', 'unknown')),
        report TEXT NOT NULL, superseded_by INTEGER REFERENCES indicator_file(id), made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
INSERT INTO "indicator_file" VALUES(1,'73d4866a-5355-4e94-a638-7802d2da170b','2024-2025_england_census.csv','cscp_census','2024/25','utf-8','a2baff94de887db2e7cb5c36f587e5c6a02bc561cc4190042159385e48285a00',1,'OGL3','{"file": "2024-2025_england_census.csv", "dataset": "cscp_census", "year": "2024/25", "encoding": "utf-8", "n_rows": 13, "n_schools": 12, "n_aggregate_rows": 1, "n_blank_rows": 0, "status_counts": {"school_type": {"text": 12}, "establishment_number": {"text": 12}, "roll": {"numeric": 12}, "roll_girls": {"numeric": 12}, "roll_boys": {"numeric": 12}, "ehcp_count": {"numeric": 12}, "sen_support_count": {"numeric": 12}, "eal_count": {"numeric": 12}, "english_first_language_count": {"numeric": 12}, "first_language_unclassified_count": {"numeric": 12}, "fsm_count": {"numeric": 12}, "fsm6_count": {"numeric": 12}, "fsm6_base": {"numeric": 12}}, "checksums": [{"where": "national primary", "level": "national", "name": "roll", "published": 3600.0, "summed": 3600.0, "agrees": true}, {"where": "national primary", "level": "national", "name": "ehcp_count", "published": 130.0, "summed": 130.0, "agrees": true}, {"where": "national primary", "level": "national", "name": "sen_support_count", "published": 480.0, "summed": 480.0, "agrees": true}], "unknown_tokens": {}, "is_national": true, "aggregates": [{"level": "national", "phase": "primary", "la_code": null, "name": "school_type", "value": null, "status": "text", "raw": "State-funded primary"}, {"level": "national", "phase": "primary", "la_code": null, "name": "establishment_number", "value": null, "status": "text", "raw": "PRI"}, {"level": "national", "phase": "primary", "la_code": null, "name": "roll", "value": 3600.0, "status": "numeric", "raw": "3600"}, {"level": "national", "phase": "primary", "la_code": null, "name": "roll_girls", "value": 1800.0, "status": "numeric", "raw": "1800"}, {"level": "national", "phase": "primary", "la_code": null, "name": "roll_boys", "value": 1800.0, "status": "numeric", "raw": "1800"}, {"level": "national", "phase": "primary", "la_code": null, "name": "ehcp_count", "value": 130.0, "status": "numeric", "raw": "130"}, {"level": "national", "phase": "primary", "la_code": null, "name": "sen_support_count", "value": 480.0, "status": "numeric", "raw": "480"}, {"level": "national", "phase": "primary", "la_code": null, "name": "eal_count", "value": 360.0, "status": "numeric", "raw": "360"}, {"level": "national", "phase": "primary", "la_code": null, "name": "english_first_language_count", "value": 3216.0, "status": "numeric", "raw": "3216"}, {"level": "national", "phase": "primary", "la_code": null, "name": "first_language_unclassified_count", "value": 24.0, "status": "numeric", "raw": "24"}, {"level": "national", "phase": "primary", "la_code": null, "name": "fsm_count", "value": 720.0, "status": "numeric", "raw": "720"}, {"level": "national", "phase": "primary", "la_code": null, "name": "fsm6_count", "value": 840.0, "status": "numeric", "raw": "840"}, {"level": "national", "phase": "primary", "la_code": null, "name": "fsm6_base", "value": 3120.0, "status": "numeric", "raw": "3120"}]}',NULL,'Ada','2026-11-25T19:01:59.129+00:00');
CREATE TABLE indicator_name (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO "indicator_name" VALUES(1,'school_type');
INSERT INTO "indicator_name" VALUES(2,'establishment_number');
INSERT INTO "indicator_name" VALUES(3,'roll');
INSERT INTO "indicator_name" VALUES(4,'roll_girls');
INSERT INTO "indicator_name" VALUES(5,'roll_boys');
INSERT INTO "indicator_name" VALUES(6,'ehcp_count');
INSERT INTO "indicator_name" VALUES(7,'sen_support_count');
INSERT INTO "indicator_name" VALUES(8,'eal_count');
INSERT INTO "indicator_name" VALUES(9,'english_first_language_count');
INSERT INTO "indicator_name" VALUES(10,'first_language_unclassified_count');
INSERT INTO "indicator_name" VALUES(11,'fsm_count');
INSERT INTO "indicator_name" VALUES(12,'fsm6_count');
INSERT INTO "indicator_name" VALUES(13,'fsm6_base');
CREATE TABLE indicator_value (
        file_id INTEGER NOT NULL REFERENCES indicator_file(id), name_id INTEGER NOT NULL REFERENCES indicator_name(id),
        urn TEXT NOT NULL, la_code TEXT, value REAL, status TEXT NOT NULL, raw TEXT NOT NULL,
        CHECK ((value IS NOT NULL) = (status IN ('numeric', 'zero'))),
        PRIMARY KEY (file_id, name_id, urn)) STRICT, WITHOUT ROWID;
INSERT INTO "indicator_value" VALUES(1,1,'900101','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900102','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900103','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900104','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900105','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900106','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900107','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900108','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900109','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900110','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900111','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,1,'900112','991',NULL,'text','State-funded primary');
INSERT INTO "indicator_value" VALUES(1,2,'900101','991',NULL,'text','2001');
INSERT INTO "indicator_value" VALUES(1,2,'900102','991',NULL,'text','2002');
INSERT INTO "indicator_value" VALUES(1,2,'900103','991',NULL,'text','2003');
INSERT INTO "indicator_value" VALUES(1,2,'900104','991',NULL,'text','2004');
INSERT INTO "indicator_value" VALUES(1,2,'900105','991',NULL,'text','2005');
INSERT INTO "indicator_value" VALUES(1,2,'900106','991',NULL,'text','2006');
INSERT INTO "indicator_value" VALUES(1,2,'900107','991',NULL,'text','2007');
INSERT INTO "indicator_value" VALUES(1,2,'900108','991',NULL,'text','2008');
INSERT INTO "indicator_value" VALUES(1,2,'900109','991',NULL,'text','2009');
INSERT INTO "indicator_value" VALUES(1,2,'900110','991',NULL,'text','2010');
INSERT INTO "indicator_value" VALUES(1,2,'900111','991',NULL,'text','2011');
INSERT INTO "indicator_value" VALUES(1,2,'900112','991',NULL,'text','2012');
INSERT INTO "indicator_value" VALUES(1,3,'900101','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900102','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900103','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900104','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900105','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900106','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900107','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900108','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900109','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900110','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900111','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,3,'900112','991',300.0,'numeric','300');
INSERT INTO "indicator_value" VALUES(1,4,'900101','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900102','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900103','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900104','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900105','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900106','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900107','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900108','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900109','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900110','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900111','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,4,'900112','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900101','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900102','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900103','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900104','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900105','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900106','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900107','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900108','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900109','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900110','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900111','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,5,'900112','991',150.0,'numeric','150');
INSERT INTO "indicator_value" VALUES(1,6,'900101','991',31.0,'numeric','31');
INSERT INTO "indicator_value" VALUES(1,6,'900102','991',28.0,'numeric','28');
INSERT INTO "indicator_value" VALUES(1,6,'900103','991',26.0,'numeric','26');
INSERT INTO "indicator_value" VALUES(1,6,'900104','991',4.0,'numeric','4');
INSERT INTO "indicator_value" VALUES(1,6,'900105','991',3.0,'numeric','3');
INSERT INTO "indicator_value" VALUES(1,6,'900106','991',5.0,'numeric','5');
INSERT INTO "indicator_value" VALUES(1,6,'900107','991',6.0,'numeric','6');
INSERT INTO "indicator_value" VALUES(1,6,'900108','991',7.0,'numeric','7');
INSERT INTO "indicator_value" VALUES(1,6,'900109','991',5.0,'numeric','5');
INSERT INTO "indicator_value" VALUES(1,6,'900110','991',9.0,'numeric','9');
INSERT INTO "indicator_value" VALUES(1,6,'900111','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,6,'900112','991',4.0,'numeric','4');
INSERT INTO "indicator_value" VALUES(1,7,'900101','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900102','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900103','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900104','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900105','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900106','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900107','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900108','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900109','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900110','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900111','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,7,'900112','991',40.0,'numeric','40');
INSERT INTO "indicator_value" VALUES(1,8,'900101','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900102','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900103','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900104','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900105','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900106','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900107','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900108','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900109','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900110','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900111','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,8,'900112','991',30.0,'numeric','30');
INSERT INTO "indicator_value" VALUES(1,9,'900101','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900102','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900103','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900104','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900105','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900106','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900107','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900108','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900109','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900110','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900111','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,9,'900112','991',268.0,'numeric','268');
INSERT INTO "indicator_value" VALUES(1,10,'900101','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900102','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900103','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900104','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900105','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900106','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900107','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900108','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900109','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900110','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900111','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,10,'900112','991',2.0,'numeric','2');
INSERT INTO "indicator_value" VALUES(1,11,'900101','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900102','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900103','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900104','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900105','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900106','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900107','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900108','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900109','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900110','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900111','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,11,'900112','991',60.0,'numeric','60');
INSERT INTO "indicator_value" VALUES(1,12,'900101','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900102','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900103','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900104','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900105','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900106','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900107','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900108','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900109','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900110','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900111','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,12,'900112','991',70.0,'numeric','70');
INSERT INTO "indicator_value" VALUES(1,13,'900101','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900102','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900103','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900104','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900105','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900106','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900107','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900108','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900109','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900110','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900111','991',260.0,'numeric','260');
INSERT INTO "indicator_value" VALUES(1,13,'900112','991',260.0,'numeric','260');
CREATE TABLE memo (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE,
        target_kind TEXT NOT NULL CHECK (target_kind IN ('study', 'source', 'code', 'coding', 'case')),
        target_guid TEXT NOT NULL, text TEXT NOT NULL, coder_id INTEGER NOT NULL REFERENCES coder(id),
        changed_at TEXT NOT NULL, removed_at TEXT, made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
CREATE TABLE operation (
        op_id TEXT PRIMARY KEY, coder_id INTEGER NOT NULL REFERENCES coder(id), at TEXT NOT NULL,
        result TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE participant (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        role TEXT NOT NULL DEFAULT '', case_id INTEGER REFERENCES study_case(id),
        consent TEXT NOT NULL DEFAULT 'unknown'
            CHECK (consent IN ('yes', 'paraphrase', 'no', 'withdrawn', 'unknown')), made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
INSERT INTO "participant" VALUES(1,'bf049c97-795b-4282-82d5-fe11621e51a8','Ashgrove Primary head','Head',1,'yes','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "participant" VALUES(2,'fd795e08-e071-43d1-aceb-da7ac8e70b8c','Beckside Primary SENCO','SENCO',2,'yes','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "participant" VALUES(3,'e2c31185-ee55-4547-88e7-cd993587f36d','Coldharbour School teacher','Teacher',3,'yes','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "participant" VALUES(4,'9c65b4b7-8a98-47eb-b0ce-8a8410cbcba2','Dunnock Lane Primary head','Head',4,'yes','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "participant" VALUES(5,'de409921-53a0-49c9-8767-81e43e731e3d','Elmfield Primary SENCO','SENCO',5,'yes','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "participant" VALUES(6,'119258a5-4b0d-46a3-9fe2-eae00fbc3652','Ferry Hill Primary teacher','Teacher',6,'no','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "participant" VALUES(7,'7065c39b-d71d-4aef-afaa-638f4da25f51','survey.csv#1','Parent',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(8,'c540c36f-88cd-4fce-95dc-ab33d029ac15','survey.csv#2','Parent',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(9,'82406640-fe05-4dd2-808a-398c3663cddb','survey.csv#3','Teacher',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(10,'e26c7ee8-8579-4d28-95c7-b213675e38ea','survey.csv#4','Parent',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(11,'33e65896-49e2-450f-a3c1-ba175283c720','survey.csv#5','Parent',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(12,'5ebced7c-81d7-4e56-9bdf-023df6fab68f','survey.csv#6','Teacher',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(13,'af1bfe23-f71e-41b7-a585-4e46d1e4200a','survey.csv#7','Parent',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(14,'0fc64f63-da7a-4167-8a19-64426fa799a7','survey.csv#8','Parent',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(15,'687452e2-cdc7-466a-93fe-d6e16eddcba8','survey.csv#9','Teacher',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(16,'2e19ef53-43b1-4005-a259-898f44da4656','survey.csv#10','Parent',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(17,'0c7b0d7b-8265-424b-8d74-07b84997abc4','survey.csv#11','Parent',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(18,'1e183895-b5dc-4b11-9fd3-2424eb7bcf3c','survey.csv#12','Teacher',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(19,'fe4b42b4-2c61-41c2-b150-dcfbd96c4607','survey.csv#13','Parent',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "participant" VALUES(20,'9417eb68-0773-4483-9575-dad673547abe','survey.csv#14','Parent',NULL,'unknown','Ada','2026-11-25T19:01:59.055+00:00');
CREATE TABLE question (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, survey_id INTEGER NOT NULL REFERENCES survey(id),
        name TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('text', 'single', 'multi', 'likert', 'number')),
        option_group TEXT NOT NULL DEFAULT '', position INTEGER NOT NULL, UNIQUE (survey_id, name)) STRICT;
INSERT INTO "question" VALUES(1,'c7217d65-14dc-43fb-8df2-68f3b909eb75',1,'happy','likert','',0);
INSERT INTO "question" VALUES(2,'5364a67f-0b0d-4e2b-b810-215834020362',1,'comment','text','',1);
CREATE TABLE reading (
        source_id INTEGER NOT NULL REFERENCES source(id), coder_id INTEGER NOT NULL REFERENCES coder(id),
        state TEXT NOT NULL DEFAULT 'reading' CHECK (state IN ('reading', 'read')),
        turn INTEGER NOT NULL DEFAULT 0, changed_at TEXT NOT NULL,
        PRIMARY KEY (source_id, coder_id)) STRICT, WITHOUT ROWID;
INSERT INTO "reading" VALUES(6,1,'read',0,'2026-11-25T19:01:59.083+00:00');
CREATE TABLE respondent (
        id INTEGER PRIMARY KEY, survey_id INTEGER NOT NULL REFERENCES survey(id), respondent_id TEXT NOT NULL,
        weight REAL CHECK (weight >= 0), stratum TEXT, psu TEXT,
        participant_id INTEGER NOT NULL REFERENCES participant(id), UNIQUE (survey_id, respondent_id)) STRICT;
INSERT INTO "respondent" VALUES(1,1,'1',1.5,NULL,NULL,7);
INSERT INTO "respondent" VALUES(2,1,'2',0.5,NULL,NULL,8);
INSERT INTO "respondent" VALUES(3,1,'3',1.5,NULL,NULL,9);
INSERT INTO "respondent" VALUES(4,1,'4',0.5,NULL,NULL,10);
INSERT INTO "respondent" VALUES(5,1,'5',1.5,NULL,NULL,11);
INSERT INTO "respondent" VALUES(6,1,'6',0.5,NULL,NULL,12);
INSERT INTO "respondent" VALUES(7,1,'7',1.5,NULL,NULL,13);
INSERT INTO "respondent" VALUES(8,1,'8',0.5,NULL,NULL,14);
INSERT INTO "respondent" VALUES(9,1,'9',1.5,NULL,NULL,15);
INSERT INTO "respondent" VALUES(10,1,'10',0.5,NULL,NULL,16);
INSERT INTO "respondent" VALUES(11,1,'11',1.5,NULL,NULL,17);
INSERT INTO "respondent" VALUES(12,1,'12',0.5,NULL,NULL,18);
INSERT INTO "respondent" VALUES(13,1,'13',1.5,NULL,NULL,19);
INSERT INTO "respondent" VALUES(14,1,'14',0.5,NULL,NULL,20);
CREATE TABLE run (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, parameters TEXT NOT NULL,
        seed INTEGER, libraries TEXT NOT NULL, finished_at TEXT, note TEXT NOT NULL DEFAULT '', made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
CREATE TABLE segment (
        id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source(id), version INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('turn', 'sentence', 'answer')), position INTEGER NOT NULL,
        turn INTEGER NOT NULL, start_char INTEGER NOT NULL CHECK (start_char >= 0),
        end_char INTEGER NOT NULL CHECK (end_char >= start_char),
        speaker_id INTEGER NOT NULL REFERENCES speaker(id), n_words INTEGER NOT NULL,
        start_ms INTEGER, end_ms INTEGER,
        UNIQUE (source_id, version, kind, position),
        FOREIGN KEY (source_id, version) REFERENCES text_version(source_id, version)) STRICT;
INSERT INTO "segment" VALUES(1,1,1,'turn',0,0,13,41,1,6,NULL,NULL);
INSERT INTO "segment" VALUES(2,1,1,'sentence',0,0,13,41,1,6,NULL,NULL);
INSERT INTO "segment" VALUES(3,1,1,'turn',1,1,48,195,2,28,NULL,NULL);
INSERT INTO "segment" VALUES(4,1,1,'sentence',1,1,48,65,2,4,NULL,NULL);
INSERT INTO "segment" VALUES(5,1,1,'sentence',2,1,66,138,2,13,NULL,NULL);
INSERT INTO "segment" VALUES(6,1,1,'sentence',3,1,139,195,2,11,NULL,NULL);
INSERT INTO "segment" VALUES(7,1,1,'turn',2,2,209,223,1,3,NULL,NULL);
INSERT INTO "segment" VALUES(8,1,1,'sentence',4,2,209,223,1,3,NULL,NULL);
INSERT INTO "segment" VALUES(9,1,1,'turn',3,3,230,323,2,16,NULL,NULL);
INSERT INTO "segment" VALUES(10,1,1,'sentence',5,3,230,236,2,1,NULL,NULL);
INSERT INTO "segment" VALUES(11,1,1,'sentence',6,3,237,323,2,15,NULL,NULL);
INSERT INTO "segment" VALUES(12,2,1,'turn',0,0,13,41,3,6,NULL,NULL);
INSERT INTO "segment" VALUES(13,2,1,'sentence',0,0,13,41,3,6,NULL,NULL);
INSERT INTO "segment" VALUES(14,2,1,'turn',1,1,49,160,4,21,NULL,NULL);
INSERT INTO "segment" VALUES(15,2,1,'sentence',1,1,49,114,4,13,NULL,NULL);
INSERT INTO "segment" VALUES(16,2,1,'sentence',2,1,115,160,4,8,NULL,NULL);
INSERT INTO "segment" VALUES(17,2,1,'turn',2,2,174,193,3,5,NULL,NULL);
INSERT INTO "segment" VALUES(18,2,1,'sentence',3,2,174,193,3,5,NULL,NULL);
INSERT INTO "segment" VALUES(19,2,1,'turn',3,3,201,248,4,10,NULL,NULL);
INSERT INTO "segment" VALUES(20,2,1,'sentence',4,3,201,211,4,2,NULL,NULL);
INSERT INTO "segment" VALUES(21,2,1,'sentence',5,3,212,248,4,8,NULL,NULL);
INSERT INTO "segment" VALUES(22,3,1,'turn',0,0,13,41,5,6,NULL,NULL);
INSERT INTO "segment" VALUES(23,3,1,'sentence',0,0,13,41,5,6,NULL,NULL);
INSERT INTO "segment" VALUES(24,3,1,'turn',1,1,51,144,6,18,NULL,NULL);
INSERT INTO "segment" VALUES(25,3,1,'sentence',1,1,51,144,6,18,NULL,NULL);
INSERT INTO "segment" VALUES(26,3,1,'turn',2,2,158,187,5,7,NULL,NULL);
INSERT INTO "segment" VALUES(27,3,1,'sentence',2,2,158,187,5,7,NULL,NULL);
INSERT INTO "segment" VALUES(28,3,1,'turn',3,3,197,267,6,12,NULL,NULL);
INSERT INTO "segment" VALUES(29,3,1,'sentence',3,3,197,234,6,7,NULL,NULL);
INSERT INTO "segment" VALUES(30,3,1,'sentence',4,3,235,267,6,5,NULL,NULL);
INSERT INTO "segment" VALUES(31,4,1,'turn',0,0,13,41,7,6,NULL,NULL);
INSERT INTO "segment" VALUES(32,4,1,'sentence',0,0,13,41,7,6,NULL,NULL);
INSERT INTO "segment" VALUES(33,4,1,'turn',1,1,48,100,8,11,NULL,NULL);
INSERT INTO "segment" VALUES(34,4,1,'sentence',1,1,48,63,8,3,NULL,NULL);
INSERT INTO "segment" VALUES(35,4,1,'sentence',2,1,64,100,8,8,NULL,NULL);
INSERT INTO "segment" VALUES(36,4,1,'turn',2,2,114,166,7,10,NULL,NULL);
INSERT INTO "segment" VALUES(37,4,1,'sentence',3,2,114,166,7,10,NULL,NULL);
INSERT INTO "segment" VALUES(38,4,1,'turn',3,3,173,241,8,13,NULL,NULL);
INSERT INTO "segment" VALUES(39,4,1,'sentence',4,3,173,241,8,13,NULL,NULL);
INSERT INTO "segment" VALUES(40,5,1,'turn',0,0,13,41,9,6,NULL,NULL);
INSERT INTO "segment" VALUES(41,5,1,'sentence',0,0,13,41,9,6,NULL,NULL);
INSERT INTO "segment" VALUES(42,5,1,'turn',1,1,49,130,10,16,NULL,NULL);
INSERT INTO "segment" VALUES(43,5,1,'sentence',1,1,49,76,10,5,NULL,NULL);
INSERT INTO "segment" VALUES(44,5,1,'sentence',2,1,77,130,10,11,NULL,NULL);
INSERT INTO "segment" VALUES(45,5,1,'turn',2,2,144,160,9,4,NULL,NULL);
INSERT INTO "segment" VALUES(46,5,1,'sentence',3,2,144,160,9,4,NULL,NULL);
INSERT INTO "segment" VALUES(47,5,1,'turn',3,3,168,218,10,10,NULL,NULL);
INSERT INTO "segment" VALUES(48,5,1,'sentence',4,3,168,179,10,1,NULL,NULL);
INSERT INTO "segment" VALUES(49,5,1,'sentence',5,3,180,218,10,9,NULL,NULL);
INSERT INTO "segment" VALUES(50,6,1,'turn',0,0,13,41,11,6,NULL,NULL);
INSERT INTO "segment" VALUES(51,6,1,'sentence',0,0,13,41,11,6,NULL,NULL);
INSERT INTO "segment" VALUES(52,6,1,'turn',1,1,51,116,12,11,NULL,NULL);
INSERT INTO "segment" VALUES(53,6,1,'sentence',1,1,51,93,12,6,NULL,NULL);
INSERT INTO "segment" VALUES(54,6,1,'sentence',2,1,94,116,12,5,NULL,NULL);
INSERT INTO "segment" VALUES(55,6,1,'turn',2,2,130,154,11,4,NULL,NULL);
INSERT INTO "segment" VALUES(56,6,1,'sentence',3,2,130,154,11,4,NULL,NULL);
INSERT INTO "segment" VALUES(57,6,1,'turn',3,3,164,199,12,7,NULL,NULL);
INSERT INTO "segment" VALUES(58,6,1,'sentence',4,3,164,180,12,4,NULL,NULL);
INSERT INTO "segment" VALUES(59,6,1,'sentence',5,3,181,199,12,3,NULL,NULL);
INSERT INTO "segment" VALUES(60,7,1,'answer',0,0,0,47,13,10,NULL,NULL);
INSERT INTO "segment" VALUES(61,8,1,'answer',0,0,0,60,14,10,NULL,NULL);
INSERT INTO "segment" VALUES(62,9,1,'answer',0,0,0,45,15,8,NULL,NULL);
INSERT INTO "segment" VALUES(63,10,1,'answer',0,0,0,51,16,10,NULL,NULL);
INSERT INTO "segment" VALUES(64,11,1,'answer',0,0,0,65,17,14,NULL,NULL);
INSERT INTO "segment" VALUES(65,12,1,'answer',0,0,0,49,18,11,NULL,NULL);
INSERT INTO "segment" VALUES(66,13,1,'answer',0,0,0,35,19,7,NULL,NULL);
INSERT INTO "segment" VALUES(67,14,1,'answer',0,0,0,58,20,11,NULL,NULL);
INSERT INTO "segment" VALUES(68,15,1,'answer',0,0,0,30,21,5,NULL,NULL);
INSERT INTO "segment" VALUES(69,16,1,'answer',0,0,0,62,22,13,NULL,NULL);
INSERT INTO "segment" VALUES(70,17,1,'answer',0,0,0,38,23,8,NULL,NULL);
INSERT INTO "segment" VALUES(71,18,1,'answer',0,0,0,32,24,6,NULL,NULL);
CREATE TABLE source (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        kind TEXT NOT NULL CHECK (kind IN ('transcript', 'answer')), format TEXT NOT NULL,
        encoding TEXT NOT NULL, bytes_sha256 TEXT NOT NULL, recorded_on TEXT,
        current_version INTEGER NOT NULL DEFAULT 1 CHECK (current_version >= 1),
        rev INTEGER NOT NULL DEFAULT 0, n_turns INTEGER NOT NULL, n_cues INTEGER NOT NULL,
        segmenter TEXT NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
INSERT INTO "source" VALUES(1,'6b32143d-ba26-4d65-a54d-45e29d0c3558','ashgrove.txt','transcript','txt','utf-8','c13fee5b659badc778970cc04732680ec98b297487edd3d12f73d039e7828d4d',NULL,1,1,4,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "source" VALUES(2,'9df4c7e7-95cd-439e-9e54-e83587150234','beckside.txt','transcript','txt','utf-8','b89cb7b4b93c4e19b3b8c4a306effc76d390132eecdae437ef374857bcb9f401',NULL,1,1,4,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "source" VALUES(3,'cf340f35-0bd5-400b-b55b-4409767d832f','coldharbour.txt','transcript','txt','utf-8','f3a4fa804adfe1a4f2cbdecf89eaa6265d824d93968b10058942a6d9fc8bbf01',NULL,1,1,4,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "source" VALUES(4,'ba548a05-07d9-4508-9a16-286ddb5a8dad','dunnock.txt','transcript','txt','utf-8','c3861cfcb2b7ba5441733b792798983e846a4db1ef92f6c3e70aa5fb83fc5ebc',NULL,1,1,4,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "source" VALUES(5,'e780fa4f-c523-41a3-8059-d06d5d1c8dc1','elmfield.txt','transcript','txt','utf-8','177002f1267a4b4c341d1f2d31b1880e8ea495ea2f375a58a204fa2ea165c4bf',NULL,1,1,4,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "source" VALUES(6,'1874998d-4cfd-4732-b520-71b393eaa277','ferryhill.txt','transcript','txt','utf-8','4c7ac03a9d2472751b7690add231995ef4244bc88ae50d1385ec039c1824e6be',NULL,1,0,4,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "source" VALUES(7,'e62405ef-b3d0-45a0-a4f2-ccc2ec43202f','survey.csv#1#comment','answer','survey','utf-8','f9129e75d8c1dcaee0afaed0045b9826db421bbd04bdd653846e453064ff72c6',NULL,1,0,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(8,'01a6c4b6-3de3-44ab-8052-bf061f2bea60','survey.csv#3#comment','answer','survey','utf-8','095b4b15d4632666f1ff0a15d4c7cc63b477378f4f158bb623d8ae8902e37e05',NULL,1,1,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(9,'6ce1a6fe-6fc7-4126-ad1a-b9504c76b5f3','survey.csv#4#comment','answer','survey','utf-8','4af4aa5521ee611cc933eb89aace224d20215952d2d9d73554cdc141d9304b88',NULL,1,0,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(10,'2732894a-bc47-4ceb-a68c-a0e879727e0f','survey.csv#5#comment','answer','survey','utf-8','5b161458aeaf64c2ff6a42ca3eefdafd15a564a46023e4628de0328fedb3227a',NULL,1,1,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(11,'77db659f-c11c-4afe-8955-c585b6a9a61c','survey.csv#6#comment','answer','survey','utf-8','fe1fe0c1fbbaf5d5317aff6e05e2a801f36f06713e828439e0b6ee4912d91443',NULL,1,0,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(12,'91d88ec2-0837-4616-9dad-1c078ec87eed','survey.csv#7#comment','answer','survey','utf-8','1922f9236f01f2dc3803e7e00b1954a286682de0b165b762614383724121de01',NULL,1,0,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(13,'5341c5f9-4b82-49a0-a1cc-ceffc4462581','survey.csv#8#comment','answer','survey','utf-8','74724d34b523273543cd65a847d4a7548c467d3ce0a01f7ef37a3669c74e5329',NULL,1,0,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(14,'35e4f56e-3c05-49f3-ba15-b08de9a082fb','survey.csv#9#comment','answer','survey','utf-8','768e8250fa9cf5da77e49ffd30b7b2b35ec4d94ec5bf635a87585c13692d99d8',NULL,1,0,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(15,'cc26586f-4f1c-4954-97c1-2f874fa7c884','survey.csv#10#comment','answer','survey','utf-8','b9b554129757a7d9b11f3d18dc0fdeea5c3a1fe481aaf6dc3bde83f827ac7495',NULL,1,0,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(16,'c90b8298-e5d3-4d43-8c40-08a62a141b8d','survey.csv#11#comment','answer','survey','utf-8','19417dd07c553a8fcb18c94d11db278980dc098c22a8566320915ff101fcf093',NULL,1,0,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(17,'ded1236f-0723-41f4-867a-e70276f4c159','survey.csv#12#comment','answer','survey','utf-8','a08cad2e7081a534bc1923f4c0893c24e34ac78127388a04550339ae4f960f56',NULL,1,0,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "source" VALUES(18,'ec1c02e6-7a53-4157-bc63-3b639d5af73b','survey.csv#14#comment','answer','survey','utf-8','d02c970e2380294e69720744c23a5204031dc5869773a050f5a142b12a62311e',NULL,1,0,1,0,'turns-1+sentencizer-1','Ada','2026-11-25T19:01:59.055+00:00');
CREATE TABLE source_set (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
CREATE TABLE source_set_member (
        set_id INTEGER NOT NULL REFERENCES source_set(id) ON DELETE CASCADE,
        source_id INTEGER NOT NULL REFERENCES source(id), PRIMARY KEY (set_id, source_id)) STRICT, WITHOUT ROWID;
CREATE TABLE speaker (
        id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source(id), label TEXT NOT NULL,
        is_interviewer INTEGER NOT NULL CHECK (is_interviewer IN (0, 1)),
        participant_id INTEGER REFERENCES participant(id), UNIQUE (source_id, label)) STRICT;
INSERT INTO "speaker" VALUES(1,1,'Interviewer',1,NULL);
INSERT INTO "speaker" VALUES(2,1,'Head',0,1);
INSERT INTO "speaker" VALUES(3,2,'Interviewer',1,NULL);
INSERT INTO "speaker" VALUES(4,2,'SENCO',0,2);
INSERT INTO "speaker" VALUES(5,3,'Interviewer',1,NULL);
INSERT INTO "speaker" VALUES(6,3,'Teacher',0,3);
INSERT INTO "speaker" VALUES(7,4,'Interviewer',1,NULL);
INSERT INTO "speaker" VALUES(8,4,'Head',0,4);
INSERT INTO "speaker" VALUES(9,5,'Interviewer',1,NULL);
INSERT INTO "speaker" VALUES(10,5,'SENCO',0,5);
INSERT INTO "speaker" VALUES(11,6,'Interviewer',1,NULL);
INSERT INTO "speaker" VALUES(12,6,'Teacher',0,6);
INSERT INTO "speaker" VALUES(13,7,'1',0,7);
INSERT INTO "speaker" VALUES(14,8,'3',0,9);
INSERT INTO "speaker" VALUES(15,9,'4',0,10);
INSERT INTO "speaker" VALUES(16,10,'5',0,11);
INSERT INTO "speaker" VALUES(17,11,'6',0,12);
INSERT INTO "speaker" VALUES(18,12,'7',0,13);
INSERT INTO "speaker" VALUES(19,13,'8',0,14);
INSERT INTO "speaker" VALUES(20,14,'9',0,15);
INSERT INTO "speaker" VALUES(21,15,'10',0,16);
INSERT INTO "speaker" VALUES(22,16,'11',0,17);
INSERT INTO "speaker" VALUES(23,17,'12',0,18);
INSERT INTO "speaker" VALUES(24,18,'14',0,20);
CREATE TABLE study (
        key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO "study" VALUES('guid','bbe2d10b-b4f6-4fb8-9d08-69d25327c76a');
INSERT INTO "study" VALUES('name','study');
INSERT INTO "study" VALUES('made_by','Ada');
INSERT INTO "study" VALUES('made_at','2026-11-25T19:01:57.530+00:00');
INSERT INTO "study" VALUES('made_with','0.1.0');
INSERT INTO "study" VALUES('codebook_title','Codes of the examples');
CREATE TABLE study_case (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''),
        kind TEXT NOT NULL CHECK (kind IN ('school', 'la', 'family', 'other')),
        urn TEXT UNIQUE CHECK (urn GLOB '[0-9][0-9][0-9][0-9][0-9][0-9]'),
        la_code TEXT, pseudonym TEXT, made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
INSERT INTO "study_case" VALUES(1,'b6089fea-51c9-44e2-96bf-edc6094d3116','Ashgrove Primary','school','900101','991','School A','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "study_case" VALUES(2,'b31586f4-e387-4ff8-82d7-0534536aaefe','Beckside Primary','school','900102','991','School B','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "study_case" VALUES(3,'17cbccad-b72f-40cc-be06-e948876f266c','Coldharbour School','school','900103','991','School C','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "study_case" VALUES(4,'0a021eb8-2eae-4b17-bce5-0a0ea5a9d691','Dunnock Lane Primary','school','900104','991','School D','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "study_case" VALUES(5,'8cea6216-9e1a-4250-9fc1-b5febb29f12d','Elmfield Primary','school','900105','991','School E','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "study_case" VALUES(6,'7a90bb60-9044-4f5a-82b7-9f66acd14450','Ferry Hill Primary','school','900106','991','School F','Ada','2026-11-25T19:01:57.577+00:00');
CREATE TABLE suggestion (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, run_id INTEGER NOT NULL REFERENCES run(id),
        source_id INTEGER NOT NULL, version INTEGER NOT NULL,
        start_char INTEGER NOT NULL CHECK (start_char >= 0), end_char INTEGER NOT NULL, quote TEXT NOT NULL,
        code_id INTEGER NOT NULL REFERENCES code(id), score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
        reason TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'open'
            CHECK (status IN ('open', 'accepted', 'rejected', 'edited', 'superseded')),
        decided_by INTEGER REFERENCES coder(id), decided_at TEXT,
        CHECK (end_char > start_char), CHECK (length(quote) = end_char - start_char),
        FOREIGN KEY (source_id, version) REFERENCES text_version(source_id, version)) STRICT;
CREATE TABLE survey (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, encoding TEXT NOT NULL,
        bytes_sha256 TEXT NOT NULL, weight_column TEXT, stratum_column TEXT, psu_column TEXT,
        frame TEXT NOT NULL DEFAULT 'self_selected'
            CHECK (frame IN ('probability', 'self_selected', 'purposive')), made_by TEXT NOT NULL, made_at TEXT NOT NULL) STRICT;
INSERT INTO "survey" VALUES(1,'31f399b5-a9c4-41b5-8161-aff460b2ea3e','survey.csv','utf-8','8b05ebe565594610f6a039f994a65f522508e571e69c3ca7572cb8c6443b8693','weight',NULL,NULL,'probability','Ada','2026-11-25T19:01:59.055+00:00');
CREATE TABLE text_version (
        source_id INTEGER NOT NULL REFERENCES source(id), version INTEGER NOT NULL CHECK (version >= 1),
        text TEXT NOT NULL, sha256 TEXT NOT NULL, n_chars INTEGER NOT NULL CHECK (n_chars = length(text)),
        word_starts BLOB NOT NULL, made_by TEXT NOT NULL, made_at TEXT NOT NULL,
        PRIMARY KEY (source_id, version)) STRICT;
INSERT INTO "text_version" VALUES(1,1,'Interviewer: How do families come to you?
Head: By word of mouth. Three families have moved into our streets this year for the base alone. The estate agent mentions us now, which I find very odd.
Interviewer: And the staff?
Head: Tired. Proud as well, but every plan means another meeting and the meetings are after school.
','c13fee5b659badc778970cc04732680ec98b297487edd3d12f73d039e7828d4d',324,X'000000000D00000011000000140000001D00000022000000250000002A0000003000000033000000380000003B000000420000004800000051000000560000005C00000061000000650000006D00000072000000770000007B0000007F000000840000008B0000008F000000960000009C000000A5000000A8000000AD000000B3000000B5000000BA000000BF000000C4000000D1000000D5000000D9000000E0000000E6000000ED000000F3000000F6000000FC00000000010000060100000B010000110100001901000021010000250100002901000032010000360100003C010000','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "text_version" VALUES(2,1,'Interviewer: How do families come to you?
SENCO: They read about us in a parents'' group online and then they ring. One mother drove forty minutes to look round.
Interviewer: Do you ever say no?
SENCO: We cannot. The panel names us and that is that.
','b89cb7b4b93c4e19b3b8c4a306effc76d390132eecdae437ef374857bcb9f401',249,X'000000000D00000011000000140000001D00000022000000250000002A00000031000000360000003B0000004100000044000000470000004900000052000000580000005F00000063000000680000006D00000073000000770000007E000000840000008A00000092000000950000009A000000A1000000AE000000B1000000B5000000BA000000BE000000C2000000C9000000CC000000D4000000D8000000DE000000E4000000E7000000EB000000F0000000F3000000','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "text_version" VALUES(3,1,'Interviewer: How do families come to you?
Teacher: People say we are good with children who find school hard, so they come from across the town.
Interviewer: What does it do to your week?
Teacher: I plan four versions of most lessons. The paperwork eats the evenings.
','f3a4fa804adfe1a4f2cbdecf89eaa6265d824d93968b10058942a6d9fc8bbf01',268,X'000000000D00000011000000140000001D00000022000000250000002A000000330000003A0000003E00000041000000450000004A0000004F000000580000005C00000061000000680000006E00000071000000760000007B00000080000000870000008B000000910000009E000000A3000000A8000000AB000000AE000000B1000000B6000000BC000000C5000000C7000000CC000000D1000000DA000000DD000000E2000000EB000000EF000000F9000000FE00000002010000','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "text_version" VALUES(4,1,'Interviewer: How do families come to you?
Head: They live here. I do not think anybody moves for us.
Interviewer: What would you say to a family asking about support?
Head: I would be honest that the school down the road has more experience.
','c3861cfcb2b7ba5441733b792798983e846a4db1ef92f6c3e70aa5fb83fc5ebc',242,X'000000000D00000011000000140000001D00000022000000250000002A00000030000000350000003A000000400000004200000045000000490000004F000000570000005D000000610000006500000072000000770000007D0000008100000085000000880000008A00000091000000980000009E000000A7000000AD000000AF000000B5000000B8000000BF000000C4000000C8000000CF000000D4000000D8000000DD000000E1000000E6000000','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "text_version" VALUES(5,1,'Interviewer: How do families come to you?
SENCO: From the housing around us. We are not known for support and have very few plans.
Interviewer: How is the work?
SENCO: Manageable. I teach three days and do this on two.
','177002f1267a4b4c341d1f2d31b1880e8ea495ea2f375a58a204fa2ea165c4bf',219,X'000000000D00000011000000140000001D00000022000000250000002A00000031000000360000003A00000042000000490000004D0000005000000054000000580000005E000000620000006A0000006E00000073000000780000007C000000830000009000000094000000970000009B000000A1000000A8000000B4000000B6000000BC000000C2000000C7000000CB000000CE000000D3000000D6000000','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "text_version" VALUES(6,1,'Interviewer: How do families come to you?
Teacher: Mostly through older brothers and sisters. It is a family school.
Interviewer: And children with plans?
Teacher: Two in my class. They have settled.
','4c7ac03a9d2472751b7690add231995ef4244bc88ae50d1385ec039c1824e6be',200,X'000000000D00000011000000140000001D00000022000000250000002A000000330000003A000000420000004800000051000000550000005E0000006100000064000000660000006D0000007500000082000000860000008F000000940000009B000000A4000000A8000000AB000000AE000000B5000000BA000000BF000000','Ada','2026-11-25T19:01:57.577+00:00');
INSERT INTO "text_version" VALUES(7,1,'The base has made all the difference to my son.','f9129e75d8c1dcaee0afaed0045b9826db421bbd04bdd653846e453064ff72c6',47,X'0000000004000000090000000D00000012000000160000001A00000025000000280000002B000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(8,1,'I have not had an evening without paperwork since September.','095b4b15d4632666f1ff0a15d4c7cc63b477378f4f158bb623d8ae8902e37e05',60,X'0000000002000000070000000B0000000F000000120000001A000000220000002C00000032000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(9,1,'Nobody rings back when you ask about support.','4af4aa5521ee611cc933eb89aace224d20215952d2d9d73554cdc141d9304b88',45,X'00000000070000000D00000012000000170000001B0000001F00000025000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(10,1,'We moved here because a friend said they were kind.','5b161458aeaf64c2ff6a42ca3eefdafd15a564a46023e4628de0328fedb3227a',51,X'0000000003000000090000000E00000016000000180000001F00000024000000290000002E000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(11,1,'The class is too loud for her and the quiet room is always taken.','fe1fe0c1fbbaf5d5317aff6e05e2a801f36f06713e828439e0b6ee4912d91443',65,X'00000000040000000A0000000D00000011000000160000001A0000001E00000022000000260000002C00000031000000340000003B000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(12,1,'He has one adult for the whole week and is happy.','1922f9236f01f2dc3803e7e00b1954a286682de0b165b762614383724121de01',49,X'0000000003000000070000000B0000001100000015000000190000001F00000024000000280000002B000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(13,1,'We waited eleven months for a plan.','74724d34b523273543cd65a847d4a7548c467d3ce0a01f7ef37a3669c74e5329',35,X'00000000030000000A00000011000000180000001C0000001E000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(14,1,'The SENCO listens, which is more than the last school did.','768e8250fa9cf5da77e49ffd30b7b2b35ec4d94ec5bf635a87585c13692d99d8',58,X'00000000040000000A00000013000000190000001C00000021000000260000002A0000002F00000036000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(15,1,'My daughter likes her teacher.','b9b554129757a7d9b11f3d18dc0fdeea5c3a1fe481aaf6dc3bde83f827ac7495',30,X'00000000030000000C0000001200000016000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(16,1,'They told us to look at another school before we had sat down.','19417dd07c553a8fcb18c94d11db278980dc098c22a8566320915ff101fcf093',62,X'00000000050000000A0000000D00000010000000150000001800000020000000270000002E000000310000003500000039000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(17,1,'Funding was cut and so were his hours.','a08cad2e7081a534bc1923f4c0893c24e34ac78127388a04550339ae4f960f56',38,X'00000000080000000C0000001000000014000000170000001C00000020000000','Ada','2026-11-25T19:01:59.055+00:00');
INSERT INTO "text_version" VALUES(18,1,'The forms are longer every year.','d02c970e2380294e69720744c23a5204031dc5869773a050f5a142b12a62311e',32,X'00000000040000000A0000000E000000150000001B000000','Ada','2026-11-25T19:01:59.055+00:00');
CREATE TABLE topic (
        id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, run_id INTEGER NOT NULL REFERENCES run(id),
        number INTEGER NOT NULL, words TEXT NOT NULL, size INTEGER NOT NULL, stability REAL,
        label TEXT NOT NULL DEFAULT '', code_id INTEGER REFERENCES code(id),
        UNIQUE (run_id, number)) STRICT;
CREATE TABLE topic_member (
        topic_id INTEGER NOT NULL REFERENCES topic(id), segment_id INTEGER NOT NULL REFERENCES segment(id),
        is_representative INTEGER NOT NULL CHECK (is_representative IN (0, 1)),
        is_weak INTEGER NOT NULL CHECK (is_weak IN (0, 1)),
        PRIMARY KEY (topic_id, segment_id)) STRICT, WITHOUT ROWID;
CREATE TABLE variable (
        owner_kind TEXT NOT NULL CHECK (owner_kind IN ('case', 'participant', 'source')),
        owner_id INTEGER NOT NULL, name TEXT NOT NULL CHECK (trim(name) <> ''), value TEXT NOT NULL,
        type TEXT NOT NULL DEFAULT 'text' CHECK (type IN ('text', 'number', 'boolean', 'date')),
        PRIMARY KEY (owner_kind, owner_id, name)) STRICT, WITHOUT ROWID;
INSERT INTO "variable" VALUES('case',1,'group','high','text');
INSERT INTO "variable" VALUES('case',2,'group','high','text');
INSERT INTO "variable" VALUES('case',3,'group','high','text');
INSERT INTO "variable" VALUES('case',4,'group','low','text');
INSERT INTO "variable" VALUES('case',5,'group','low','text');
INSERT INTO "variable" VALUES('case',6,'group','low','text');
INSERT INTO "variable" VALUES('participant',1,'group','high','text');
INSERT INTO "variable" VALUES('participant',2,'group','high','text');
INSERT INTO "variable" VALUES('participant',3,'group','high','text');
INSERT INTO "variable" VALUES('participant',4,'group','low','text');
INSERT INTO "variable" VALUES('participant',5,'group','low','text');
INSERT INTO "variable" VALUES('participant',6,'group','low','text');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX participant_case ON participant(case_id);
CREATE INDEX source_bytes ON source(bytes_sha256);
CREATE INDEX speaker_participant ON speaker(participant_id);
CREATE INDEX segment_kind ON segment(kind, source_id, version, start_char);
CREATE UNIQUE INDEX code_short_id ON code(short_id) WHERE short_id <> '' AND removed_at IS NULL;
CREATE INDEX suggestion_source ON suggestion(source_id, status);
CREATE UNIQUE INDEX coding_once ON coding(source_id, version, start_char, end_char, code_id, coder_id)
        WHERE removed_at IS NULL;
CREATE INDEX coding_rev ON coding(source_id, rev);
CREATE INDEX coding_code ON coding(code_id) WHERE removed_at IS NULL;
CREATE INDEX memo_target ON memo(target_kind, target_guid);
CREATE INDEX answer_source ON answer(source_id) WHERE source_id IS NOT NULL;
CREATE INDEX indicator_value_urn ON indicator_value(urn);
CREATE INDEX event_target ON event(target_guid);
CREATE INDEX event_by ON event(by, id);
CREATE TRIGGER text_version_immutable BEFORE UPDATE ON text_version
        BEGIN SELECT RAISE(ABORT, 'a text version never changes'); END;
CREATE TRIGGER text_version_kept BEFORE DELETE ON text_version
        BEGIN SELECT RAISE(ABORT, 'a text version is never deleted'); END;
CREATE TRIGGER coding_quote_insert BEFORE INSERT  ON coding
        WHEN NEW.quote IS NOT (SELECT substr(text, NEW.start_char + 1, NEW.end_char - NEW.start_char)
            FROM text_version WHERE source_id = NEW.source_id AND version = NEW.version)
        BEGIN SELECT RAISE(ABORT, 'the quote is not the text at its offsets'); END;
CREATE TRIGGER coding_quote_update BEFORE UPDATE OF source_id, version, start_char, end_char, quote ON coding
        WHEN NEW.quote IS NOT (SELECT substr(text, NEW.start_char + 1, NEW.end_char - NEW.start_char)
            FROM text_version WHERE source_id = NEW.source_id AND version = NEW.version)
        BEGIN SELECT RAISE(ABORT, 'the quote is not the text at its offsets'); END;
CREATE TRIGGER suggestion_quote_insert BEFORE INSERT  ON suggestion
        WHEN NEW.quote IS NOT (SELECT substr(text, NEW.start_char + 1, NEW.end_char - NEW.start_char)
            FROM text_version WHERE source_id = NEW.source_id AND version = NEW.version)
        BEGIN SELECT RAISE(ABORT, 'the quote is not the text at its offsets'); END;
CREATE TRIGGER suggestion_quote_update BEFORE UPDATE OF source_id, version, start_char, end_char, quote ON suggestion
        WHEN NEW.quote IS NOT (SELECT substr(text, NEW.start_char + 1, NEW.end_char - NEW.start_char)
            FROM text_version WHERE source_id = NEW.source_id AND version = NEW.version)
        BEGIN SELECT RAISE(ABORT, 'the quote is not the text at its offsets'); END;
CREATE TRIGGER coding_kept BEFORE DELETE ON coding
        BEGIN SELECT RAISE(ABORT, 'a coding is marked removed, never deleted'); END;
CREATE TRIGGER event_immutable BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the event log only grows'); END;
CREATE TRIGGER event_kept BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'the event log only grows'); END;
CREATE TRIGGER coding_codable BEFORE INSERT ON coding
        WHEN (SELECT is_codable FROM code WHERE id = NEW.code_id) <> 1
        BEGIN SELECT RAISE(ABORT, 'a heading cannot be applied'); END;
CREATE TRIGGER coding_by_person BEFORE INSERT ON coding
        WHEN (SELECT kind FROM coder WHERE id = NEW.coder_id) <> 'person'
        BEGIN SELECT RAISE(ABORT, 'a machine suggests; a person codes'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',20);
COMMIT;
