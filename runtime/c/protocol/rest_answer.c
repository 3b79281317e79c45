/* rest_answer.c: what an HTTP answer that is no success says. */
#include "protocol/rest_answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/tame.h"
#include "protocol/http_date.h"
#include "protocol/said.h"
#include "seam/head.h"
#include "json/members.h"

enum { WORDS_BYTES_MAX = 200, SECONDS_MAX = 1000000000 };

/* A member that is a text; what is something else is passed over. */
struct text_member {
    const char *name;
    bell_string *raw;
};

/* False where the body is no JSON object; then the texts are as they were. */
static bool take_texts(bell_string body, const struct text_member *members,
                       size_t count)
{
    struct bell__json json;
    struct bell__members at;
    bool escaped;
    bell__json_open(&json, body, 64);
    if (bell__json_peek(&json) != BELL__JSON_MAP) {
        return false;
    }
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        for (size_t i = 0; i < count; i++) {
            if (bell__member_is(&at, members[i].name) &&
                bell__member_kind(&at) == BELL__JSON_STRING) {
                bell__json_raw_string(&json, members[i].raw, &escaped);
                break;
            }
        }
    }
    return json.wrong == NULL && bell__json_done(&json);
}

void bell__rest_problem(bell_string body, struct bell__problem *problem)
{
    const struct text_member members[] = {{"type", &problem->type},
                                          {"title", &problem->title},
                                          {"detail", &problem->detail},
                                          {"instance", &problem->instance}};
    static const struct bell__problem none;
    *problem = none;
    if (!take_texts(body, members, sizeof members / sizeof members[0])) {
        *problem = none;
    }
}

/* The likeliest member first. */
static bool say_object(bell_string body, char *text, size_t size)
{
    bell_string raws[4] = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    const struct text_member members[] = {{"detail", &raws[0]},
                                          {"message", &raws[1]},
                                          {"error", &raws[2]},
                                          {"title", &raws[3]}};
    if (!take_texts(body, members, sizeof members / sizeof members[0])) {
        return false;
    }
    for (size_t i = 0; i < sizeof raws / sizeof raws[0]; i++) {
        if (raws[i].size != 0) {
            bell__said(raws[i], text, size);
            return true;
        }
    }
    return false;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_plain(bell_string head)
{
    static const char plain[] = "text/plain";
    bell_string type;
    size_t size = sizeof plain - 1;
    if (bell__head_find(head, "Content-Type", &type) == 0 || type.size < size ||
        strncasecmp(type.text, plain, size) != 0) {
        return false;
    }
    while (size < type.size && is_blank(type.text[size])) {
        size++;
    }
    return size == type.size || type.text[size] == ';';
}

/* The first line, without spaces around it and control characters in it. */
static bool say_plain(bell_string body, char *text, size_t size)
{
    size_t most = size - 2 < WORDS_BYTES_MAX ? size - 2 : WORDS_BYTES_MAX;
    size_t at = 0;
    size_t end = 0;
    while (at < body.size && is_blank(body.text[at])) {
        at++;
    }
    for (; at < body.size && end <= most; at++) { /* one more: to cut */
        char byte = body.text[at];
        if (byte == '\n' || byte == '\r') {
            break;
        }
        if (((unsigned char)byte >= 0x20 && byte != 0x7f) || byte == '\t') {
            text[end++] = byte;
        }
    }
    if (end > most) {
        end = bell__cut((bell_string){text, end}, most);
    }
    while (end > 0 && is_blank(text[end - 1])) {
        end--;
    }
    text[end] = '\0';
    return end != 0;
}

void bell__rest_words(int32_t status, bell_string head, bell_string body,
                      char *text, size_t size)
{
    bool said = say_object(body, text, size) ||
                (is_plain(head) && say_plain(body, text, size));
    if (!said) {
        snprintf(text, size, "HTTP %" PRId32, status);
    }
}

static bool read_seconds(bell_string text, int64_t *seconds)
{
    *seconds = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.text[i] < '0' || text.text[i] > '9') {
            return false;
        }
        *seconds = *seconds * 10 + (text.text[i] - '0');
        *seconds = *seconds > SECONDS_MAX ? SECONDS_MAX : *seconds;
    }
    return text.size != 0;
}

int64_t bell__rest_after(bell_string head, int64_t now)
{
    bell_string text;
    int64_t seconds = 0;
    if (bell__head_find(head, "Retry-After", &text) == 0) {
        return -1;
    }
    if (read_seconds(text, &seconds)) {
        return seconds * 1000;
    }
    if (!bell__http_date_read(text, &seconds)) {
        return -1;
    }
    seconds = seconds < now ? 0 : seconds - now;
    return (seconds > SECONDS_MAX ? SECONDS_MAX : seconds) * 1000;
}
