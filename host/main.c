/* ingam-host: started by a browser, speaks frames on stdin and stdout. */
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "os/process.h"

int
main(int argc, char **argv)
{
    static const char version[] = "ingam-host " INGAM_VERSION "\n";
    bool all = process_descriptors();

    if (!all || process_environment(false) != OK)
        return 1;
    process_close_from(3);
    process_harden();
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return write(1, version, strlen(version)) > 0 ? 0 : 1;
    return 1;
}
