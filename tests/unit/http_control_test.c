/* http_control_test.c: how long an answer may be kept, by its header lines. */
#include "transport/http_control.h"

#include "unit/check.h"

int main(void)
{
    static const struct {
        const char *head;
        int64_t age;
    } cases[] = {
        {"", INT64_MAX},
        {"Date: today\r\n", INT64_MAX},
        {"Cache-Control:\r\n", INT64_MAX},
        {"Cache-Control: public\r\n", INT64_MAX},
        {"Cache-Control: max-age=7\r\n", 7000},
        {"cache-control: private ,MAX-AGE=7,\r\n", 7000},
        {"Cache-Control: max-age=\"7\"\r\n", 7000},
        {"Cache-Control: max-age = 7\r\n", 7000},
        {"Cache-Control: max-age=7, max-age=3\r\n", 3000},
        {"Cache-Control: max-age=7\r\nA: b\r\nCache-Control: max-age=3\r\n",
         3000},
        {"Cache-Control: s-maxage=7\r\n", INT64_MAX},
        {"X-Cache-Control: no-store\r\n", INT64_MAX},
        {"Cache-Control: max-age=0\r\n", 0},
        {"Cache-Control: max-age\r\n", 0},
        {"Cache-Control: max-age=\r\n", 0},
        {"Cache-Control: max-age=-1\r\n", 0},
        {"Cache-Control: max-age=soon\r\n", 0},
        {"Cache-Control: max-age=\"\r\n", 0},
        {"Cache-Control: max-age=99999999999999999999999999999\r\n",
         1000000000000},
        {"Cache-Control: no-store\r\n", 0},
        {"Cache-Control: max-age=7, No-Store\r\n", 0},
        {"Cache-Control: no-cache\r\n", 0},
        {"Cache-Control: no-cache=\"Set-Cookie\", max-age=7\r\n", 0},
        {"Cache-Control: no-store-ever\r\n", INT64_MAX},
        {"Cache-Control: ,,;=,\r\n", INT64_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t got = bell__http_age_max(bell_str(cases[i].head));
        CHECK_INT(cases[i].age, got);
        if (got != cases[i].age) {
            fprintf(stderr, "  of %s\n", cases[i].head);
        }
    }
    return check_report();
}
