#include "cmd/cmd.h"

#include "base/mem.h"
#include "pki/cert.h"
#include "pki/tries.h"

/* How often the password of the certificate that is asked for was wrong. */
static enum err
put_tries(struct call *call, enum err said)
{
    const char *id = args_text(call, "certificate");
    struct tries tries;
    enum err r = OK;

    if (id == NULL || args_get(call, "certificate")->bytes.len != CERT_ID_LEN)
        return said;
    tries = tries_look(call->host, id);
    if (tries.wrong > 0)
        r = reply_number(call->detail, "n", tries.wrong);
    if (r == OK && (tries.wait > 0 || said == ERR_PASSWORD_SLOWED))
        r = reply_number(call->detail, "s", (double)tries.wait);
    return r == OK ? said : r;
}

enum err
command_run(struct call *call)
{
    enum err r;

    mem_forget_short();
    r = call->command->run(call);
    if (r != OK && mem_was_short())
        r = ERR_NO_MEMORY;
    if (r == ERR_PASSWORD_WRONG || r == ERR_PASSWORD_SLOWED)
        r = put_tries(call, r);
    return r;
}
