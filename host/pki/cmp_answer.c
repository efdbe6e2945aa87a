#include "pki/cmp_answer.h"

#include <string.h>

#define OID_IMPLICIT_CONFIRM "\x2b\x06\x01\x05\x05\x07\x04\x0d" /* id-it 13 */
#define OID_PBM              "\x2a\x86\x48\x86\xf6\x7d\x07\x42\x0d"
#define OID_HMAC_SHA256_TEXT "\x2a\x86\x48\x86\xf7\x0d\x02\x09"

static bool
der_is(struct der a, const void *bytes, size_t len)
{
    return a.len == len && len > 0 && memcmp(a.data, bytes, len) == 0;
}

/* Walk all elements without recursion: a hostile depth costs nothing. */
static bool
shape_ok(struct der in)
{
    struct der open[CMP_DEPTH_MAX], content;
    size_t depth = 0, elements = 0;
    unsigned tag;

    open[depth++] = in;
    while (depth > 0) {
        if (open[depth - 1].len == 0) {
            depth--;
            continue;
        }
        if (++elements > CMP_ELEMENTS_MAX ||
            !der_any(&open[depth - 1], &tag, &content))
            return false;
        if ((tag & 0x20) == 0) {
            if ((tag & 0xC0) == 0 && ((tag & 0x1F) == (DER_SEQUENCE & 0x1F) ||
                                         (tag & 0x1F) == (DER_SET & 0x1F)))
                return false; /* these are never primitive */
            continue;
        }
        if ((tag & 0xC0) == 0 && tag != DER_SEQUENCE && tag != DER_SET)
            return false; /* a string in pieces is not DER */
        if (depth == CMP_DEPTH_MAX)
            return false;
        open[depth++] = content;
    }
    return true;
}

/* The content of [n], which must hold one element of this tag. */
static bool
take_explicit(struct der *in, unsigned n, unsigned tag, struct der *ret)
{
    struct der outer;

    return der_get(in, DER_EXPLICIT(n), &outer) && der_get(&outer, tag, ret) &&
           outer.len == 0;
}

/* [n] OCTET STRING of a bounded length, when it is there. */
static bool
take_octets(struct der *in, unsigned n, struct der *ret)
{
    if (!der_at(in, DER_EXPLICIT(n)))
        return true;
    return take_explicit(in, n, DER_OCTETS, ret) && ret->len <= CMP_ID_MAX;
}

/* generalInfo: only one thing in it matters. */
static bool
read_info(struct der info, struct cmp_message *ret)
{
    struct der item, oid;

    while (info.len > 0) {
        if (!der_get(&info, DER_SEQUENCE, &item) ||
            !der_get(&item, DER_OID, &oid))
            return false;
        if (der_is(oid, OID_IMPLICIT_CONFIRM, sizeof(OID_IMPLICIT_CONFIRM) - 1))
            ret->implicit_confirm = true;
    }
    return true;
}

/* PKIHeader (RFC 4210, 5.1.1). */
static bool
read_header(struct der h, struct cmp_message *ret)
{
    struct der skip, outer;
    unsigned tag;

    if (!der_get_number(&h, &ret->pvno) || !der_any(&h, &tag, &skip))
        return false;
    if (tag == DER_EXPLICIT(4))
        ret->sender = skip;
    if (!der_any(&h, &tag, &skip)) /* recipient */
        return false;
    if (der_at(&h, DER_EXPLICIT(0))) {
        if (!der_any(&h, &tag, &skip))
            return false;
        (void)!der_get_time(&skip, &ret->time); /* else it says nothing */
    }
    ret->has_algorithm = der_at(&h, DER_EXPLICIT(1));
    if (ret->has_algorithm &&
        !take_explicit(&h, 1, DER_SEQUENCE, &ret->algorithm))
        return false;
    if (!take_octets(&h, 2, &skip) || !take_octets(&h, 3, &skip) ||
        !take_octets(&h, 4, &ret->transaction_id) ||
        !take_octets(&h, 5, &ret->sender_nonce) ||
        !take_octets(&h, 6, &ret->recipient_nonce))
        return false;
    if (der_at(&h, DER_EXPLICIT(7)) && !der_any(&h, &tag, &skip))
        return false;
    if (der_at(&h, DER_EXPLICIT(8)) &&
        (!take_explicit(&h, 8, DER_SEQUENCE, &outer) || !read_info(outer, ret)))
        return false;
    return h.len == 0;
}

/* extraCerts [1]: a number of certificates that can be looked through. */
static bool
take_extra(struct der *in, struct der *ret)
{
    struct der list, item;
    size_t n = 0;

    if (in->len == 0)
        return true;
    if (!take_explicit(in, 1, DER_SEQUENCE, &list))
        return false;
    *ret = list;
    while (list.len > 0)
        if (!der_get(&list, DER_SEQUENCE, &item) || ++n > CMP_EXTRA_MAX)
            return false;
    return true;
}

/* protection [0]: whole bytes, so that it has one spelling only. */
static bool
take_mac(struct der *in)
{
    struct der bits;

    return take_explicit(in, 0, DER_BITS, &bits) && bits.len > 1 &&
           bits.data[0] == 0;
}

enum err
cmp_message_read(const struct buf *der, struct cmp_message *ret)
{
    struct cmp_message m = { 0 };
    struct der in = der_of(der), message, header;
    unsigned tag;

    if (!shape_ok(in) || !der_get(&in, DER_SEQUENCE, &message) || in.len != 0 ||
        !der_get(&message, DER_SEQUENCE, &header) || !read_header(header, &m) ||
        !der_any(&message, &tag, &m.content) || (tag & 0xE0) != 0xA0)
        return ERR_CA_ANSWER_INVALID;
    m.body = tag & 0x1F;
    m.has_protection = der_at(&message, DER_EXPLICIT(0));
    if ((m.has_protection && !take_mac(&message)) ||
        !take_extra(&message, &m.extra) || message.len != 0)
        return ERR_CA_ANSWER_INVALID;
    *ret = m;
    return OK;
}

static bool
body_follows(unsigned request, unsigned answer)
{
    if (answer == CMP_ERROR)
        return true;
    if (request == CMP_IR)
        return answer == CMP_IP;
    if (request == CMP_KUR)
        return answer == CMP_KUP;
    if (request == CMP_RR)
        return answer == CMP_RP;
    if (request == CMP_POLLREQ)
        return answer == CMP_IP || answer == CMP_KUP || answer == CMP_POLLREP;
    return answer == CMP_PKICONF;
}

/* CertRepMessage: step to its one CertResponse. */
static bool
one_response(struct der content, struct der *ret)
{
    struct der rep, list, skip;

    if (!der_get(&content, DER_SEQUENCE, &rep) || content.len != 0)
        return false;
    if (der_at(&rep, DER_EXPLICIT(1)) &&
        !der_get(&rep, DER_EXPLICIT(1), &skip)) /* caPubs: never used */
        return false;
    return der_get(&rep, DER_SEQUENCE, &list) && rep.len == 0 &&
           der_get(&list, DER_SEQUENCE, ret) && list.len == 0;
}

/* certReqId 0, and no certificate that would have to be decrypted. */
static bool
response_ok(struct der content)
{
    struct der response, skip, pair;
    uint32_t id;

    if (!one_response(content, &response) || !der_get_number(&response, &id) ||
        id != 0 || !der_get(&response, DER_SEQUENCE, &skip))
        return false;
    if (!der_at(&response, DER_SEQUENCE))
        return true;
    return der_get(&response, DER_SEQUENCE, &pair) &&
           der_get(&pair, DER_EXPLICIT(0), &skip);
}

enum err
cmp_message_answers(
    const struct cmp_message *answer, const struct cmp_message *request)
{
    if (answer->pvno != 2 || answer->implicit_confirm ||
        !der_is(answer->transaction_id, request->transaction_id.data,
            request->transaction_id.len) ||
        !der_is(answer->recipient_nonce, request->sender_nonce.data,
            request->sender_nonce.len) ||
        answer->sender_nonce.len < CMP_ID_MIN ||
        der_is(answer->sender_nonce, request->sender_nonce.data,
            request->sender_nonce.len) ||
        !body_follows(request->body, answer->body))
        return ERR_CA_ANSWER_INVALID;
    if ((answer->body == CMP_IP || answer->body == CMP_KUP) &&
        !response_ok(answer->content))
        return ERR_CA_ANSWER_INVALID;
    return OK;
}

enum err
cmp_message_protected(const struct cmp_message *message)
{
    struct der in = message->algorithm, oid, pbm, salt, parameters, mac;
    enum oid owf;
    uint32_t rounds;

    if (!message->has_algorithm || !message->has_protection ||
        !der_get(&in, DER_OID, &oid) ||
        !der_is(oid, OID_PBM, sizeof(OID_PBM) - 1) ||
        !der_get(&in, DER_SEQUENCE, &pbm) || in.len != 0)
        return ERR_CA_ANSWER_UNTRUSTED;
    if (!der_get(&pbm, DER_OCTETS, &salt) || salt.len < CMP_SALT_MIN ||
        salt.len > CMP_SALT_MAX ||
        !der_get_algorithm(&pbm, &owf, &parameters) || owf != OID_SHA256 ||
        !der_get_number(&pbm, &rounds) || rounds < CMP_ROUNDS_MIN ||
        rounds > CMP_ROUNDS_MAX)
        return ERR_CA_ANSWER_UNTRUSTED;
    if (!der_get(&pbm, DER_SEQUENCE, &mac) || pbm.len != 0 ||
        !der_get(&mac, DER_OID, &oid) ||
        !der_is(oid, OID_HMAC_SHA256_TEXT, sizeof(OID_HMAC_SHA256_TEXT) - 1))
        return ERR_CA_ANSWER_UNTRUSTED;
    return OK;
}

enum err
cmp_message_signed(const struct cmp_message *message)
{
    static const char *const allowed[] = {
        "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", /* RSA with SHA-256 */
        "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", /* SHA-384 */
        "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d", /* SHA-512 */
        "\x2a\x86\x48\xce\x3d\x04\x03\x02",     /* ECDSA with SHA-256 */
        "\x2a\x86\x48\xce\x3d\x04\x03\x03",
        "\x2a\x86\x48\xce\x3d\x04\x03\x04",
    };
    struct der in = message->algorithm, oid;
    size_t i;

    if (message->has_algorithm && message->has_protection &&
        der_get(&in, DER_OID, &oid))
        for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
            if (der_is(oid, allowed[i], strlen(allowed[i])))
                return OK;
    return ERR_CA_ANSWER_UNTRUSTED;
}

bool
cmp_message_certificate(const struct cmp_message *message, struct der *ret)
{
    struct der response, skip, pair;

    return one_response(message->content, &response) &&
           der_get(&response, DER_INTEGER, &skip) &&
           der_get(&response, DER_SEQUENCE, &skip) &&
           der_get(&response, DER_SEQUENCE, &pair) &&
           der_get(&pair, DER_EXPLICIT(0), ret);
}

void
cmp_status_free(struct cmp_status *status)
{
    size_t i;

    for (i = 0; i < CMP_TEXTS_MAX; i++)
        buf_free(&status->texts[i]);
    *status = (struct cmp_status){ .status = -1 };
}

/* PKIFreeText: what exceeds the bound is left out. */
static enum err
read_texts(struct der list, struct cmp_status *status)
{
    struct der text;
    unsigned tag;
    enum err r;

    while (list.len > 0 && status->text_count < CMP_TEXTS_MAX) {
        if (!der_any(&list, &tag, &text) || tag != DER_UTF8)
            return ERR_CA_ANSWER_INVALID;
        if ((r = cmp_text_clean(text.data, text.len,
                 &status->texts[status->text_count])) != OK)
            return r;
        if (status->texts[status->text_count].len > 0)
            status->text_count++;
    }
    return OK;
}

/* PKIStatusInfo (RFC 4210, 5.2.3). */
static enum err
read_info_of(struct der info, struct cmp_status *status)
{
    struct der texts, bits;
    uint32_t number;
    unsigned i;
    enum err r;

    if (!der_get_number(&info, &number) || number > 6)
        return ERR_CA_ANSWER_INVALID;
    status->status = (int)number;
    if (der_get(&info, DER_SEQUENCE, &texts) &&
        (r = read_texts(texts, status)) != OK)
        return r;
    if (der_at(&info, DER_BITS)) {
        if (!der_get(&info, DER_BITS, &bits) || bits.len < 1)
            return ERR_CA_ANSWER_INVALID;
        for (i = 0; i < CMP_FAIL_BITS && 1 + i / 8 < bits.len; i++)
            if ((bits.data[1 + i / 8] & 0x80u >> i % 8) != 0)
                status->fail_info |= 1u << i;
    }
    return info.len == 0 ? OK : ERR_CA_ANSWER_INVALID;
}

enum err
cmp_status_read(
    const struct cmp_message *message, struct cmp_status *ret_status)
{
    struct der in = message->content, content, info, skip;
    struct cmp_status status = { .status = -1 };
    enum err r = ERR_CA_ANSWER_INVALID;

    if (message->body == CMP_ERROR) {
        if (der_get(&in, DER_SEQUENCE, &content) &&
            der_get(&content, DER_SEQUENCE, &info) &&
            (r = read_info_of(info, &status)) == OK) {
            (void)der_get(&content, DER_INTEGER, &skip);
            if (der_get(&content, DER_SEQUENCE, &info))
                r = read_texts(info, &status);
        }
    } else if (message->body == CMP_IP || message->body == CMP_CP ||
               message->body == CMP_KUP) {
        if (one_response(in, &content) &&
            der_get(&content, DER_INTEGER, &skip) &&
            der_get(&content, DER_SEQUENCE, &info))
            r = read_info_of(info, &status);
    } else if (message->body == CMP_RP) {
        if (der_get(&in, DER_SEQUENCE, &content) && in.len == 0 &&
            der_get(&content, DER_SEQUENCE, &skip) &&
            der_get(&skip, DER_SEQUENCE, &info) && skip.len == 0)
            r = read_info_of(info, &status);
    } else {
        return OK;
    }
    if (r == OK) {
        cmp_status_free(ret_status);
        *ret_status = status;
    } else {
        cmp_status_free(&status);
    }
    return r;
}

const char *
cmp_fail_name(unsigned bit)
{
    static const char *const names[CMP_FAIL_BITS] = { "badAlg",
        "badMessageCheck", "badRequest", "badTime", "badCertId",
        "badDataFormat", "wrongAuthority", "incorrectData", "missingTimeStamp",
        "badPOP", "certRevoked", "certConfirmed", "wrongIntegrity",
        "badRecipientNonce", "timeNotAvailable", "unacceptedPolicy",
        "unacceptedExtension", "addInfoNotAvailable", "badSenderNonce",
        "badCertTemplate", "signerNotTrusted", "transactionIdInUse",
        "unsupportedVersion", "notAuthorized", "systemUnavail", "systemFailure",
        "duplicateCertReq" };

    return bit < CMP_FAIL_BITS ? names[bit] : NULL;
}
