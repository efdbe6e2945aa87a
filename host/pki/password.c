#include "pki/p8.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"

#define LENGTH_MIN 10u
#define LENGTH_MAX 64u
#define WORD_MIN   3u /* letters of a name that count */

/*
 * What people choose when letters, digits and a special are demanded: one of
 * these words with something before or behind it. In lower case.
 */
// clang-format off
static const char *const common[] = {
    "password", "passwd", "passw", "pass", "passwort", "passcode", "pwd",
    "secret", "private", "login", "logon", "access", "admin",
    "administrator", "adminadmin", "root", "rootroot", "user", "username",
    "guest", "test", "tester", "testtest", "testing", "temp", "temporary",
    "default", "changeme", "change", "master", "super", "superman", "batman",
    "spiderman", "ironman", "letmein", "welcome", "hello", "helloworld",
    "world", "iloveyou", "iloveu", "ilove", "love", "lovely", "lovelove",
    "loveme", "loveyou", "lover", "sweet", "sweety", "honey", "baby",
    "babygirl", "angel", "princess", "prince", "queen", "king", "monkey",
    "dragon", "tiger", "lion", "eagle", "bear", "panda", "puppy", "kitty",
    "hellokitty", "pikachu", "pokemon", "starcraft", "lineage", "maple",
    "maplestory", "sudden", "overwatch", "league", "minecraft", "football",
    "baseball", "basketball", "soccer", "hockey", "golf", "tennis",
    "michael", "jordan", "michelle", "jennifer", "jessica", "charlie",
    "daniel", "david", "andrew", "thomas", "robert", "george", "hunter",
    "ranger", "killer", "ninja", "shadow", "sunshine", "summer", "winter",
    "spring", "autumn", "flower", "cookie", "cheese", "pepper", "ginger",
    "chocolate", "banana", "orange", "apple", "samsung", "galaxy", "iphone",
    "google", "naver", "daum", "kakao", "kakaotalk", "facebook", "instagram",
    "youtube", "microsoft", "windows", "computer", "internet", "server",
    "mustang", "ferrari", "porsche", "hyundai", "freedom", "whatever",
    "trustno", "matrix", "phoenix", "cloud", "star", "moon", "sky", "blue",
    "purple", "silver", "golden", "diamond", "lucky", "happy", "smile",
    "money", "bank", "banking", "npki", "cert", "certificate", "gongin",
    "injeung", "injeungseo", "bimil", "bimilbunho", "amho", "sarang",
    "saranghae", "saranghaeyo", "gajok", "haengbok", "korea", "hanguk",
    "seoul", "busan", "daehanminguk", "dokdo", "corea",
    "qwer", "qwert", "qwerty", "qwertyu", "qwertyui", "qwertyuiop", "qwe",
    "qweasd", "qweasdzxc", "qweqwe", "qwerqwer", "qwerasdf", "asd", "asdf",
    "asdfg", "asdfgh", "asdfghjkl", "asdasd", "asdfasdf", "zxc", "zxcv",
    "zxcvb", "zxcvbn", "zxcvbnm", "zaq", "zaqxsw", "qaz", "qazwsx",
    "qazwsxedc", "wsx", "poiuy", "mnbvcxz", "lkjhgf", "q1w2e3", "q1w2e3r4",
    "q1w2e3r4t5", "1q2w3e", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx",
    "1qaz2wsx3edc", "a", "aa", "aaa", "aaaa", "ab", "abc", "abcd", "abcde",
    "abcdef", "abcdefg", "abcabc", "aabbcc", "xyz", "zzz",
    "dkssud", "dkssudgktpdy", "tkfkd", "tkfkdgo", "qlalfqjsgh", "rhddls",
    "eogksalsrnr", "gksrnr", "tjdnf", "tjsanf", "gkgkgk", "dkdlfjqm",
};
// clang-format on

static bool
in_list(const char *word, size_t len)
{
    size_t i;

    for (i = 0; i < sizeof(common) / sizeof(common[0]); i++)
        if (strlen(common[i]) == len && memcmp(common[i], word, len) == 0)
            return true;
    return false;
}

/*
 * Common, when a word of the list is what stays of it without specials, as it
 * is or with the digits at both ends taken off.
 */
static bool
is_common(const struct buf *password)
{
    char word[LENGTH_MAX] = { 0 };
    size_t i, start = 0, len = 0;
    bool found;

    for (i = 0; i < password->len; i++)
        if (isalnum(password->data[i]))
            word[len++] = (char)tolower(password->data[i]);
    found = in_list(word, len);
    while (len > 0 && !found && isdigit((unsigned char)word[len - 1])) {
        len--;
        found = in_list(word, len);
    }
    while (start < len && !found && isdigit((unsigned char)word[start])) {
        start++;
        found = in_list(word + start, len - start);
    }
    mem_cleanse(word, sizeof(word));
    return found;
}

static bool
holds_word(const struct buf *password, const char *word, size_t len)
{
    size_t i, k;

    for (i = 0; i + len <= password->len; i++) {
        for (k = 0; k < len; k++)
            if (tolower(password->data[i + k]) !=
                tolower((unsigned char)word[k]))
                break;
        if (k == len)
            return true;
    }
    return false;
}

/* Does it hold a Latin word of the name, "hong" of "홍길동(Hong Gil-dong)"? */
static bool
holds_name(const struct buf *password, const char *name)
{
    size_t len;

    for (; name != NULL && *name != '\0'; name += len) {
        for (len = 0; isalpha((unsigned char)name[len]);)
            len++;
        if (len >= WORD_MIN && holds_word(password, name, len))
            return true;
        if (len == 0)
            len = 1;
    }
    return false;
}

static const char *
broken_rule(const struct buf *password, const char *name)
{
    bool letter = false, digit = false, special = false;
    size_t i;
    uint8_t c;

    for (i = 0; i < password->len; i++) {
        c = password->data[i];
        if (c <= ' ' || c > '~' || c == '"' || c == '\'' || c == '\\' ||
            c == '|')
            return "character";
        letter |= isalpha(c) != 0;
        digit |= isdigit(c) != 0;
        special |= isalnum(c) == 0;
    }
    if (password->len < LENGTH_MIN || password->len > LENGTH_MAX)
        return "length";
    if (!letter)
        return "letter";
    if (!digit)
        return "digit";
    if (!special)
        return "special";
    if (is_common(password))
        return "common";
    return holds_name(password, name) ? "name" : NULL;
}

enum err
p8_password_check(
    const struct buf *password, const char *name, const char **ret_rule)
{
    const char *rule = broken_rule(password, name);

    if (rule == NULL)
        return OK;
    *ret_rule = rule;
    return ERR_PASSWORD_TOO_WEAK;
}
