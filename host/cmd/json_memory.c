/* Trees of JSON hold passwords, so that in our own programs they are made by
 * the cleansing allocator. The library in host/lib lives in other people's
 * programs, whose allocator it leaves alone: it does without this file. */
#include <cjson/cJSON.h>

#include "base/mem.h"

/* Before main: no tree can be made by one allocator and freed by another. */
__attribute__((constructor)) static void
use_cleansing_allocator(void)
{
    cJSON_Hooks hooks = { .malloc_fn = mem_alloc, .free_fn = mem_free };

    cJSON_InitHooks(&hooks);
}
