/* backend.c: one call: what goes wrong is drawn, then it is answered. */
#include "serve/backend.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/tame.h"
#include "peer/spoil.h"
#include "json/read.h"

enum { TOLD_BYTES_MAX = 512, DEPTH_MAX = 1024 };

void backend_open(struct backend *backend, struct answers *answers,
                  uint64_t seed)
{
    memset(backend, 0, sizeof *backend);
    backend->answers = answers;
    bell__mishaps_open(&backend->mishaps, &bell__memory_default, seed);
    journal_open(&backend->journal);
    bell__buf_open(&backend->spoiled, &bell__memory_default, 0);
}

void backend_close(struct backend *backend)
{
    bell__mishaps_close(&backend->mishaps);
    bell__buf_close(&backend->spoiled);
}

/* What others said, on one line, with an end. */
static const char *shown(bell_string text, char room[TOLD_BYTES_MAX])
{
    bool cut = text.size >= TOLD_BYTES_MAX;
    size_t size = cut ? bell__cut(text, TOLD_BYTES_MAX - 4) : text.size;
    snprintf(room, TOLD_BYTES_MAX, "%.*s%s", (int)size,
             size != 0 ? text.text : "", cut ? "..." : "");
    bell__tame(room);
    return room;
}

static void tell(const struct asker *asker, bell_string method,
                 bell_string params, const struct bell__outcome *outcome)
{
    char name[TOLD_BYTES_MAX];
    char given[TOLD_BYTES_MAX];
    char said[TOLD_BYTES_MAX];
    char who[32] = "";
    if (asker->number != 0) {
        snprintf(who, sizeof who, "#%" PRIu64 " ", asker->number);
    }
    fprintf(stderr, "%s%s %s: ", who, shown(method, name),
            shown(params.size != 0 ? params : BELL_STR("{}"), given));
    if (!outcome->refused) {
        fprintf(stderr, "%zu bytes\n", outcome->data.size);
        return;
    }
    fprintf(stderr, "error %" PRId32 " %s\n", outcome->code,
            shown(outcome->fault.size != 0 ? outcome->fault : outcome->message,
                  said));
}

static void refuse(struct bell__outcome *outcome, int32_t code, bool temporary,
                   bell_string message)
{
    memset(outcome, 0, sizeof *outcome);
    outcome->refused = true;
    outcome->code = code;
    outcome->temporary = temporary;
    outcome->message = message;
}

/* A Centrifugo sends data on as they come, and its backend finds no JSON. */
static bool is_json(bell_string data)
{
    struct bell__json json;
    if (data.size == 0) {
        return true;
    }
    bell__json_open(&json, data, DEPTH_MAX);
    return bell__json_skip(&json, NULL) && bell__json_done(&json);
}

/* A result that has nothing to spoil stays as it is, which is told. */
static void spoil(struct backend *backend, const struct bell__mishap *mishap,
                  bell_string method, struct bell__outcome *outcome)
{
    const bell_method *table = answers_find(backend->answers, method);
    char name[TOLD_BYTES_MAX];
    struct bell__buf *out = &backend->spoiled;
    out->size = 0;
    if (outcome->refused || outcome->data.size == 0 || table == NULL ||
        !bell__spoil(out, outcome->data, table->result, mishap->kind,
                     mishap->text, &backend->mishaps.seed)) {
        fprintf(stderr,
                "bellpull: the answer to %s has nothing that this fault could "
                "change\n",
                shown(method, name));
        return;
    }
    if (bell__buf_settle(out) == BELL_OK) {
        outcome->data = (bell_string){out->bytes, out->size};
    }
}

/* A method of rpc is no endpoint, and an endpoint is no method of rpc. */
static bool is_asked_right(const struct backend *backend,
                           const struct asker *asker, bell_string method)
{
    const bell_method *table = answers_find(backend->answers, method);
    return table == NULL || (table->route != NULL) == asker->rest;
}

/* What goes wrong: by the rules, else by the script. */
static const struct bell__mishap *answer(struct backend *backend,
                                         const struct bell__mishap *mishap,
                                         bell_string method, bell_string params,
                                         struct bell__outcome *outcome)
{
    if (mishap != NULL && mishap->kind == BELL__MISHAP_ERROR) {
        refuse(outcome, mishap->code, mishap->temporary,
               bell_str(mishap->text));
        return mishap;
    }
    if (!is_json(params)) {
        refuse(outcome, 100, true, BELL_STR("internal server error"));
        return mishap;
    }
    answers_give(backend->answers, method, params, outcome);
    if (mishap == NULL) {
        mishap = answers_mishap(backend->answers);
    }
    if (mishap != NULL && mishap->kind == BELL__MISHAP_ERROR) {
        refuse(outcome, mishap->code, mishap->temporary,
               bell_str(mishap->text));
    }
    return mishap;
}

const struct bell__mishap *backend_call(struct backend *backend,
                                        const struct asker *asker,
                                        bell_string method, bell_string params,
                                        struct bell__outcome *outcome)
{
    const struct bell__mishap *mishap =
        bell__mishaps_draw(&backend->mishaps, method, true);
    mishap =
        answer(backend, mishap,
               is_asked_right(backend, asker, method) ? method : BELL_STR(""),
               params, outcome);
    if (mishap != NULL && (mishap->kind == BELL__MISHAP_WRONG_TYPE ||
                           mishap->kind == BELL__MISHAP_UNKNOWN_VARIANT)) {
        spoil(backend, mishap, method, outcome);
    }
    if (backend->verbose) {
        tell(asker, method, params, outcome);
    }
    struct journal_call call = {.client = asker->number,
                                .method = method,
                                .params = params,
                                .outcome = outcome,
                                .mishap = mishap};
    journal_note(&backend->journal, &call);
    return mishap;
}
