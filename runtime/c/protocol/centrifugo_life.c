/* centrifugo_life.c: how a Centrifugo session begins, how long it lives, and
 * what ends it, by the server's messages. It knows no call. */
#include "protocol/centrifugo_life.h"

#include <string.h>

#include "protocol/centrifugo_text.h"
#include "json/members.h"
#include "json/skip.h"

/* As deep as a skip goes: depth_max is the codec's, and of data alone. */
enum { DEPTH_MAX = BELL__JSON_DEPTH_MAX };

enum {
    CODE_TOKEN_EXPIRED = 109,
    CODE_EXPIRED = 110,
    CODE_INTERNAL_MAX = 99,
    SECONDS_MAX = 1000000000
};

bool bell__centrifugo_lives(bell_string result, struct bell__event *event)
{
    struct bell__json json;
    struct bell__members at;
    double ping = 0;
    double ttl = 0;
    bell__json_open(&json, result, DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "ping")) {
            bell__json_double(&json, &ping);
        } else if (bell__member_is(&at, "ttl")) {
            bell__json_double(&json, &ttl);
        } else if (bell__member_is(&at, "pong")) {
            bell__json_bool(&json, &event->pong);
        }
    }
    if (ping > 0 && ping < SECONDS_MAX) {
        event->ping_ms = (int64_t)(ping * 1000);
    }
    /* The server's is whole seconds: less must not make us ask at full
     * speed. */
    if (ttl > 0 && ttl < SECONDS_MAX) {
        event->ttl_ms = ttl < 1 ? 1000 : (int64_t)(ttl * 1000);
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
