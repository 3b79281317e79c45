/* url_test.c: what a url means, by the list that all languages play. */
#include <bell/schema.h>
#include <stdlib.h>

#include "client/link.h"
#include "transport/url.h"
#include "unit/check.h"

enum { TEXT_BYTES_MAX = 8192, URLS_MIN = 50 };

static char letter_of(char escape)
{
    switch (escape) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'b':
        return '\\';
    default:
        return ' ';
    }
}

/* `{x*N}` is N times x. */
static void spell(const char *from, size_t size, char *to)
{
    const char *end = from + size;
    while (from < end) {
        char *after = NULL;
        if (strncmp(from, "{x*", 3) == 0) {
            unsigned long count = strtoul(from + 3, &after, 10);
            memset(to, 'x', count);
            to += count;
            from = after + 1;
        } else if (from[0] == '\\') {
            *to++ = letter_of(from[1]);
            from += 2;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

static void is_dialed(const char *text, const char *want)
{
    struct bell__url url;
    bell_error error;
    char dialed[TEXT_BYTES_MAX];
    CHECK_INT(BELL_OK, bell__url_read(text, &url, &error));
    bell_string path = bell__url_path(&url, bell_link_centrifugo.path);
    snprintf(dialed, sizeof dialed, "%s://%.*s%.*s%.*s",
             url.secure ? "wss" : "ws", (int)url.authority.size,
             url.authority.text, (int)path.size, path.text, (int)url.query.size,
             url.query.text);
    CHECK_TEXT(want, dialed);
}

static void is_wrong(const char *text, const char *want)
{
    struct bell__url url;
    bell_error error;
    char says[TEXT_BYTES_MAX + 64];
    CHECK_INT(BELL_INVALID, bell__url_read(text, &url, &error));
    snprintf(says, sizeof says,
             "the url %s; it should look like ws://host:8000/path", want);
    CHECK_TEXT(says, error.message);
}

/* URL -> DIALED, or URL !! WHAT IS WRONG. */
static bool play(char *line)
{
    static char text[TEXT_BYTES_MAX];
    static char want[TEXT_BYTES_MAX];
    line[strcspn(line, "\n")] = '\0';
    const char *good = strstr(line, " -> ");
    const char *bad = strstr(line, " !! ");
    const char *at = good != NULL ? good : bad;
    if (line[0] == '#' || at == NULL) {
        return false;
    }
    spell(line, (size_t)(at - line), text);
    if (good != NULL) {
        spell(at + 4, strlen(at + 4), want);
        is_dialed(text, want);
    } else {
        is_wrong(text, at + 4);
    }
    return true;
}

int main(void)
{
    char line[TEXT_BYTES_MAX];
    int count = 0;
    FILE *list = fopen(TESTS_DIR "/conformance/urls.list", "r");
    CHECK(list != NULL);
    while (list != NULL && fgets(line, sizeof line, list) != NULL) {
        count += play(line);
    }
    CHECK(count >= URLS_MIN);
    if (list != NULL) {
        fclose(list);
    }
    return check_report();
}
