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
