/* powers_test.c: the powers that are worked out are those of the table. */
#include "json/powers.h"

#include "unit/check.h"

int main(void)
{
    for (int k = BELL__POWERS_MIN; k <= BELL__POWERS_MAX; k++) {
        const uint64_t *want = &bell__powers[2 * (k - BELL__POWERS_MIN)];
        uint64_t got[2];
        bell__powers_find(k, got);
        CHECK(want[0] == got[0] && want[1] == got[1]);
    }
    return check_report();
}
