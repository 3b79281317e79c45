/* mint.c: tokens for programs, in memory that bell_free() frees. */
#include "base/error.h"
#include "base/memory.h"
#include "client/reply.h"
#include "token/hs256.h"

static bell_status give_text(const struct bell__buf *text, char **token,
                             bell_error *error)
{
    struct bell__reply *reply = NULL;
    char *copy = bell__reply_open(&reply, &bell__memory_default, 0,
                                  text->size + 1, 0, NULL);
    if (copy == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a token");
    }
    memcpy(copy, text->bytes, text->size);
    copy[text->size] = '\0';
    *token = bell__reply_give(&reply);
    return BELL_OK;
}

bell_status bell_token_hs256(bell_string secret, const bell_claims *claims,
                             char **token, bell_error *error)
{
    struct bell__buf text;
    if (claims == NULL || token == NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "claims and token must not be NULL");
    }
    *token = NULL;
    bell__buf_open(&text, &bell__memory_default, 0);
    bell_status status = bell__token_hs256(&text, secret, claims, error);
    if (status == BELL_OK) {
        status = give_text(&text, token, error);
    }
    bell__buf_close(&text);
    return status;
}
