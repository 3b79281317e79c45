/* meet.c: which of the expected calls one is, and what comes of it. It knows no
 * way by which calls come. */
#include "fake/fake.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "peer/spoil.h"

enum { UNEXPECTED = -1 };

static struct bell__expected *find(const struct bell_fake *fake,
                                   bell_string method, bell_string params)
{
    for (struct bell__expected *at = fake->expected; at != NULL;
         at = at->next) {
        if ((at->always || at->left > 0) && bell__str_is(method, at->method) &&
            (at->params == NULL || bell__str_is(params, at->params))) {
            return at;
        }
    }
    return NULL;
}

/* The first thing that went wrong is what a person wants to read. */
static void tell_unexpected(struct bell_fake *fake, bell_string method,
                            bell_string params)
{
    const struct bell__expected *like = fake->expected;
    while (like != NULL && !bell__str_is(method, like->method)) {
        like = like->next;
    }
    if (fake->trouble[0] != '\0') {
        return;
    }
    snprintf(fake->trouble, sizeof fake->trouble,
             "an unexpected call: %.*s with %.*s%s%.200s", (int)method.size,
             method.text, params.size > 200 ? 200 : (int)params.size,
             params.size != 0 ? params.text : "",
             like == NULL           ? ""
             : like->left == 0      ? "; all that were expected have come"
             : like->params != NULL ? "; expected was "
                                    : "",
             like != NULL && like->left != 0 && like->params != NULL
                 ? like->params
                 : "");
}

struct bell__expected *bell__fake_meet(struct bell_fake *fake,
                                       bell_string method, bell_string params,
                                       const struct bell__mishap **mishap)
{
    struct bell__expected *expected = find(fake, method, params);
    *mishap = NULL;
    if (expected == NULL) {
        tell_unexpected(fake, method, params);
        return NULL;
    }
    expected->met++;
    expected->left -= expected->left > 0 ? 1 : 0;
    *mishap = bell__mishaps_draw(&fake->mishaps, method, true);
    return expected;
}

bool bell__fake_refuses(const struct bell__expected *expected,
                        const struct bell__mishap *mishap,
                        struct bell__peer_error *error)
{
    memset(error, 0, sizeof *error);
    if (mishap != NULL && mishap->kind == BELL__MISHAP_ERROR) {
        error->code = mishap->code;
        error->temporary = mishap->temporary;
        error->message = bell_str(mishap->text);
        return true;
    }
    if (expected == NULL) {
        error->code = UNEXPECTED;
        error->message = BELL_STR("the fake did not expect this call");
        return true;
    }
    error->code = expected->code;
    error->temporary = expected->temporary;
    error->message = bell_str(expected->message);
    error->data = bell_str(expected->data);
    return expected->code != 0;
}

bell_string bell__fake_result(struct bell_fake *fake,
                              const struct bell__expected *expected,
                              const struct bell__mishap *mishap)
{
    struct bell__buf *spoiled = &fake->spoiled;
    bell_string data = expected->result != NULL ? bell_str(expected->result)
                                                : BELL_STR("null");
    if (mishap == NULL || (mishap->kind != BELL__MISHAP_WRONG_TYPE &&
                           mishap->kind != BELL__MISHAP_UNKNOWN_VARIANT)) {
        return data;
    }
    spoiled->size = 0;
    if (bell__spoil(spoiled, data, NULL, mishap->kind, mishap->text,
                    &fake->mishaps.seed) &&
        bell__buf_settle(spoiled) == BELL_OK) {
        return (bell_string){spoiled->bytes, spoiled->size};
    }
    return data;
}
