#include "command.h"

#include <stdlib.h>
#include <string.h>

#include "ca.h"
#include "db.h"
#include "family.h"
#include "issue.h"
#include "plan.h"
#include "renewal.h"
#include "serve.h"

#define DEFAULT_NAME   "Ingam Test CA Class 1"
#define DEFAULT_BANK   "INGAM"
#define DEFAULT_POLICY "1.2.410.200005.1.1.4" /* personal, bank use */
#define CODE_LIFE      (14 * DAY_SECONDS)
#define CODE_LETTERS   "ABCDEFGHJKLMNPQRSTUVWXYZ23456789" /* 5 bits each */
#define CODE_LEN       14                                 /* 70 bits */
#define REFERENCE_LEN  6
#define DIGITS         "0123456789"
#define DAYS_MAX       3650
#define IDN_MIN        10
#define IDN_MAX        13

int
command_init(const char *dir, const struct options *options)
{
    struct out o = { 0 };
    const char *name = option_or(options, OPTION_NAME, DEFAULT_NAME);

    ca_create(dir, name, options->value[OPTION_KM] != NULL);
    out_text(&o, "{");
    json_member(&o, "dir", dir);
    json_member(&o, "name", name);
    out_text(&o, "}");
    return print_object(&o);
}

int
command_serve(const char *dir, const struct options *options)
{
    const struct serve_order order = {
        .http_port = (int)option_number(
            option_or(options, OPTION_PORT, "0"), "port", 0, 65535),
        .https_port = (int)option_number(
            option_or(options, OPTION_TLS_PORT, "0"), "tls-port", 0, 65535),
        .tcp_port = (int)option_number(
            option_or(options, OPTION_TCP_PORT, "-1"), "tcp-port", -1, 65535),
        .ocsp = options->value[OPTION_OCSP],
        .crl = options->value[OPTION_CRL],
    };

    return serve(dir, &order);
}

/* cn=홍길동(hong)0099 0001 20261124 00000001, as banks number people. */
static void
subject_text(struct out *o, const struct options *options, int64_t id)
{
    const char *name = option_needed(options, OPTION_NAME, "name");
    const char *english = option_or(options, OPTION_ENGLISH, "");
    const char *bank = option_or(options, OPTION_BANK, DEFAULT_BANK);
    time_t now = time(NULL);
    struct tm tm;
    char day[16];

    gmtime_r(&now, &tm);
    strftime(day, sizeof day, "%Y%m%d", &tm);
    if (strpbrk(name, ",=()/") != NULL || strpbrk(english, ",=()/") != NULL ||
        strpbrk(bank, ",=()/") != NULL)
        die("names must be without , = ( ) /");
    out_printf(o, "C=kr,O=IngamTest,OU=personal4IB,OU=%s,CN=%s(%s)", bank, name,
        english);
    out_printf(o, "00990001%s%08lld", day, (long long)id);
}

int
command_person(const char *dir, const struct options *options)
{
    const char *idn = option_needed(options, OPTION_IDN, "idn");
    struct out o = { 0 }, text = { 0 }, subject = { 0 };
    sqlite3 *db = db_open(dir);
    sqlite3_stmt *stmt;
    const unsigned char *p;
    X509_NAME *name;
    int64_t id = 1;
    char *dn;

    if (strspn(idn, DIGITS) != strlen(idn) ||
        (strlen(idn) != IDN_MIN && strlen(idn) != IDN_MAX))
        die("--idn needs 10 or 13 digits");
    db_begin(db);
    stmt = db_query(db, "SELECT IFNULL(MAX(id), 0) + 1 FROM person", "");
    while (db_row(&stmt))
        id = sqlite3_column_int64(stmt, 0);
    subject_text(&text, options, id);
    cert_name(&subject, out_string(&text));
    p = subject.data;
    if ((name = d2i_X509_NAME(NULL, &p, (long)subject.len)) == NULL)
        die("not a name: %s", out_string(&text));
    dn = cert_folder(name);
    db_run(db, "INSERT INTO person VALUES(?, ?, ?, ?, ?, ?, ?, ?)", "ittttttb",
        id, option_needed(options, OPTION_NAME, "name"),
        option_or(options, OPTION_ENGLISH, ""), idn,
        option_or(options, OPTION_POLICY, DEFAULT_POLICY),
        option_or(options, OPTION_CONTACT, ""), dn, span_of(&subject));
    db_commit(db);
    sqlite3_close(db);
    out_printf(&o, "{\"person\":%lld", (long long)id);
    json_member(&o, "dn", dn);
    out_text(&o, "}");
    X509_NAME_free(name);
    free(dn);
    out_free(&text);
    out_free(&subject);
    return print_object(&o);
}

/* --days: when the certificate ends; 0 leaves it to the rules. */
static int64_t
end_of_certificate(const struct options *options, const char *kind)
{
    const char *days = options->value[OPTION_DAYS];

    if (days == NULL)
        return 0;
    if (strcmp(kind, "issue") != 0)
        die("--days: a re-issued certificate keeps its end");
    return end_of_korean_day(
        time(NULL) +
            option_number(days, "days", -DAYS_MAX, DAYS_MAX) * DAY_SECONDS,
        0);
}

int
command_code(const char *dir, const struct options *options)
{
    static const char *const kinds[] = { "issue", "reissue", NULL };
    int64_t person =
        option_number(option_needed(options, OPTION_PERSON, "person"), "person",
            1, INT64_MAX);
    const char *kind = option_one_of(
        option_needed(options, OPTION_KIND, "kind"), "kind", kinds);
    int64_t expires =
        time(NULL) + (options->value[OPTION_EXPIRES] != NULL
                             ? option_number(options->value[OPTION_EXPIRES],
                                   "expires", -CODE_LIFE, CODE_LIFE)
                             : CODE_LIFE);
    char *reference = NULL, *secret = random_text(CODE_LETTERS, CODE_LEN);
    sqlite3 *db = db_open(dir);
    struct out o = { 0 };
    sqlite3_stmt *stmt;
    bool taken = true;

    db_begin(db);
    while (taken) {
        free(reference);
        reference = random_text(DIGITS, REFERENCE_LEN);
        stmt = db_query(
            db, "SELECT 1 FROM code WHERE reference = ?", "t", reference);
        taken = db_row(&stmt);
        db_done(&stmt);
    }
    db_run(db,
        "INSERT INTO code(reference, secret, person, kind, expires, not_after)"
        " VALUES(?, ?, ?, ?, ?, ?)",
        "ttitii", reference, secret, person, kind, expires,
        end_of_certificate(options, kind));
    db_commit(db);
    sqlite3_close(db);
    out_text(&o, "{");
    json_member(&o, "referenceNumber", reference);
    json_member(&o, "authorizationCode", secret);
    out_text(&o, ",\"expires\":");
    json_time(&o, expires);
    out_text(&o, "}");
    free(reference);
    free(secret);
    return print_object(&o);
}

static void
list_certificates(struct out *o, sqlite3 *db)
{
    sqlite3_stmt *stmt = db_query(db,
        "SELECT serial, dn, kind, state, not_before, not_after, person,"
        " (SELECT COUNT(*) FROM asked WHERE renews = serial)"
        " FROM certificate JOIN person ON person.id = certificate.person"
        " ORDER BY serial",
        "");
    static const char *const names[] = { "subject", "kind", "state" };
    const char *separator = "";
    char *text;

    while (db_row(&stmt)) {
        out_printf(o, "%s{\"serial\":\"%02llx\"", separator,
            (long long)sqlite3_column_int64(stmt, 0));
        for (int i = 0; i < 3; i++) {
            text = db_text(stmt, 1 + i);
            json_member(o, names[i], text);
            free(text);
        }
        out_text(o, ",\"notBefore\":");
        json_time(o, sqlite3_column_int64(stmt, 4));
        out_text(o, ",\"notAfter\":");
        json_time(o, sqlite3_column_int64(stmt, 5));
        out_printf(o, ",\"person\":%lld,\"renewalKeys\":%d}",
            (long long)sqlite3_column_int64(stmt, 6),
            sqlite3_column_int(stmt, 7));
        separator = ",";
    }
}

static void
list_codes(struct out *o, sqlite3 *db)
{
    sqlite3_stmt *stmt = db_query(db,
        "SELECT reference, CASE WHEN EXISTS(SELECT 1 FROM certificate WHERE"
        " code = code.id) THEN 'used' WHEN attempts >= ? THEN 'locked'"
        " WHEN expires <= ? THEN 'expired' ELSE 'new' END, kind, expires,"
        " attempts, person,"
        " (SELECT COUNT(*) FROM asked WHERE code = code.id AND kind = 'sign'),"
        " (SELECT COUNT(*) FROM asked WHERE code = code.id AND kind = 'km')"
        " FROM code ORDER BY id",
        "ii", (int64_t)ATTEMPTS_MAX, (int64_t)time(NULL));
    static const char *const names[] = { "referenceNumber", "state", "kind" };
    const char *separator = "";
    char *text;

    while (db_row(&stmt)) {
        out_printf(o, "%s{", separator);
        for (int i = 0; i < 3; i++) {
            text = db_text(stmt, i);
            json_member(o, names[i], text);
            free(text);
        }
        out_text(o, ",\"expires\":");
        json_time(o, sqlite3_column_int64(stmt, 3));
        out_printf(o, ",\"attempts\":%d,\"person\":%lld,\"keys\":{",
            sqlite3_column_int(stmt, 4),
            (long long)sqlite3_column_int64(stmt, 5));
        out_printf(o, "\"sign\":%d,\"km\":%d}}", sqlite3_column_int(stmt, 6),
            sqlite3_column_int(stmt, 7));
        separator = ",";
    }
}

int
command_list(const char *dir, const struct options *options)
{
    sqlite3 *db = db_open(dir);
    struct out o = { 0 };

    (void)options;
    out_text(&o, "{\"certificates\":[");
    list_certificates(&o, db);
    out_text(&o, "],\"codes\":[");
    list_codes(&o, db);
    out_text(&o, "]}");
    sqlite3_close(db);
    return print_object(&o);
}

int
command_misbehave(const char *dir, const struct options *options)
{
    const char *mode = options->argument;
    sqlite3 *db = db_open(dir);
    struct out o = { 0 };

    if (options->value[OPTION_LIST] != NULL) {
        out_text(&o, "{\"modes\":");
        plan_list(&o);
        out_text(&o, "}");
    } else {
        if (mode == NULL || !plan_known(mode))
            die("no such mode: %s", mode != NULL ? mode : "(none given)");
        db_set(db, "mode", mode);
        out_text(&o, "{");
        json_member(&o, "mode", mode);
        out_text(&o, "}");
    }
    sqlite3_close(db);
    return print_object(&o);
}

int
command_renewal(const char *dir, const struct options *options)
{
    const char *days = option_needed(options, OPTION_FROM_DAYS, "from-days");
    struct out o = { 0 };
    sqlite3 *db = db_open(dir);

    option_number(days, "from-days", 0, DAYS_MAX);
    db_set(db, SETTING_RENEWAL, days);
    sqlite3_close(db);
    out_text(&o, "{");
    out_printf(&o, "\"fromDays\":%s", days);
    out_text(&o, "}");
    return print_object(&o);
}

int
command_family(const char *dir, const struct options *options)
{
    static const char *const texts[] = { "utf-8", "euc-kr", NULL };
    const char *text =
        option_one_of(option_or(options, OPTION_TEXT, texts[0]), "text", texts);
    const char *name = options->argument;
    sqlite3 *db = db_open(dir);
    struct out o = { 0 };

    if (name == NULL || family_find(name) == NULL)
        die("no such family: %s", name != NULL ? name : "(none given)");
    db_set(db, SETTING_FAMILY, name);
    db_set(db, SETTING_TEXT, text);
    sqlite3_close(db);
    out_text(&o, "{");
    json_member(&o, "family", name);
    json_member(&o, "text", text);
    out_text(&o, "}");
    return print_object(&o);
}

int
command_cert(const char *dir, const struct options *options)
{
    static const char *const names[] = { "ca", "root", "tls", "cmp", "tsa",
        NULL };
    const char *what = option_one_of(
        option_needed(options, OPTION_WHAT, "what"), "what", names);
    struct out o = { 0 };
    struct ca ca;
    char *pem;

    ca_load(&ca, dir);
    pem = ca_pem(&ca, strcmp(what, "ca") == 0     ? CA_ISSUING
                      : strcmp(what, "root") == 0 ? CA_ROOT
                      : strcmp(what, "cmp") == 0  ? CA_CMP
                      : strcmp(what, "tsa") == 0  ? CA_TSA
                                                  : CA_TLS_ROOT);
    out_text(&o, "{");
    json_member(&o, "pem", pem);
    out_text(&o, "}");
    free(pem);
    ca_free(&ca);
    return print_object(&o);
}
