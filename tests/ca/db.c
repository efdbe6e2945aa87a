#include "db.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define REGISTRY     "registry.sqlite"
#define FIRST_SERIAL 4561024 /* short and positive, like the real ones */

static const char schema[] =
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
    " english TEXT NOT NULL, idn TEXT NOT NULL, policy TEXT NOT NULL,"
    " contact TEXT NOT NULL, dn TEXT NOT NULL, subject BLOB NOT NULL);"
    "CREATE TABLE code(id INTEGER PRIMARY KEY, reference TEXT UNIQUE NOT NULL,"
    " secret TEXT NOT NULL, person INTEGER NOT NULL REFERENCES person(id),"
    " kind TEXT NOT NULL CHECK(kind IN('issue','reissue')),"
    " expires INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
    " not_after INTEGER);"
    "CREATE TABLE certificate(serial INTEGER PRIMARY KEY AUTOINCREMENT,"
    " person INTEGER NOT NULL REFERENCES person(id),"
    " code INTEGER REFERENCES code(id),"
    " renews INTEGER REFERENCES certificate(serial),"
    " kind TEXT NOT NULL CHECK(kind IN('sign','km')),"
    " state TEXT NOT NULL CHECK(state IN('unconfirmed','valid','revoked')),"
    " transaction_id BLOB NOT NULL, spki BLOB NOT NULL, der BLOB NOT NULL,"
    " answer INTEGER NOT NULL, not_before INTEGER NOT NULL,"
    " not_after INTEGER NOT NULL, polls INTEGER NOT NULL DEFAULT 0,"
    " revoked_at INTEGER, reason INTEGER, UNIQUE(code, kind));"
    "CREATE TABLE asked(code INTEGER NOT NULL, renews INTEGER NOT NULL,"
    " kind TEXT NOT NULL, spki BLOB NOT NULL,"
    " UNIQUE(code, renews, kind, spki));"
    "INSERT INTO sqlite_sequence VALUES('certificate', %d);";

static void
run_text(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die("registry: %s", sqlite3_errmsg(db));
}

static sqlite3 *
open_file(const char *dir, int flags)
{
    char *path = join_path(dir, REGISTRY);
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | flags, NULL) !=
        SQLITE_OK)
        die("%s: %s", path, db != NULL ? sqlite3_errmsg(db) : "no memory");
    sqlite3_busy_timeout(db, DB_WAIT_MS);
    run_text(db, "PRAGMA foreign_keys = ON");
    free(path);
    return db;
}

sqlite3 *
db_create(const char *dir)
{
    mode_t mask = umask(077);
    sqlite3 *db = open_file(dir, SQLITE_OPEN_CREATE);
    struct out sql = { 0 };

    run_text(db, "PRAGMA journal_mode = WAL");
    out_bytes(&sql, schema, strlen(schema) - strlen("%d);"));
    out_printf(&sql, "%d);", FIRST_SERIAL);
    run_text(db, out_string(&sql));
    out_free(&sql);
    umask(mask);
    return db;
}

sqlite3 *
db_open(const char *dir)
{
    return open_file(dir, 0);
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql, const char *types, va_list args)
{
    sqlite3_stmt *stmt = NULL;
    struct span bytes;
    int r;

    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        die("registry: %s in %s", sqlite3_errmsg(db), sql);
    for (int i = 1; types[i - 1] != '\0'; i++) {
        switch (types[i - 1]) {
        case 't':
            r = sqlite3_bind_text(
                stmt, i, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
            break;
        case 'i':
            r = sqlite3_bind_int64(stmt, i, va_arg(args, int64_t));
            break;
        default:
            bytes = va_arg(args, struct span);
            r = sqlite3_bind_blob(stmt, i, bytes.len > 0 ? bytes.data : NULL,
                (int)bytes.len, SQLITE_TRANSIENT);
            if (bytes.len == 0 && r == SQLITE_OK)
                r = sqlite3_bind_zeroblob(stmt, i, 0);
        }
        if (r != SQLITE_OK)
            die("registry: %s in %s", sqlite3_errmsg(db), sql);
    }
    return stmt;
}

sqlite3_stmt *
db_query(sqlite3 *db, const char *sql, const char *types, ...)
{
    sqlite3_stmt *stmt;
    va_list args;

    va_start(args, types);
    stmt = prepare(db, sql, types, args);
    va_end(args);
    return stmt;
}

bool
db_row(sqlite3_stmt **stmt)
{
    int r = sqlite3_step(*stmt);

    if (r == SQLITE_ROW)
        return true;
    if (r != SQLITE_DONE)
        die("registry: %s", sqlite3_errmsg(sqlite3_db_handle(*stmt)));
    db_done(stmt);
    return false;
}

void
db_run(sqlite3 *db, const char *sql, const char *types, ...)
{
    sqlite3_stmt *stmt;
    va_list args;

    va_start(args, types);
    stmt = prepare(db, sql, types, args);
    va_end(args);
    while (db_row(&stmt))
        ;
}

void
db_done(sqlite3_stmt **stmt)
{
    sqlite3_finalize(*stmt);
    *stmt = NULL;
}

void
db_begin(sqlite3 *db)
{
    run_text(db, "BEGIN IMMEDIATE");
}

void
db_commit(sqlite3 *db)
{
    run_text(db, "COMMIT");
}

char *
db_text(sqlite3_stmt *stmt, int column)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);

    return copy_text(text != NULL ? (const char *)text : "");
}

void
db_bytes(sqlite3_stmt *stmt, int column, struct out *ret)
{
    const void *bytes = sqlite3_column_blob(stmt, column);

    out_bytes(ret, bytes, (size_t)sqlite3_column_bytes(stmt, column));
}

char *
db_setting(sqlite3 *db, const char *name)
{
    sqlite3_stmt *stmt =
        db_query(db, "SELECT value FROM setting WHERE name = ?", "t", name);
    char *value = NULL;

    if (db_row(&stmt)) {
        value = db_text(stmt, 0);
        db_done(&stmt);
    }
    return value;
}

void
db_set(sqlite3 *db, const char *name, const char *value)
{
    db_run(
        db, "INSERT OR REPLACE INTO setting VALUES(?, ?)", "tt", name, value);
}
