/* head.c: the header lines of an answer, one name and value after the other. It
 * knows no status line and what no name means. */
#include "seam/head.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static bell_string trim(const char *text, size_t size)
{
    while (size > 0 && is_blank(text[0])) {
        text++;
        size--;
    }
    while (size > 0 && is_blank(text[size - 1])) {
        size--;
    }
    return (bell_string){text, size};
}

bool bell__head_next(bell_string head, size_t *at, bell_string *name,
                     bell_string *value)
{
    if (*at == head.size) {
        return false;
    }
    const char *line = head.text + *at;
    const char *feed = memchr(line, '\n', head.size - *at);
    assert(feed != NULL && feed > line);
    size_t size = (size_t)(feed - line) - 1;
    const char *colon = memchr(line, ':', size);
    assert(colon != NULL);
    *at += size + 2;
    *name = (bell_string){line, (size_t)(colon - line)};
    *value = trim(colon + 1, size - name->size - 1);
    return true;
}

bool bell__head_is(bell_string text, const char *word)
{
    return text.size == strlen(word) &&
           strncasecmp(text.text, word, text.size) == 0;
}

size_t bell__head_count(bell_string head)
{
    bell_string name;
    bell_string value;
    size_t at = 0;
    size_t count = 0;
    while (bell__head_next(head, &at, &name, &value)) {
        count++;
    }
    return count;
}

size_t bell__head_find(bell_string head, const char *name, bell_string *value)
{
    bell_string found;
    bell_string said;
    size_t at = 0;
    size_t count = 0;
    while (bell__head_next(head, &at, &found, &said)) {
        if (said.size == 0 || !bell__head_is(found, name)) {
            continue;
        }
        if (count == 0) {
            *value = said;
        }
        count++;
    }
    return count;
}

bool bell__head_has(bell_string list, const char *word)
{
    size_t at = 0;
    assert(word[0] != '\0');
    while (at < list.size) {
        const char *start = list.text + at;
        const char *comma = memchr(start, ',', list.size - at);
        size_t size = comma == NULL ? list.size - at : (size_t)(comma - start);
        if (bell__head_is(trim(start, size), word)) {
            return true;
        }
        at += size + 1;
    }
    return false;
}

bool bell__head_lists(bell_string head, const char *name, const char *word)
{
    bell_string found;
    bell_string list;
    size_t at = 0;
    while (bell__head_next(head, &at, &found, &list)) {
        if (bell__head_is(found, name) && bell__head_has(list, word)) {
            return true;
        }
    }
    return false;
}
