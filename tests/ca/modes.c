/* modes.c - every way in which the CA can misbehave; one row a mode. */
#include <limits.h>
#include <string.h>

#include "message.h"
#include "plan.h"
#include "status.h"
#include "texts.h"

#define YEARS_2   (2 * 365 * (long)DAY_SECONDS)
#define TEXT_LONG 3000       /* bytes */
#define TEXT_HUGE (1L << 20) /* bytes */

static void
protection(struct plan *p, long how)
{
    p->protection = (enum protection)how;
    if (how == PROTECT_BY_SIGNATURE)
        p->extra_certs = 2;
}

static void
pvno(struct plan *p, long number)
{
    p->pvno = number;
}

static void
transaction(struct plan *p, long how)
{
    p->transaction_id = (enum field)how;
}

static void
recipient_nonce(struct plan *p, long how)
{
    p->recipient_nonce = (enum field)how;
}

static void
sender_nonce(struct plan *p, long how)
{
    p->sender_nonce = (enum field)how;
}

static void
sender(struct plan *p, long how)
{
    p->sender = (enum field)how;
}

static void
message_time(struct plan *p, long seconds)
{
    p->message_time = seconds;
}

static void
implicit(struct plan *p, long unused)
{
    (void)unused;
    p->implicit_confirm = true;
}

enum counts {
    COUNT_0,
    COUNT_99,
    COUNT_100,
    COUNT_100000,
    COUNT_100001,
    COUNT_HUGE,
    COUNT_NEGATIVE,
    COUNT_128
};

static void
iterations(struct plan *p, long which)
{
    static const struct span counts[] = {
        [COUNT_0] = { (const uint8_t *)"\x00", 1 },
        [COUNT_99] = { (const uint8_t *)"\x63", 1 },
        [COUNT_100] = { (const uint8_t *)"\x64", 1 },
        [COUNT_100000] = { (const uint8_t *)"\x01\x86\xa0", 3 },
        [COUNT_100001] = { (const uint8_t *)"\x01\x86\xa1", 3 },
        [COUNT_HUGE] = { (const uint8_t *)"\x7f\xff\xff\xff", 4 },
        [COUNT_NEGATIVE] = { (const uint8_t *)"\xff", 1 },
        [COUNT_128] = { (const uint8_t *)"\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            16 },
    };

    p->iterations = counts[which];
}

static void
salt(struct plan *p, long len)
{
    p->salt_len = (size_t)len;
}

static void
owf(struct plan *p, long weak)
{
    p->owf = weak ? OID_SHA1 : "1.2.840.113549.2.5"; /* MD5, by name only */
}

static void
mac(struct plan *p, long weak)
{
    p->mac = weak ? OID_HMAC_SHA1 : "2.25.1926";
}

static void
sha1_pbm(struct plan *p, long unused)
{
    (void)unused;
    p->owf = OID_SHA1;
    p->mac = OID_HMAC_SHA1;
}

enum { PARAM_NULL, PARAM_INTEGER, PARAM_TEXT, PARAM_EMPTY, PARAM_OTHER };

static void
parameters(struct plan *p, long which)
{
    static const struct span kinds[] = {
        [PARAM_NULL] = { (const uint8_t *)"\x05\x00", 2 },
        [PARAM_INTEGER] = { (const uint8_t *)"\x02\x01\x05", 3 },
        [PARAM_TEXT] = { (const uint8_t *)"\x0c\x01\x61", 3 },
        [PARAM_EMPTY] = { (const uint8_t *)"\x30\x00", 2 },
        [PARAM_OTHER] = { (const uint8_t *)"\x30\x03\x02\x01\x01", 5 },
    };

    p->parameters = kinds[which];
}

static void
extra_certs(struct plan *p, long count)
{
    p->extra_certs = (size_t)count;
}

static void
body(struct plan *p, long tag)
{
    p->body = (int)tag;
}

static void
request_id(struct plan *p, long add)
{
    p->request_id = add;
}

static void
responses(struct plan *p, long count)
{
    p->responses = (size_t)count;
}

static void
no_certificate(struct plan *p, long unused)
{
    (void)unused;
    p->no_certificate = true;
}

static void
encrypted(struct plan *p, long unused)
{
    (void)unused;
    p->encrypted_certificate = true;
}

static void
rogue_ca_pubs(struct plan *p, long unused)
{
    (void)unused;
    p->rogue_ca_pubs = true;
}

static void
certificate(struct plan *p, long fault)
{
    p->cert = (enum cert_fault)fault;
}

/* The rogue CA's certificate together with its root, offered for trust. */
static void
rogue_ca(struct plan *p, long unused)
{
    (void)unused;
    p->rogue_ca_pubs = true;
    p->cert = CERT_OTHER_ISSUER;
}

static void
bytes(struct plan *p, long how)
{
    p->bytes = (enum bytes)how;
}

static void
portal(struct plan *p, long unused)
{
    (void)unused;
    p->unprocessed = true;
    p->bytes = BYTES_HTML;
    p->content_type = "text/html; charset=utf-8";
}

static void
http(struct plan *p, long status)
{
    p->http_status = (int)status;
    p->unprocessed = true;
    if (status / 100 == 3)
        p->location = "/elsewhere";
}

static void
http_after(struct plan *p, long status)
{
    p->http_status = (int)status;
}

static void
redirect_to_file(struct plan *p, long unused)
{
    (void)unused;
    http(p, 302);
    p->location = "file:///etc/hostname";
}

static void
no_type(struct plan *p, long html)
{
    p->content_type = html ? "text/html" : NULL;
}

static void
sending(struct plan *p, long how)
{
    p->sending = (enum sending)how;
}

enum { LENGTH_LARGE, LENGTH_SMALL, LENGTH_HUGE, LENGTH_NEGATIVE, LENGTH_TWICE };

static void
length(struct plan *p, long which)
{
    static const char *const lengths[] = {
        [LENGTH_LARGE] = "100000",
        [LENGTH_SMALL] = "100",
        [LENGTH_HUGE] = "10737418240",
        [LENGTH_NEGATIVE] = "-1",
        [LENGTH_TWICE] = "100\r\nContent-Length: 200",
    };

    p->length = lengths[which];
}

enum { HEADER_GZIP, HEADER_NO_COLON, HEADER_FOLDED };

static void
header(struct plan *p, long which)
{
    static const char *const lines[] = {
        [HEADER_GZIP] = "Content-Encoding: gzip", /* which it is not */
        [HEADER_NO_COLON] = "this line has no colon",
        [HEADER_FOLDED] = "X-Folded: one\r\n two",
    };

    p->header = lines[which];
}

static void
tls(struct plan *p, long fault)
{
    p->tls = (enum tls_fault)fault;
}

static void
wait_once(struct plan *p, long check_after)
{
    p->waits = 1;
    p->check_after = check_after;
}

static void
wait_times(struct plan *p, long times)
{
    p->waits = times;
}

static void
status(struct plan *p, long value)
{
    p->status = (int)value;
    p->keep_certificate = true;
}

static void
reject(struct plan *p, long fail_info)
{
    static const char words[] = "요청을 거절합니다";

    p->status = STATUS_REJECTION;
    p->fail_info = (int)fail_info;
    p->text = (struct span){ (const uint8_t *)words, sizeof words - 1 };
}

static void
framing(struct plan *p, long how)
{
    p->framing = (enum framing)how;
}

static void
genp(struct plan *p, long how)
{
    p->genp = (enum genp)how;
}

enum { NPKI_ORDER, NPKI_PAD, NPKI_ALIGNED, NPKI_SECOND };

static void
npki(struct plan *p, long what)
{
    p->other_order = what == NPKI_ORDER;
    p->other_pad = what == NPKI_PAD;
    p->aligned = what == NPKI_PAD || what == NPKI_ALIGNED;
    p->second_rejected = what == NPKI_SECOND;
}

static void
error_because(struct plan *p, long bit)
{
    reject(p, bit);
    p->error_message = true;
}

static void
error_message(struct plan *p, long how)
{
    error_because(p, FAIL_BAD_REQUEST);
    p->protection = (enum protection)how;
}

static void
text(struct plan *p, long which)
{
    reject(p, FAIL_BAD_REQUEST);
    p->text = text_hostile((enum text)which);
}

static void
long_text(struct plan *p, long len)
{
    reject(p, FAIL_BAD_REQUEST);
    p->text = text_long((size_t)len);
}

static void
ocsp(struct plan *p, long how)
{
    p->ocsp = (enum ocsp_fault)how;
}

static void
crl(struct plan *p, long how)
{
    p->crl = (enum crl_fault)how;
}

static void
tsa(struct plan *p, long how)
{
    p->tsa = (enum tsa_fault)how;
}

#include "modes_table.h"

static const struct mode *
find(const char *name)
{
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(name, modes[i].name) == 0)
            return &modes[i];
    return NULL;
}

bool
plan_known(const char *mode)
{
    return strcmp(mode, "none") == 0 || find(mode) != NULL;
}

void
plan_apply(struct plan *plan, const char *mode, unsigned stage)
{
    const struct mode *row = find(mode);

    if (row != NULL && (row->stages & stage) != 0)
        row->apply(plan, row->argument);
}

void
plan_list(struct out *o)
{
    static const char *const stages[] = {
        [STAGE_REQUEST] = "request",
        [STAGE_POLL] = "poll",
        [STAGE_CONFIRM] = "confirm",
        [STAGE_WAIT] = "wait",
        [STAGE_TLS] = "tls",
        [STAGE_HELLO] = "hello",
        [STAGE_ENROL] = "enrol",
        [STAGE_END] = "end",
        [STAGE_OCSP] = "ocsp",
        [STAGE_CRL] = "crl",
        [STAGE_TSA] = "tsa",
    };

    out_text(o, "[");
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        out_printf(o, "%s{\"name\":\"%s\",\"stage\":\"%s\"}", i > 0 ? "," : "",
            modes[i].name, stages[modes[i].stages]);
    }
    out_text(o, "]");
}
