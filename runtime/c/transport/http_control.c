/* http_control.c: how long an answer may be kept, by its Cache-Control. It
 * knows no store. */
#include "transport/http_control.h"

#include <string.h>

#include "base/str.h"
#include "seam/head.h"

enum { SECONDS_MAX = 1000000000 };

static bell_string trim(bell_string text)
{
    while (text.size != 0 && bell__str_is_blank(text.text[0])) {
        text.text++;
        text.size--;
    }
    while (text.size != 0 && bell__str_is_blank(text.text[text.size - 1])) {
        text.size--;
    }
    return text;
}

/* Digits, which may stand in quotes; nonsense is 0. */
static int64_t read_seconds(bell_string text)
{
    int64_t seconds = 0;
    if (text.size > 1 && text.text[0] == '"' &&
        text.text[text.size - 1] == '"') {
        text.text++;
        text.size -= 2;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.text[i] < '0' || text.text[i] > '9') {
            return 0;
        }
        seconds = seconds * 10 + (text.text[i] - '0');
        seconds = seconds > SECONDS_MAX ? SECONDS_MAX : seconds;
    }
    return seconds;
}

static int64_t read_directive(bell_string text)
{
    const char *equals = memchr(text.text, '=', text.size);
    bell_string name = text;
    bell_string value = {NULL, 0};
    if (equals != NULL) {
        name.size = (size_t)(equals - text.text);
        value = trim((bell_string){equals + 1, text.size - name.size - 1});
        name = trim(name);
    }
    if (bell__head_is(name, "no-store") || bell__head_is(name, "no-cache")) {
        return 0;
    }
    return bell__head_is(name, "max-age") ? read_seconds(value) * 1000
                                          : INT64_MAX;
}

/* Of a list: a comma in quotes cuts too, which at worst forbids more. */
static int64_t read_list(bell_string list)
{
    int64_t least = INT64_MAX;
    size_t at = 0;
    while (at < list.size) {
        const char *start = list.text + at;
        const char *comma = memchr(start, ',', list.size - at);
        size_t size = comma == NULL ? list.size - at : (size_t)(comma - start);
        bell_string one = trim((bell_string){start, size});
        int64_t age = one.size == 0 ? INT64_MAX : read_directive(one);
        least = age < least ? age : least;
        at += size + 1;
    }
    return least;
}

int64_t bell__http_age_max(bell_string head)
{
    bell_string name;
    bell_string value;
    size_t at = 0;
    int64_t least = INT64_MAX;
    while (bell__head_next(head, &at, &name, &value)) {
        if (bell__head_is(name, "Cache-Control")) {
            int64_t age = read_list(value);
            least = age < least ? age : least;
        }
    }
    return least;
}
