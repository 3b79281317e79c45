/* centrifugo_life.c: how a Centrifugo session begins, how long it lives, and
 * what ends it, by the server's messages. It knows no call. */
#include "protocol/centrifugo_life.h"

#include <string.h>

#include "protocol/centrifugo_text.h"
#include "json/members.h"
#include "json/number.h"
#include "json/skip.h"

/* As deep as a skip goes: depth_max is the codec's, and of data alone. */
enum { DEPTH_MAX = BELL__JSON_DEPTH_MAX };

enum {
    CODE_TOKEN_EXPIRED = 109,
    CODE_EXPIRED = 110,
    CODE_INTERNAL_MAX = 99,
    SECOND_DIGITS = 3, /* a second has 10^3 ms */
    EXPONENT_MAX = 308 /* of a double: beyond it, a text is no number */
};

static const uint64_t ms_max = UINT64_C(1000000000000);

/* A number of seconds as milliseconds, without doubles, which a small program
 * may not need. 0: none, or what makes no sense. */
static int64_t read_ms(struct bell__json *json)
{
    bell_string text;
    struct bell__number number;
    struct bell__fault fault;
    uint64_t ms;
    if (!bell__json_number(json, &text)) {
        return 0;
    }
    bell__number_pass(text.text, text.text + text.size, &number, &fault);
    if (number.digits != 0 && number.exponent > EXPONENT_MAX) {
        bell__json_fail(json, "beyond the range of a double");
        return 0;
    }
    if (number.negative || !bell__number_scaled(&number, SECOND_DIGITS, &ms) ||
        ms >= ms_max) {
        return 0;
    }
    return ms == 0 && number.digits != 0 ? 1 : (int64_t)ms;
}

bool bell__centrifugo_lives(bell_string result, struct bell__event *event)
{
    struct bell__json json;
    struct bell__members at;
    int64_t ttl = 0;
    bell__json_open(&json, result, DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "ping")) {
            event->ping_ms = read_ms(&json);
        } else if (bell__member_is(&at, "ttl")) {
            ttl = read_ms(&json);
        } else if (bell__member_is(&at, "pong")) {
            bell__json_bool(&json, &event->pong);
        }
    }
    /* The server's is whole seconds: less must not make us ask at full
     * speed. */
    if (ttl > 0) {
        event->ttl_ms = ttl < 1000 ? 1000 : ttl;
    }
    return json.wrong == NULL;
}

/* The reply to connect itself: the line is of no use after an error. */
void bell__centrifugo_connect_refused(struct bell__event *event)
{
    bool again = event->code <= CODE_INTERNAL_MAX || event->temporary ||
                 event->code == CODE_TOKEN_EXPIRED;
    event->kind = BELL__EVENT_BYE;
    event->may_reconnect = again;
    event->stale_token = event->code == CODE_TOKEN_EXPIRED;
    event->spent_token = event->stale_token;
    bell__centrifugo_refused_text("refused to connect:", event);
}

/* 109, and 110 of servers other than Centrifugo: what the program gave had
 * expired already; a fresh one may do. */
void bell__centrifugo_renewal_refused(struct bell__event *event)
{
    if (event->code <= CODE_INTERNAL_MAX || event->temporary ||
        event->code == CODE_TOKEN_EXPIRED || event->code == CODE_EXPIRED) {
        /* 0 would say that it was taken. */
        event->code = event->code != 0 ? event->code : -1;
        bell__centrifugo_refused_text("refused the new token:", event);
        return;
    }
    event->kind = BELL__EVENT_BYE;
    bell__centrifugo_refused_text("refused the new token:", event);
}

bool bell__centrifugo_push(bell_string push, struct bell__event *event)
{
    bell_string disconnect = {NULL, 0};
    bell_string refresh = {NULL, 0};
    struct bell__json json;
    struct bell__members at;
    event->payload = push;
    bell__json_open(&json, push, DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "disconnect")) {
            bell__json_skip(&json, &disconnect);
        } else if (bell__member_is(&at, "refresh")) {
            bell__json_skip(&json, &refresh);
        }
    }
    if (json.wrong != NULL) {
        return false;
    }
    if (refresh.size != 0) {
        event->kind = BELL__EVENT_RENEWED;
        return bell__centrifugo_lives(refresh, event);
    }
    if (disconnect.size != 0) {
        bell_string reason = {NULL, 0};
        if (!bell__centrifugo_read_error(disconnect, event)) {
            return false;
        }
        char text[sizeof event->text];
        memcpy(text, event->text, sizeof text);
        reason.text = text;
        reason.size = strlen(text);
        bell__centrifugo_closed(event->code, reason, event);
    }
    return true;
}
