"""The schema, as named migrations that are applied in order and never edited once released."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("shuanglian")


@migrations()
def m001_records(db: Database) -> None:
    """Records of the three kinds, their private contacts, and where each came from."""
    for table, kind, columns in (
        ("achievements", "achievement",
         "title TEXT, text TEXT, keywords TEXT, institution TEXT, inventors TEXT, stage INTEGER, form TEXT, ip TEXT,"
         " modes TEXT, terms TEXT, registration_number TEXT"),
        ("needs", "need",
         "title TEXT, text TEXT, indicators TEXT, deadline TEXT, budget TEXT, modes TEXT, ip_wanted TEXT,"
         " min_stage INTEGER, enterprise TEXT, attachments TEXT"),
        ("organizations", "organization", "name TEXT, text TEXT, organization_kind TEXT, tier TEXT"),
    ):  # fmt: skip
        db.execute(
            f"CREATE TABLE {table} (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL DEFAULT '{kind}'"
            f" CHECK (kind = '{kind}'), region TEXT, county TEXT, fields TEXT, {columns},"
            " FOREIGN KEY (kind, id) REFERENCES records (kind, id) ON DELETE CASCADE) STRICT"
        )
        db.execute(f"CREATE INDEX {table}_county ON {table} (county)")
    db.execute(
        "CREATE TABLE records (kind TEXT NOT NULL, id TEXT NOT NULL, content_hash TEXT NOT NULL,"
        " created_at TEXT NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (kind, id)) STRICT"
    )
    db.execute(
        "CREATE TABLE contacts (kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT, phone TEXT, email TEXT,"
        " PRIMARY KEY (kind, id), FOREIGN KEY (kind, id) REFERENCES records (kind, id) ON DELETE CASCADE) STRICT"
    )
    db.execute(
        "CREATE TABLE imports (id INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL, sha256 TEXT NOT NULL,"
        " at TEXT NOT NULL, who TEXT NOT NULL) STRICT"
    )
    db.execute(
        "CREATE TABLE provenance (kind TEXT NOT NULL, id TEXT NOT NULL, import_id INTEGER NOT NULL"
        " REFERENCES imports (id), sheet TEXT NOT NULL, row INTEGER NOT NULL,"
        " PRIMARY KEY (kind, id, import_id, sheet, row),"
        " FOREIGN KEY (kind, id) REFERENCES records (kind, id) ON DELETE CASCADE) STRICT"
    )


@migrations()
def m002_history(db: Database) -> None:
    """Every change of a record; the number of a change is the revision that indexes follow."""
    db.execute(
        "CREATE TABLE history (revision INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL,"
        " at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL"
        " CHECK (action IN ('created', 'updated', 'deleted')), changes TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX history_record ON history (kind, id)")


@migrations()
def m003_judgements(db: Database) -> None:
    """Levels that people gave to pairs; one per pair and author, the latest."""
    db.execute(
        "CREATE TABLE judgements (need_id TEXT NOT NULL REFERENCES needs (id) ON DELETE CASCADE,"
        " achievement_id TEXT NOT NULL REFERENCES achievements (id) ON DELETE CASCADE,"
        " level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 4), author TEXT NOT NULL, at TEXT NOT NULL,"
        " note TEXT NOT NULL, PRIMARY KEY (need_id, achievement_id, author)) STRICT"
    )
    db.execute("CREATE INDEX judgements_achievement ON judgements (achievement_id)")


@migrations()
def m004_duplicates(db: Database) -> None:
    """Near-duplicates, linked to the record that came first, and the sketches that find them."""
    db.execute(
        "CREATE TABLE duplicates (kind TEXT NOT NULL, id TEXT NOT NULL, original_id TEXT NOT NULL,"
        " similarity REAL NOT NULL, at TEXT NOT NULL, PRIMARY KEY (kind, id, original_id),"
        " FOREIGN KEY (kind, id) REFERENCES records (kind, id) ON DELETE CASCADE,"
        " FOREIGN KEY (kind, original_id) REFERENCES records (kind, id) ON DELETE CASCADE) STRICT"
    )
    db.execute(
        "CREATE TABLE sketches (kind TEXT NOT NULL, hash INTEGER NOT NULL, id TEXT NOT NULL,"
        " PRIMARY KEY (kind, hash, id), FOREIGN KEY (kind, id) REFERENCES records (kind, id) ON DELETE CASCADE)"
        " STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX sketches_record ON sketches (kind, id)")


@migrations()
def m005_accounts(db: Database) -> None:
    """Who may do what: people, their tokens for programs, and the log of what was done."""
    db.execute(
        "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
        " display TEXT NOT NULL, email TEXT NOT NULL, role TEXT NOT NULL"
        " CHECK (role IN ('enterprise', 'broker', 'organizer', 'bureau', 'admin')), password TEXT NOT NULL,"
        # Whoever holds a session of another mark is logged out.
        " session_mark TEXT NOT NULL, disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),"
        " created_at TEXT NOT NULL, last_seen_at TEXT) STRICT"
    )
    db.execute(
        "CREATE TABLE tokens (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL"
        " REFERENCES users (id) ON DELETE CASCADE, name TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,"
        " scopes TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL, used_at TEXT,"
        " revoked_at TEXT) STRICT"
    )
    db.execute(
        "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL,"
        " action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, address TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX audit_subject ON audit (subject)")


@migrations()
def m006_submissions(db: Database) -> None:
    """Needs that enterprises sent in; such a need is public once its submission is approved."""
    db.execute(
        "CREATE TABLE submissions (code TEXT NOT NULL PRIMARY KEY, need_id TEXT NOT NULL UNIQUE,"
        " title TEXT NOT NULL, key_digest TEXT NOT NULL UNIQUE, status TEXT NOT NULL"
        " CHECK (status IN ('pending', 'approved', 'returned', 'withdrawn')), reason TEXT NOT NULL,"
        " user_id INTEGER REFERENCES users (id) ON DELETE SET NULL, consent_at TEXT NOT NULL,"
        " created_at TEXT NOT NULL, updated_at TEXT NOT NULL, decided_at TEXT, decided_by TEXT) STRICT"
    )
    db.execute("CREATE INDEX submissions_status ON submissions (status)")
    db.execute(
        "CREATE TABLE drafts (digest TEXT NOT NULL PRIMARY KEY, content TEXT NOT NULL,"
        " created_at TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT"
    )
    # The bytes lie in the data folder, under the id; an attachment is of a draft or of a need.
    db.execute(
        "CREATE TABLE attachments (id TEXT NOT NULL PRIMARY KEY, draft TEXT, need_id TEXT, name TEXT NOT NULL,"
        " media_type TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, created_at TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX attachments_need ON attachments (need_id)")
    db.execute("CREATE INDEX attachments_draft ON attachments (draft)")


@migrations()
def m007_cases(db: Database) -> None:
    """Matches that are followed up. A case outlives its records: it is what happened."""
    db.execute(
        "CREATE TABLE cases (id INTEGER PRIMARY KEY AUTOINCREMENT, need_id TEXT NOT NULL,"
        " achievement_id TEXT NOT NULL, stage TEXT NOT NULL CHECK (stage IN"
        " ('proposed', 'introduced', 'met', 'negotiating', 'signed', 'declined')), reason TEXT NOT NULL,"
        # The version is the number of changes: who saves an older one is told, not overwritten.
        " owner TEXT NOT NULL, version INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,"
        " UNIQUE (need_id, achievement_id)) STRICT"
    )
    db.execute("CREATE INDEX cases_achievement ON cases (achievement_id)")
    db.execute(
        "CREATE TABLE case_events (id INTEGER PRIMARY KEY AUTOINCREMENT, case_id INTEGER NOT NULL"
        " REFERENCES cases (id), at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,"
        " note TEXT NOT NULL, detail TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX case_events_case ON case_events (case_id)")
    db.execute(
        "CREATE TABLE reminders (id INTEGER PRIMARY KEY AUTOINCREMENT, case_id INTEGER NOT NULL"
        " REFERENCES cases (id), due TEXT NOT NULL, what TEXT NOT NULL, created_by TEXT NOT NULL,"
        " done_at TEXT) STRICT"
    )
    db.execute("CREATE INDEX reminders_case ON reminders (case_id)")


@migrations()
def m008_searches(db: Database) -> None:
    """Searches that somebody keeps, and the digests of what is new in them."""
    db.execute(
        "CREATE TABLE searches (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL"
        " REFERENCES users (id) ON DELETE CASCADE, name TEXT NOT NULL, query TEXT NOT NULL,"
        " by_mail INTEGER NOT NULL DEFAULT 0 CHECK (by_mail IN (0, 1)), revision INTEGER NOT NULL,"
        " created_at TEXT NOT NULL, UNIQUE (user_id, name)) STRICT"
    )
    db.execute(
        "CREATE TABLE digests (id INTEGER PRIMARY KEY AUTOINCREMENT, search_id INTEGER NOT NULL"
        " REFERENCES searches (id) ON DELETE CASCADE, at TEXT NOT NULL, ids TEXT NOT NULL, read_at TEXT,"
        " mailed_at TEXT) STRICT"
    )


@migrations()
def m009_jobs(db: Database) -> None:
    """Long work, done by a worker in the background."""
    db.execute(
        "CREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, arguments TEXT NOT NULL,"
        " state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),"
        " done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT '',"
        " result TEXT NOT NULL DEFAULT '{}', cancel_asked INTEGER NOT NULL DEFAULT 0"
        " CHECK (cancel_asked IN (0, 1)), who TEXT NOT NULL, created_at TEXT NOT NULL, started_at TEXT,"
        " beat_at TEXT, finished_at TEXT) STRICT"
    )
    db.execute("CREATE INDEX jobs_state ON jobs (state)")


@migrations()
def m010_reviews(db: Database) -> None:
    """What a person says of a pair that looks like a duplicate, and what an installation sets by hand."""
    db.execute(
        "ALTER TABLE duplicates ADD COLUMN review TEXT NOT NULL DEFAULT '' CHECK (review IN ('', 'same', 'different'))"
    )
    db.execute("ALTER TABLE duplicates ADD COLUMN reviewed_by TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE duplicates ADD COLUMN reviewed_at TEXT")
    db.execute(
        "CREATE TABLE choices (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, who TEXT NOT NULL,"
        " at TEXT NOT NULL) STRICT"
    )


@migrations()
def m011_roadshows(db: Database) -> None:
    """Roadshows: what is wanted, the draft and the published plan, who came, and what came of each meeting."""
    db.execute(
        "CREATE TABLE roadshows (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, date TEXT NOT NULL,"
        " kind TEXT NOT NULL CHECK (kind IN ('event', 'visits')), state TEXT NOT NULL DEFAULT 'draft'"
        " CHECK (state IN ('draft', 'published', 'held', 'cancelled')),"
        " public INTEGER NOT NULL DEFAULT 0 CHECK (public IN (0, 1)),"
        # The version counts all changes, the numbers those of the SPEC: so a draft is known as out of date.
        " version INTEGER NOT NULL DEFAULT 1, spec_number INTEGER NOT NULL DEFAULT 1,"
        " planned_number INTEGER NOT NULL DEFAULT 0, owner TEXT NOT NULL, created_at TEXT NOT NULL,"
        " updated_at TEXT NOT NULL, published_at TEXT, spec TEXT NOT NULL, draft TEXT, published TEXT,"
        " severities TEXT NOT NULL DEFAULT '{}', attempt TEXT NOT NULL DEFAULT '{}',"
        " step INTEGER NOT NULL DEFAULT 0, pairs TEXT NOT NULL DEFAULT '[]',"
        " affinity TEXT NOT NULL DEFAULT '') STRICT"
    )
    db.execute("CREATE INDEX roadshows_date ON roadshows (date)")
    db.execute(
        "CREATE TABLE roadshow_steps (id INTEGER PRIMARY KEY AUTOINCREMENT, roadshow_id INTEGER NOT NULL"
        " REFERENCES roadshows (id) ON DELETE CASCADE, at TEXT NOT NULL, who TEXT NOT NULL, zh TEXT NOT NULL,"
        " en TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX roadshow_steps_roadshow ON roadshow_steps (roadshow_id)")
    db.execute(
        "CREATE TABLE attendance (roadshow_id INTEGER NOT NULL REFERENCES roadshows (id) ON DELETE CASCADE,"
        " who TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, PRIMARY KEY (roadshow_id, who)) STRICT"
    )
    # An outcome outlives the records it is about: it is what happened.
    db.execute(
        "CREATE TABLE outcomes (roadshow_id INTEGER NOT NULL REFERENCES roadshows (id) ON DELETE CASCADE,"
        " enterprise_id TEXT NOT NULL, team_id TEXT NOT NULL, start INTEGER NOT NULL, need_id TEXT NOT NULL,"
        " achievement_id TEXT NOT NULL, result TEXT NOT NULL CHECK (result IN ('no_interest', 'keep_in_touch',"
        " 'visit_planned', 'sample_or_test', 'negotiating', 'signed')), note TEXT NOT NULL, by TEXT NOT NULL,"
        " at TEXT NOT NULL, PRIMARY KEY (roadshow_id, enterprise_id, team_id, start)) STRICT"
    )


@migrations()
def m012_maps(db: Database) -> None:
    """The integration map: own chains, a person's word on placements and verdicts, and the maps that were built."""
    db.execute(
        "CREATE TABLE chains (id TEXT NOT NULL PRIMARY KEY, definition TEXT NOT NULL, who TEXT NOT NULL,"
        " at TEXT NOT NULL) STRICT"
    )
    # What people said is only ever added to: the latest word on a record or a node holds, the others are its log.
    db.execute(
        "CREATE TABLE placements (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, record_id TEXT NOT NULL,"
        " nodes TEXT, lane TEXT CHECK (lane IN ('research', 'development', 'lab', 'pilot', 'production')),"
        " reason TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL,"
        " FOREIGN KEY (kind, record_id) REFERENCES records (kind, id) ON DELETE CASCADE) STRICT"
    )
    db.execute("CREATE INDEX placements_record ON placements (kind, record_id)")
    db.execute(
        "CREATE TABLE verdict_overrides (id INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, verdict TEXT"
        " CHECK (verdict IN ('upgrade', 'fill', 'build', 'balanced', 'thin')), reason TEXT NOT NULL,"
        " who TEXT NOT NULL, at TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX verdict_overrides_node ON verdict_overrides (node)")
    db.execute(
        "CREATE TABLE maps (id INTEGER PRIMARY KEY AUTOINCREMENT, date TEXT NOT NULL, revision INTEGER NOT NULL,"
        " mark TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, summary TEXT NOT NULL, document BLOB) STRICT"
    )
