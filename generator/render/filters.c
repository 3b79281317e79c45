/* filters.c: the table of filters and the small ones among them. They know no
 * language: what differs is in the layout that lang.yaml gives. */
#include "render/filters.h"

#include "base/str.h"
#include "base/words.h"

static bool put(struct filter_call *call, const void *bytes, size_t size)
{
    return bell__buf_append(call->out, bytes, size) == BELL_OK;
}

static bool put_case(struct filter_call *call, enum letter_case letters)
{
    bell_string text = words_join(call->text, letters, call->arena);
    return text.text != NULL && put(call, text.text, text.size);
}

static bool apply_snake(struct filter_call *call)
{
    return put_case(call, CASE_SNAKE);
}

static bool apply_camel(struct filter_call *call)
{
    return put_case(call, CASE_CAMEL);
}

static bool apply_pascal(struct filter_call *call)
{
    return put_case(call, CASE_PASCAL);
}

static bool apply_upper(struct filter_call *call)
{
    return put_case(call, CASE_UPPER);
}

static bool apply_size(struct filter_call *call)
{
    call->number = (int64_t)call->text.size;
    return true;
}

/* Letters, digits, `_`, `-` and `.` are what no language quotes; not `-`. */
static bool apply_plain(struct filter_call *call)
{
    bell_string text = call->text;
    bool plain = text.size != 1 || text.text[0] != '-';
    for (size_t i = 0; i < text.size && plain; i++) {
        char byte = text.text[i];
        char lower = (char)(byte | 0x20);
        plain = (lower >= 'a' && lower <= 'z') ||
                (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' ||
                byte == '.';
    }
    return !plain || put(call, text.text, text.size);
}

static bool apply_json(struct filter_call *call)
{
    static const struct quote_style json = {.escapes = QUOTE_RAW};
    return quote_write(call->out, call->text, &json);
}

static bool apply_quoted(struct filter_call *call)
{
    return quote_write(call->out, call->text, &call->layout->text);
}

static bool apply_key(struct filter_call *call)
{
    return quote_write_key(call->out, call->text, &call->layout->text);
}

static bool apply_commented(struct filter_call *call)
{
    return comment_write(call->out, call->text, &call->layout->comment,
                         call->argument_count > 0 ? call->numbers[0]
                                                  : call->layout->width);
}

static bool apply_comment(struct filter_call *call)
{
    struct comment_style style = call->layout->comment;
    style.first = call->texts[0];
    style.next = call->texts[1];
    style.last = call->texts[2];
    return comment_write(call->out, call->text, &style,
                         call->argument_count > 3 ? call->numbers[3]
                                                  : call->layout->width);
}

const struct filter filters[] = {
    {"snake", "", VALUE_TEXT, apply_snake, "words as snake_case",
     WANTS_NOTHING},
    {"camel", "", VALUE_TEXT, apply_camel, "words as camelCase", WANTS_NOTHING},
    {"pascal", "", VALUE_TEXT, apply_pascal, "words as PascalCase",
     WANTS_NOTHING},
    {"upper", "", VALUE_TEXT, apply_upper, "words as UPPER_CASE",
     WANTS_NOTHING},
    {"json", "", VALUE_TEXT, apply_json, "quoted as JSON", WANTS_NOTHING},
    {"quoted", "", VALUE_TEXT, apply_quoted, "quoted as in lang.yaml, in ASCII",
     WANTS_TEXT},
    {"key", "", VALUE_TEXT, apply_key,
     "the key of a member, quoted if it is not a name", WANTS_TEXT},
    {"plain", "", VALUE_TEXT, apply_plain,
     "the text, or nothing if it contains more than letters, digits, _, - and "
     ".",
     WANTS_NOTHING},
    {"size", "", VALUE_NUMBER, apply_size, "the number of bytes",
     WANTS_NOTHING},
    {"commented", "N", VALUE_TEXT, apply_commented,
     "a comment as in lang.yaml; the width, if it is not the file's",
     WANTS_COMMENT},
    {"comment", "tttN", VALUE_TEXT, apply_comment,
     "a comment of another kind: how it starts, how its other lines start, how "
     "it ends, and the width",
     WANTS_NOTHING},
    {0},
};

const struct filter *filter_find(bell_string name)
{
    for (const struct filter *filter = filters; filter->name; filter++) {
        if (bell__str_is(name, filter->name)) {
            return filter;
        }
    }
    return NULL;
}
