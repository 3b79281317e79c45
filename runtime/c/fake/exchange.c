/* exchange.c: requests that are not over, each with its answer and the time of
 * that. It knows no transport. */
#include "fake/fake.h"

#include <string.h>

#include "base/memory.h"

void bell__fake_exchange_free(const struct bell__fake_web *web,
                              struct bell__fake_exchange *exchange)
{
    if (exchange != NULL) {
        bell__memory_free(&web->fake->memory, exchange,
                          sizeof *exchange + exchange->size + 1);
    }
}

void bell__fake_web_forget(struct bell__fake_web *web)
{
    bell__fake_exchange_free(web, web->lent);
    web->lent = NULL;
    while (web->open != NULL) {
        struct bell__fake_exchange *exchange = web->open;
        web->open = exchange->next;
        bell__fake_exchange_free(web, exchange);
    }
}

struct bell__fake_exchange *bell__fake_web_add(struct bell__fake_web *web,
                                               uint64_t tag, bell_string text)
{
    struct bell__fake_exchange **end = &web->open;
    struct bell__fake_exchange *exchange =
        bell__memory_take(&web->fake->memory, sizeof *exchange + text.size + 1);
    if (exchange == NULL) {
        return NULL;
    }
    memset(exchange, 0, sizeof *exchange);
    exchange->tag = tag;
    exchange->head = "";
    exchange->size = text.size;
    if (text.size != 0) {
        memcpy(exchange->text, text.text, text.size);
    }
    exchange->text[text.size] = '\0';
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = exchange;
    bell__loop_due(web->fake->maker.loop, &web->fake->guest);
    return exchange;
}

int64_t bell__fake_web_due(const struct bell__fake_web *web)
{
    int64_t due = INT64_MAX;
    for (const struct bell__fake_exchange *at = web->open; at != NULL;
         at = at->next) {
        due = at->at < due ? at->at : due;
    }
    return due;
}

int64_t bell__fake_webs_due(struct bell_fake *fake)
{
    bell_loop *loop = fake->maker.loop;
    int64_t next = INT64_MAX;
    for (struct bell__fake_web *web = fake->webs; web != NULL;
         web = web->next) {
        int64_t due = bell__fake_web_due(web);
        if (due <= loop->now) {
            bell__loop_due(loop, web->client);
        } else if (due < next) {
            next = due;
        }
    }
    return next;
}

void bell__fake_webs_break(struct bell_fake *fake, const char *reason)
{
    for (struct bell__fake_web *web = fake->webs; web != NULL;
         web = web->next) {
        struct bell__fake_exchange *open = web->open;
        web->open = NULL;
        while (open != NULL) {
            struct bell__fake_exchange *broken = open;
            struct bell__fake_exchange *end =
                bell__fake_web_add(web, broken->tag, bell_str(reason));
            open = broken->next;
            if (end != NULL) {
                end->end = BELL__EXCHANGE_UNKNOWN;
            }
            bell__fake_exchange_free(web, broken);
        }
    }
}
