/* link.c: a link's beginning and end, and its line: dialed, read, written,
 * lost. State is settled first, then users' functions run. */
#include "client/link.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "client/client.h"
#include "client/deliver.h"
#include "core/places.h"
#include "fake/fake.h"

enum { URL_BYTES_MAX = 2048 };

/* What a turn works off of the server's messages; then timers and other
 * clients have theirs. One reply is decoded at once. */
enum { TURN_WORK_MAX = 1024 * 1024 };

/* ---- Beginning and end -----------------------------------------------------
 */

/* What is said of the link; all NULL where nothing is. */
static bell_link_option find_option(const bell_options *options,
                                    const char *name)
{
    for (size_t i = 0; i < options->link_count; i++) {
        bell_link_option option = bell__options_link(options, i);
        if (strcmp(option.name, name) == 0) {
            return option;
        }
    }
    return (bell_link_option){NULL, NULL, NULL, NULL, 0};
}

/* The link's own path behind the client's url: *url, of *size bytes, is the
 * caller's to free. */
static bell_status join_url(const bell_client *client, const char *path,
                            char **url, size_t *size, bell_error *error)
{
    const char *base = client->options.url;
    size_t stem = strlen(base);
    if (strchr(base, '?') != NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "options: url has a query, and %s is to be put "
                               "behind it",
                               path);
    }
    while (stem > 0 && base[stem - 1] == '/') {
        stem--;
    }
    *size = stem + strlen(path) + 1;
    if (*size > URL_BYTES_MAX) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "options: url is longer than 2047 bytes with "
                               "the path %s",
                               path);
    }
    *url = bell__memory_take(&client->memory, *size);
    if (*url == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a client");
    }
    snprintf(*url, *size, "%.*s%s", (int)stem, base, path);
    return BELL_OK;
}

static bell_status make_line(struct bell__link *link,
                             const struct bell__link_texts *texts,
                             bell_error *error)
{
    bell_fake *fake = link->client->options.fake;
    if (fake == NULL) {
        return link->table->kind->transport(link, texts, error);
    }
    struct bell__line_maker *maker = (void *)fake;
    struct bell__guest *guest = &link->client->guest;
    bell_status status =
        link->table->kind->lineless
            ? maker->make_web(maker, guest, link->client->service,
                              &link->transport)
            : maker->make(maker, guest, &link->transport);
    return status == BELL_OK ? status
                             : bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                                               "no memory for a client");
}

bell_status bell__link_make(bell_client *client, uint32_t index,
                            struct bell__link *link, bell_error *error)
{
    const bell_options *options = &client->options;
    char *url = NULL;
    size_t url_size = 0;
    memset(link, 0, sizeof *link);
    link->client = client;
    link->index = index;
    link->table = &client->service->links[index];
    bell_link_option own = find_option(options, link->table->name);
    struct bell__link_texts texts = {
        .url = options->url,
        .urls = options->urls,
        .url_count = options->url_count,
        .token = options->token,
    };
    if (own.url_count != 0) {
        texts.urls = own.urls;
        texts.url_count = own.url_count;
        texts.own_urls = true;
    }
    if (own.token != NULL) {
        texts.token = own.token;
    }
    if (own.url != NULL) {
        texts.url = own.url;
        texts.own_url = true;
    } else if (link->table->path != NULL && texts.url != NULL) {
        bell_status status =
            join_url(client, link->table->path, &url, &url_size, error);
        if (status != BELL_OK) {
            return status;
        }
        texts.url = url;
    }
    link->own_token = own.token != NULL;
    bell_status status = make_line(link, &texts, error);
    if (status == BELL_OK) {
        status = link->table->kind->protocol(link, &texts, error);
    }
    bell__memory_free(&client->memory, url, url_size);
    link->asks =
        status == BELL_OK && options->token_get != NULL && own.token == NULL &&
        (link->protocol->ops->token != NULL || link->table->kind->ways != NULL);
    return status;
}

void bell__link_free(struct bell__link *link)
{
    if (link->transport != NULL) {
        link->transport->ops->free(link->transport);
    }
    if (link->listener != NULL) {
        link->listener->ops->free(link);
    }
    bell__session_free(link->session);
    bell__protocol_free(link->protocol);
    bell__memory_free(&link->client->memory, link->base, link->base_size);
    bell__memory_free(&link->client->memory, link->url, link->url_size);
    bell__memory_free(&link->client->memory, link->places,
                      sizeof *link->places);
    if (link->table->kind->ways != NULL) {
        link->table->kind->ways->free(link);
    }
}

size_t bell__link_request_bytes(const struct bell__link *link)
{
    size_t chosen = link->client->options.request_bytes_max;
    return chosen != 0 ? chosen : link->table->kind->request_bytes_max;
}

/* There is nothing to wait for. */
static bell_status open_at_once(struct bell__link *link)
{
    int64_t now = link->client->loop->now;
    bell__session_opening(link->session, now);
    bell_status status = link->transport->ops->open(link->transport);
    if (status == BELL_OK && link->transport->line == BELL__LINE_UP) {
        link->line_told = true;
        bell__session_opened(link->session, now);
    }
    if (status != BELL_OK) {
        bell__session_free(link->session);
        link->session = NULL;
    }
    return status;
}

bell_status bell__link_want(struct bell__link *link, bell_error *error)
{
    bell_client *client = link->client;
    const bell_options *options = &client->options;
    if (link->idle) {
        link->idle = false;
        bell__session_kick(link->session, client->loop->now);
    }
    if (link->session != NULL) {
        return BELL_OK;
    }
    if (link->transport == NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "the url of %s has parameters: listen first",
                               link->table->name);
    }
    if (client->closed) { /* in a callback of its end */
        return bell__error_set(error, BELL_CLOSED, BELL_ORIGIN_LOCAL,
                               "the client is closed");
    }
    struct bell__session_options session = {
        .memory = &client->memory,
        .protocol = link->protocol,
        .random = bell__client_draw,
        .random_context = client,
        .calls_from = (uint64_t)link->index << BELL__LINK_SHIFT,
        .reconnect_min_ms = options->reconnect_min_ms,
        .reconnect_max_ms = options->reconnect_max_ms,
        .connect_deadline_ms = options->connect_deadline_ms,
        .ping_grace_ms = options->ping_grace_ms,
        .calls_max = options->calls_max,
        .request_bytes_max = bell__link_request_bytes(link),
        .queue_bytes_max = options->queue_bytes_max,
        .fail_fast = options->fail_fast,
        .places = link->places,
        .renews = link->asks,
    };
    if (link->table->kind->lineless) {
        session.retry_min_ms = options->retry_min_ms;
        session.retry_max_ms = options->retry_max_ms;
        session.retry_budget = options->retry_budget;
    } else {
        session.retry_budget = -1;
    }
    bell_status status =
        bell__session_make(&session, client->loop->now, &link->session);
    if (status == BELL_OK && link->table->kind->lineless) {
        status = open_at_once(link);
    }
    return status == BELL_OK ? status
                             : bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                                               "no memory for a client");
}

void bell__link_idle(struct bell__link *link)
{
    if (link->session == NULL || link->client->closed) {
        return;
    }
    bell__link_note(link);
    bell__session_idle(link->session, link->client->loop->now);
    link->transport->ops->close(link->transport, 1000);
    link->line_told = false;
    link->idle = true;
}

void bell__link_shut(struct bell__link *link)
{
    if (link->session != NULL) {
        if (link->table->kind->ways != NULL) {
            link->table->kind->ways->shut(link);
        }
        bell__question_close(&link->renewal.question);
        bell__link_note(link);
        bell__session_shut(link->session);
    }
}

/* ---- The line --------------------------------------------------------------
 */

static bool is_up(const struct bell__link *link)
{
    return link->transport->line == BELL__LINE_UP;
}

void bell__link_note(struct bell__link *link)
{
    bell__session_written(link->session, link->transport->written);
}

/* What has ended, or happened, behind the last look at it this turn. */
static void tell_later(const struct bell__link *link)
{
    if (bell__session_pending(link->session)) {
        bell__loop_due(link->client->loop, &link->client->guest);
    }
}

void bell__link_flush(struct bell__link *link)
{
    struct bell__outbox *outbox = bell__session_outbox(link->session);
    bell__link_give_up(link);
    if (outbox->count == 0 || !is_up(link)) {
        return;
    }
    link->transport->ops->send(link->transport, outbox);
    bell__link_note(link);
    tell_later(link);
}

/* What ended, and what came unasked, in the order in which it came. */
static void deliver(struct bell__link *link)
{
    bell__deliver(link);
    if (link->listener != NULL && !link->client->closed) {
        link->listener->ops->turn(link);
    }
}

/* What is left of the last message comes first: others have had a turn. */
static void read_line(struct bell__link *link)
{
    bell_client *client = link->client;
    struct bell__session *session = link->session;
    struct bell__frame frame;
    bell__session_allow(session, TURN_WORK_MAX, client->loop->now);
    if (bell__session_reading(session)) {
        deliver(link);
    }
    while (!client->closed && !bell__session_reading(session) &&
           link->transport->ops->receive(link->transport, &frame)) {
        bell__link_note(link);
        bell__session_feed(session, &frame, client->loop->now);
        deliver(link);
    }
    if (!client->closed && bell__session_reading(session)) {
        bell__loop_due(client->loop, &client->guest);
    }
}

/* The session drops a line that it no longer trusts. */
static void follow_news(struct bell__link *link)
{
    struct bell__session_news news;
    if (!bell__session_news(link->session, &news)) {
        return;
    }
    if (news.spent_token) {
        bell__renewal_spent(link);
    }
    if (news.ready || news.lost) {
        bell__loop_hurry(link->client->loop);
    }
    if (news.drop_line) {
        link->transport->ops->close(link->transport, news.drop_code);
        link->line_told = false;
    }
    bell__state_news(link, &news);
    if (!news.token_due || link->client->closed) {
        return;
    }
    if (link->table->kind->ways != NULL) {
        link->table->kind->ways->due(link);
    } else {
        bell__renewal_due(link);
    }
}

/* A server cuts off who shows a token that has run out, and for good. */
static void greet(struct bell__link *link)
{
    int64_t now = link->client->loop->now;
    if (bell__renewal_outlived(link)) {
        struct bell__line_end end = {0, 0, "the token expired in the meantime"};
        link->transport->ops->close(link->transport, 0);
        bell__session_lost(link->session, &end, now);
        bell__session_kick(link->session, now);
        return;
    }
    link->line_told = true;
    bell__session_opened(link->session, now);
}

static void check_line(struct bell__link *link)
{
    int64_t now = link->client->loop->now;
    enum bell__session_state state = bell__session_state(link->session);
    bool wants = state == BELL__SESSION_OPENING ||
                 state == BELL__SESSION_GREETING ||
                 state == BELL__SESSION_READY;
    if (wants && link->transport->line == BELL__LINE_DOWN &&
        !bell__session_reading(link->session)) { /* ends behind what came */
        bell__link_note(link);
        link->line_told = false;
        bell__session_lost(link->session, &link->transport->end, now);
    } else if (is_up(link) && !link->line_told) {
        greet(link);
    }
}

/* Its token is there; else the program is asked, or there is no line. */
static bool may_dial(struct bell__link *link)
{
    const struct bell_link_kind *kind = link->table->kind;
    enum bell__pass pass =
        kind->pass != NULL ? kind->pass(link) : BELL__PASS_ASK;
    if (pass == BELL__PASS_NONE) {
        bell__session_refused(link->session, true, "there is no token to show",
                              link->client->loop->now);
    }
    return pass == BELL__PASS_READY ||
           (pass == BELL__PASS_ASK && bell__renewal_ready(link));
}

static void dial(struct bell__link *link)
{
    bell_client *client = link->client;
    int64_t now = client->loop->now;
    if (!bell__session_wants_line(link->session, now)) {
        return;
    }
    if (!may_dial(link)) {
        if (!client->closed) { /* who waits hears behind the log */
            follow_news(link);
        }
        return;
    }
    if (client->closed) {
        return;
    }
    if (link->transport->line != BELL__LINE_DOWN) {
        link->transport->ops->close(link->transport, 0);
    }
    bell__state_connecting(link);
    if (client->closed) {
        return;
    }
    bell__session_opening(link->session, now);
    link->line_told = false;
    bell_status status = link->transport->ops->open(link->transport);
    if (status != BELL_OK) {
        struct bell__line_end end = {0, 0, "no memory for a connection"};
        bell__session_lost(link->session, &end, now);
    }
}

/* Who calls nothing keeps nothing that calls took. */
static void rest(struct bell__link *link)
{
    bell_client *client = link->client;
    if (!bell__session_rest(link->session, client->loop->looked_at)) {
        return;
    }
    if (link->transport->ops->rest != NULL) {
        link->transport->ops->rest(link->transport);
    }
    bell__reply_close(&client->spare);
    bell__loop_rest(client->loop);
}

bool bell__link_turn(struct bell__link *link)
{
    bell_client *client = link->client;
    bell__link_note(link);
    check_line(link);
    read_line(link);
    if (client->closed) {
        return false;
    }
    check_line(link);
    /* A program that was busy comes back past a deadline with the reply in
     * its socket: nothing is late before the socket was looked at. */
    if (!bell__link_catches_up(link)) {
        bell__session_tick(link->session, client->loop->looked_at);
    }
    deliver(link);
    if (client->closed) {
        return false;
    }
    follow_news(link);
    if (client->closed) {
        return false;
    }
    dial(link);
    if (client->closed) {
        return false;
    }
    check_line(link);
    bell__link_flush(link);
    rest(link);
    tell_later(link);
    return true;
}
