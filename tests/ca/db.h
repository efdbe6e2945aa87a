/*
 * db.h - the registry: persons, codes and certificates in SQLite (WAL, so
 * that a server and the command line, or two servers, can share it).
 */
#ifndef TEST_CA_DB_H
#define TEST_CA_DB_H

#include <sqlite3.h>

#include "der.h"

#define DB_WAIT_MS 10000 /* for another process's write */

/* Make DIR/registry.sqlite, or open what db_create() made. */
sqlite3 *db_create(const char *dir);
sqlite3 *db_open(const char *dir);

/*
 * Prepare a statement and bind its parameters, one letter each: t text
 * (const char *, NULL allowed), i int64_t, b bytes (struct span).
 */
sqlite3_stmt *db_query(sqlite3 *db, const char *sql, const char *types, ...);

/* The next row; at the end the statement is finalised and set to NULL. */
bool db_row(sqlite3_stmt **stmt);

/* Prepare, bind, run to the end. */
void db_run(sqlite3 *db, const char *sql, const char *types, ...);

/* Finalise a statement of which no more rows are wanted. */
void db_done(sqlite3_stmt **stmt);

/* All or nothing: a write lock is taken at once. */
void db_begin(sqlite3 *db);
void db_commit(sqlite3 *db);

/* A column: copies the caller frees; text is "" for NULL. */
char *db_text(sqlite3_stmt *stmt, int column);
void db_bytes(sqlite3_stmt *stmt, int column, struct out *ret);

/* Settings; the caller frees, NULL when not set. */
char *db_setting(sqlite3 *db, const char *name);
void db_set(sqlite3 *db, const char *name, const char *value);

#endif
