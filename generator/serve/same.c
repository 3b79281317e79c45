/* same.c: JSON values compared. */
#include "serve/same.h"

#include "base/buf.h"
#include "base/memory.h"
#include "base/str.h"
#include "json/members.h"

enum { DEPTH_MAX = 100 };

static bool unescape(bell_string raw, struct bell__buf *out)
{
    bell__buf_open(out, &bell__memory_default, 0);
    if (bell__buf_reserve(out, raw.size + 1) != BELL_OK) {
        return false;
    }
    out->size = bell__json_unescape(raw, out->bytes);
    return true;
}

bool same_text(bell_string quoted, bell_string text)
{
    struct bell__buf out;
    bool same = unescape(quoted, &out) &&
                bell__str_equal((bell_string){out.bytes, out.size}, text);
    bell__buf_close(&out);
    return same;
}

static bool same_texts(bell_string one, bell_string two)
{
    struct bell__buf out;
    bool same = unescape(two, &out) &&
                same_text(one, (bell_string){out.bytes, out.size});
    bell__buf_close(&out);
    return same;
}

static bool same_numbers(struct bell__json *one, struct bell__json *two)
{
    bell_string first;
    bell_string second;
    if (!bell__json_number(one, &first) || !bell__json_number(two, &second)) {
        return false;
    }
    if (bell__str_equal(first, second)) {
        return true;
    }
    struct bell__json reader;
    double value = 0;
    double other = 0;
    bell__json_open(&reader, first, 1);
    bool good = bell__json_double(&reader, &value);
    bell__json_open(&reader, second, 1);
    good = good && bell__json_double(&reader, &other);
    return good && !(value < other) && !(value > other);
}

static bool same_values(bell_string one, bell_string two, unsigned depth);

static bool same_lists(struct bell__json *one, struct bell__json *two,
                       unsigned depth)
{
    bell__json_enter_list(one);
    bell__json_enter_list(two);
    for (;;) {
        bell_string first;
        bell_string second;
        bool more = bell__json_next_item(one);
        if (more != bell__json_next_item(two)) {
            return false;
        }
        if (!more) {
            return one->wrong == NULL && two->wrong == NULL;
        }
        if (!bell__json_skip(one, &first) || !bell__json_skip(two, &second) ||
            !same_values(first, second, depth + 1)) {
            return false;
        }
    }
}

/* The member of that name (not unescaped); false where there is none. */
static bool find(bell_string object, bell_string key, bell_string *value)
{
    struct bell__json json;
    struct bell__members at;
    bool found = false;
    bell__json_open(&json, object, DEPTH_MAX * 2);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (same_texts(at.key, key)) {
            found = bell__json_skip(&json, value);
        }
    }
    return found && json.wrong == NULL;
}

/* How many members it has; each of them is in the other one, too. */
static bool has_members(bell_string one, bell_string two, unsigned depth,
                        size_t *count)
{
    struct bell__json json;
    struct bell__members at;
    *count = 0;
    bell__json_open(&json, one, DEPTH_MAX * 2);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        bell_string value;
        bell_string other;
        bell_string key = at.key;
        ++*count;
        if (!bell__json_skip(&json, &value) || !find(two, key, &other) ||
            !same_values(value, other, depth + 1)) {
            return false;
        }
    }
    return json.wrong == NULL;
}

static bool same_maps(bell_string one, bell_string two, unsigned depth)
{
    struct bell__json json;
    struct bell__members at;
    size_t count;
    size_t others = 0;
    if (!has_members(one, two, depth, &count)) {
        return false;
    }
    bell__json_open(&json, two, DEPTH_MAX * 2);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        others++;
    }
    return json.wrong == NULL && count == others;
}

static bool same_values(bell_string one, bell_string two, unsigned depth)
{
    struct bell__json first;
    struct bell__json second;
    bell_string text;
    bell_string other;
    bool escaped;
    bell__json_open(&first, one, DEPTH_MAX * 2);
    bell__json_open(&second, two, DEPTH_MAX * 2);
    enum bell__json_kind kind = bell__json_peek(&first);
    if (kind != bell__json_peek(&second) || depth > DEPTH_MAX) {
        return false;
    }
    switch (kind) {
    case BELL__JSON_MAP:
        return same_maps(one, two, depth);
    case BELL__JSON_LIST:
        return same_lists(&first, &second, depth);
    case BELL__JSON_NUMBER:
        return same_numbers(&first, &second);
    case BELL__JSON_STRING:
        return bell__json_raw_string(&first, &text, &escaped) &&
               bell__json_raw_string(&second, &other, &escaped) &&
               same_texts(text, other);
    default:
        return bell__json_skip(&first, &text) &&
               bell__json_skip(&second, &other) && bell__str_equal(text, other);
    }
}

bool same_json(bell_string one, bell_string two)
{
    struct bell__json json;
    bell__json_open(&json, one, DEPTH_MAX);
    if (!bell__json_skip(&json, NULL) || !bell__json_done(&json)) {
        return false;
    }
    bell__json_open(&json, two, DEPTH_MAX);
    return bell__json_skip(&json, NULL) && bell__json_done(&json) &&
           (bell__str_equal(one, two) || same_values(one, two, 0));
}
