/* Revocation (cmp.h). */
#include "pki/cmp_run.h"

enum err
cmp_revoke(const struct host *host, const struct ca *ca,
    const struct cmp_signer *signer, int reason, const struct cmp_io *io,
    const struct watch *watch, struct cmp_result *ret)
{
    struct cmp_order order = { .ca = ca, .signer = signer };
    struct cmp_run run = {
        .host = host, .order = &order, .io = io, .watch = watch, .result = ret
    };
    OSSL_CMP_CTX *ctx = OSSL_CMP_CTX_new(crypto_libctx(host->crypto), NULL);
    bool done;
    enum err r;

    cmp_result_free(ret);
    run.deadline = clock_monotonic(&host->clock) + CMP_MESSAGE_S * 1000;
    if ((r = cmp_transaction(host->crypto, order.transaction_id)) != OK)
        goto out;
    if (ctx == NULL || !cmp_run_set_up(&run, ctx) ||
        OSSL_CMP_CTX_set_option(ctx, OSSL_CMP_OPT_REVOCATION_REASON, reason) !=
            1) {
        r = err_openssl(__func__, ERR_INTERNAL);
        goto out;
    }
    done = OSSL_CMP_exec_RR_ses(ctx) == 1;
    r = run.err;
    if (r == OK && !done)
        r = run.answered ? ERR_CA_ANSWER_INVALID
                         : err_openssl(__func__, ERR_INTERNAL);
    (void)err_openssl(__func__, OK);
out:
    OSSL_CMP_CTX_free(ctx);
    return r;
}
