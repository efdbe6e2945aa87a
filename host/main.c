/*
 * ingam-host: started by a browser for the extension, with whose id the
 * browser names the caller; speaks frames on stdin and stdout. By hand it
 * answers --version and --describe (the protocol as JSON), nothing else.
 */
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/describe.h"
#include "cmd/json.h"
#include "host.h"
#include "ids.h"
#include "os/process.h"
#include "wire/frame.h"
#include "wire/inbox.h"
#include "wire/session.h"

static const char *const chromium_ids[] = { INGAM_CHROMIUM_IDS };
static const char *const firefox_ids[] = { INGAM_FIREFOX_IDS };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Chromium: argv[1] is "chrome-extension://<id>/". */
static bool
is_chromium(const char *argument)
{
    static const char scheme[] = "chrome-extension://";
    const char *id = argument + sizeof(scheme) - 1;
    size_t i, len;

    if (strncmp(argument, scheme, sizeof(scheme) - 1) != 0)
        return false;
    for (i = 0; i < COUNT(chromium_ids); i++) {
        len = strlen(chromium_ids[i]);
        if (strncmp(id, chromium_ids[i], len) == 0 &&
            strcmp(id + len, "/") == 0)
            return true;
    }
    return false;
}

/* Firefox: argv[1] is the manifest's path, argv[2] the add-on's id. */
static bool
is_firefox(const char *manifest, const char *id)
{
    size_t i;

    if (manifest[0] != '/')
        return false;
    for (i = 0; i < COUNT(firefox_ids); i++)
        if (strcmp(id, firefox_ids[i]) == 0)
            return true;
    return false;
}

static bool
is_our_extension(int argc, char **argv)
{
    return (argc >= 2 && is_chromium(argv[1])) ||
           (argc >= 3 && is_firefox(argv[1], argv[2]));
}

static int
print(const char *text)
{
    size_t len = strlen(text), done = 0;
    ssize_t n;

    while (done < len) {
        n = write(STDOUT_FILENO, text + done, len - done);
        if (n <= 0)
            return 1;
        done += (size_t)n;
    }
    return 0;
}

static enum err
describe_limits(cJSON *object)
{
    cJSON *limits = cJSON_AddObjectToObject(object, "limits");
    enum err r;

    if (limits == NULL)
        return ERR_NO_MEMORY;
    if ((r = reply_number(limits, "frameIn", FRAME_IN_MAX)) != OK ||
        (r = reply_number(limits, "frameOut", FRAME_OUT_MAX)) != OK ||
        (r = reply_number(limits, "stallMs", FRAME_STALL_MS)) != OK ||
        (r = reply_number(limits, "depth", JSON_DEPTH_MAX)) != OK ||
        (r = reply_number(limits, "nodes", JSON_NODES_MAX)) != OK)
        return r;
    return reply_number(limits, "queue", INBOX_MAX);
}

static int
print_description(void)
{
    cJSON *object = cJSON_CreateObject();
    struct buf text = { 0 };
    int status = 1;

    if (object != NULL &&
        reply_number(object, "protocol", INGAM_PROTOCOL) == OK &&
        reply_text(object, "version", INGAM_VERSION) == OK &&
        reply_text(object, "minExtension", INGAM_MIN_EXTENSION) == OK &&
        describe_limits(object) == OK && describe(object) == OK &&
        json_print(object, &text) == OK && buf_put_byte(&text, '\n') == OK)
        status = print(buf_text(&text));
    buf_free(&text);
    cJSON_Delete(object);
    return status;
}

/* Ends with the process: whoever still listens to it is gone. */
static int
serve(void)
{
    struct host host = { .clock = clock_system() };
    struct session *session = NULL;
    int out = -1;

    process_widen_pipe(STDIN_FILENO, FRAME_IN_MAX);
    if (process_guard_stdout(&out) != OK ||
        session_open(&host, STDIN_FILENO, out, &session) != OK ||
        paths_init(&host.paths) != OK || crypto_new(&host.crypto) != OK)
        return 1;
    session_run(session);
    return 1;
}

int
main(int argc, char **argv)
{
    if (!process_descriptors() || process_environment(false) != OK)
        return 1;
    process_close_from(3);
    process_harden();
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return print("ingam-host " INGAM_VERSION "\n");
    if (argc == 2 && strcmp(argv[1], "--describe") == 0)
        return print_description();
    if (!is_our_extension(argc, argv)) {
        log_line(LOG_ERROR, "started by something else than the extension");
        return 1;
    }
    return serve();
}
