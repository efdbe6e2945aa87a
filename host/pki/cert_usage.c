#include "pki/cert.h"

#include <string.h>

/* The labels of ux: section 3. */
#define PERSONAL                                                               \
    {                                                                          \
        "모든 거래용(개인 범용)", "General (personal)"                         \
    }
#define BUSINESS                                                               \
    {                                                                          \
        "모든 거래용(사업자)", "General (business)"                            \
    }
#define BANK                                                                   \
    {                                                                          \
        "은행·보험용", "Bank/insurance"                                        \
    }
#define SECURITIES                                                             \
    {                                                                          \
        "증권·보험용", "Securities/insurance"                                  \
    }
#define CARD                                                                   \
    {                                                                          \
        "신용카드용", "Credit card"                                            \
    }
#define TAX                                                                    \
    {                                                                          \
        "전자세금용", "e-Tax"                                                  \
    }
#define CORPORATE                                                              \
    {                                                                          \
        "기업뱅킹용", "Corporate banking"                                      \
    }
#define PROCUREMENT                                                            \
    {                                                                          \
        "조달청용", "Procurement"                                              \
    }
#define SPECIAL                                                                \
    {                                                                          \
        "기타 특수용", "Special"                                               \
    }

// clang-format off
static const struct row {
    const char *oid;
    struct cert_usage usage;
} rows[] = { /* npki.md 4.3 */
    /* yessign; a last .1 is the same on secure media */
    { "1.2.410.200005.1.1.1",        PERSONAL },
    { "1.2.410.200005.1.1.1.1",      PERSONAL },
    { "1.2.410.200005.1.1.5",        BUSINESS },
    { "1.2.410.200005.1.1.5.1",      BUSINESS },
    { "1.2.410.200005.1.1.4",        BANK },
    { "1.2.410.200005.1.1.4.1",      BANK },
    { "1.2.410.200005.1.1.2",        BANK },
    { "1.2.410.200005.1.1.2.1",      BANK },
    { "1.2.410.200005.1.1.3",        SPECIAL },
    { "1.2.410.200005.1.1.6.1",      CORPORATE },
    { "1.2.410.200005.1.1.6.2",      CARD },
    { "1.2.410.200005.1.1.6.3",      PROCUREMENT },
    { "1.2.410.200005.1.1.6.4",      SPECIAL },
    { "1.2.410.200005.1.1.6.5",      SPECIAL },
    { "1.2.410.200005.1.1.6.8",      TAX },
    { "1.2.410.200005.1.1.4.4",      SPECIAL },
    { "1.2.410.200005.1.1.4.8",      SPECIAL },
    /* KICA (signGATE) */
    { "1.2.410.200004.5.2.1.2",      PERSONAL },
    { "1.2.410.200004.5.2.1.1",      BUSINESS },
    { "1.2.410.200004.5.2.1.3",      SPECIAL },
    { "1.2.410.200004.5.2.1.4",      SPECIAL },
    { "1.2.410.200004.5.2.1.5",      SPECIAL },
    { "1.2.410.200004.5.2.1.6",      SPECIAL },
    { "1.2.410.200004.5.2.1.6.257",  TAX },
    { "1.2.410.200004.5.2.1.7.1",    BANK },
    { "1.2.410.200004.5.2.1.7.2",    SECURITIES },
    { "1.2.410.200004.5.2.1.7.3",    CARD },
    { "1.2.410.200004.5.2.1.5001",   TAX },
    /* SignKorea */
    { "1.2.410.200004.5.1.1.5",      PERSONAL },
    { "1.2.410.200004.5.1.1.7",      BUSINESS },
    { "1.2.410.200004.5.1.1.9",      SECURITIES },
    { "1.2.410.200004.5.1.1.9.2",    CARD },
    { "1.2.410.200004.5.1.1.10",     SECURITIES },
    { "1.2.410.200004.5.1.1.10.1",   SECURITIES },
    { "1.2.410.200004.5.1.1.11",     TAX },
    { "1.2.410.200004.5.1.1.12",     TAX },
    { "1.2.410.200004.5.1.1.12.902", TAX },
    { "1.2.410.200004.5.1.1.12.908", TAX },
    { "1.2.410.200004.5.1.1.1",      SPECIAL },
    { "1.2.410.200004.5.1.1.2",      SPECIAL },
    { "1.2.410.200004.5.1.1.3",      SPECIAL },
    { "1.2.410.200004.5.1.1.4",      SPECIAL },
    { "1.2.410.200004.5.1.1.6",      SPECIAL },
    { "1.2.410.200004.5.1.1.8",      SPECIAL },
    /* CrossCert */
    { "1.2.410.200004.5.4.1.1",      PERSONAL },
    { "1.2.410.200004.5.4.1.2",      BUSINESS },
    { "1.2.410.200004.5.4.1.3",      SPECIAL },
    { "1.2.410.200004.5.4.1.4",      SPECIAL },
    { "1.2.410.200004.5.4.1.5",      SPECIAL },
    { "1.2.410.200004.5.4.1.74",     TAX },
    { "1.2.410.200004.5.4.1.101",    BANK },
    { "1.2.410.200004.5.4.1.102",    SECURITIES },
    { "1.2.410.200004.5.4.1.103",    CARD },
    { "1.2.410.200004.5.4.1.104",    SPECIAL },
    { "1.2.410.200004.5.4.1.105",    SPECIAL },
    { "1.2.410.200004.5.4.1.106",    SPECIAL },
    { "1.2.410.200004.5.4.1.107",    SPECIAL },
    { "1.2.410.200004.5.4.1.108",    SPECIAL },
    { "1.2.410.200004.5.4.1.109",    SPECIAL },
    { "1.2.410.200004.5.4.2.52",     TAX },
    { "1.2.410.200004.5.4.2.80",     TAX },
    /* TradeSign */
    { "1.2.410.200012.1.1.1",        PERSONAL },
    { "1.2.410.200012.1.1.3",        BUSINESS },
    { "1.2.410.200012.1.1.101",      BANK },
    { "1.2.410.200012.1.1.103",      SECURITIES },
    { "1.2.410.200012.1.1.105",      CARD },
    { "1.2.410.200012.5.19.1.1",     TAX },
    /* NCASign */
    { "1.2.410.200004.5.3.1.1",      SPECIAL },
    { "1.2.410.200004.5.3.1.2",      BUSINESS },
    { "1.2.410.200004.5.3.1.9",      PERSONAL },
    { "1.2.410.200004.5.3.1.5",      SPECIAL },
    { "1.2.410.200004.5.3.1.6",      SPECIAL },
    { "1.2.410.200004.5.3.1.7",      SPECIAL },
    { "1.2.410.200004.5.3.1.8",      SPECIAL },
    /* INIPASS */
    { "1.2.410.200004.5.5.1.1",      PERSONAL },
    { "1.2.410.200004.5.5.1.2",      BUSINESS },
    { "1.2.410.200004.5.5.1.4.2",    TAX },
};
// clang-format on

struct cert_usage
cert_usage_of(const char *oid)
{
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].oid, oid) == 0)
            return rows[i].usage;
    return (struct cert_usage){ "", "" };
}
