#include "texts.h"

#include <stdlib.h>
#include <string.h>

struct span
text_hostile(enum text which)
{
    static const char *const words[] = {
        [TEXT_CONTROL] = "line\r\n\x1b[31mred\x1b[0m\x07 bell\x7f",
        [TEXT_BIDI] = "\u202eevil\u202c \u2066isolate\u2069 \u200bzero",
        [TEXT_HTML] = "<img src=x onerror=alert(1)>&amp;<script>1</script>",
        [TEXT_INVALID] = "bad \xc3\x28 \xf0\x9f\x98 \xc0\x80 \xed\xa0\x80 end",
        [TEXT_EUC_KR] = "\xc0\xce\xb0\xa1\xc4\xda\xb5\xe5", /* 인가코드 */
    };
    static const char with_nul[] = "before\0after";

    if (which == TEXT_NUL)
        return (struct span){ (const uint8_t *)with_nul, sizeof with_nul - 1 };
    return (struct span){ (const uint8_t *)words[which], strlen(words[which]) };
}

struct span
text_long(size_t len)
{
    static uint8_t *words;

    words = realloc(words, len);
    if (words == NULL)
        die("out of memory");
    memset(words, 'A', len);
    return (struct span){ words, len };
}
