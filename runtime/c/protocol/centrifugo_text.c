/* centrifugo_text.c: what Centrifugo's codes mean, in words for people. */
#include "protocol/centrifugo_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/tame.h"
#include "protocol/said.h"
#include "json/members.h"

enum { ERROR_DEPTH_MAX = 16 };

static void read_text(struct bell__json *json, char *text, size_t size)
{
    bell_string raw;
    bool escaped = false;
    if (bell__json_raw_string(json, &raw, &escaped)) {
        bell__said(raw, text, size);
    }
}

bool bell__centrifugo_read_error(bell_string text, struct bell__event *event)
{
    struct bell__json json;
    struct bell__members at;
    int64_t code = 0;
    bell__json_open(&json, text, ERROR_DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "code")) {
            bell__json_int64(&json, &code);
        } else if (bell__member_is(&at, "temporary")) {
            bell__json_bool(&json, &event->temporary);
        } else if (bell__member_is(&at, "message") ||
                   bell__member_is(&at, "reason")) {
            read_text(&json, event->text, sizeof event->text);
        } else if (bell__member_is(&at, "data")) {
            bell__json_skip(&json, &event->payload);
        }
    }
    if (json.wrong != NULL) {
        return false;
    }
    event->code = code < INT32_MIN || code > INT32_MAX ? 0 : (int32_t)code;
    if (event->text[0] == '\0') {
        snprintf(event->text, sizeof event->text,
                 "error %" PRId32 " without a message", event->code);
    }
    return true;
}

/* What a person can do about a code; NULL: the server's own words must do. */
static const struct {
    int32_t code;
    const char *advice;
} advices[] = {
    {102, "a channel in the token has no namespace in the server's config"},
    {109, "the token has expired: a new one is needed"},
    {1009, "a frame was larger than the server takes"},
    {3005, "the token expired while connected"},
    {3500, "the token's signature, user or claims are wrong"},
    {3501, "is the token missing, or is the server older than Centrifugo 4?"},
    {3502, "the connect command came too late"},
    {3503, "the server's API disconnected this client"},
    {3504, "too many connections, or another one of this user took over"},
    {3508, "the server does not offer this command"},
};

static const char *advice_of(int32_t code)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++) {
        if (advices[i].code == code) {
            return advices[i].advice;
        }
    }
    return NULL;
}

void bell__centrifugo_advise(struct bell__event *event)
{
    const char *advice = event->code == 100   ? "does its backend answer?"
                         : event->code == 108 ? "is rpc proxied?"
                                              : NULL;
    if (advice != NULL) {
        size_t size = strlen(event->text);
        snprintf(event->text + size, sizeof event->text - size, ": %s", advice);
    }
}

static void compose(struct bell__event *event, const char *what,
                    bell_string reason)
{
    const char *advice = advice_of(event->code);
    char said[96];
    snprintf(said, sizeof said, "%.*s", (int)bell__cut(reason, 90),
             reason.size != 0 ? reason.text : "");
    snprintf(event->text, sizeof event->text,
             "the server %s %" PRId32 "%s%s%s%s", what, event->code,
             said[0] != '\0' ? " " : "", said, advice != NULL ? ": " : "",
             advice != NULL ? advice : "");
}

void bell__centrifugo_refused_text(const char *what, struct bell__event *event)
{
    char said[sizeof event->text];
    memcpy(said, event->text, sizeof said);
    bell_string reason = {said, strlen(said)};
    compose(event, what, reason);
}

void bell__centrifugo_closed(int32_t code, bell_string reason,
                             struct bell__event *event)
{
    bool terminal = (code >= 3500 && code <= 3999) ||
                    (code >= 4500 && code <= 4999) || code == 1009;
    event->kind = BELL__EVENT_BYE;
    event->code = code;
    event->origin = BELL_ORIGIN_CLOSE;
    event->may_reconnect = !terminal;
    event->spent_token = code == 3005 || code == 3014;
    compose(event, "closed with", reason);
}
