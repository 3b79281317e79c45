/* held.c: the tokens that a client holds, one for each role, and how long they
 * last. */
#include "token/held.h"

#include <string.h>

#include "base/base64.h"
#include "base/memory.h"
#include "base/str.h"
#include "json/members.h"

enum { TOKEN_DEPTH_MAX = 32 };

static const char line_start[] = "Authorization: Bearer ";
static const char line_end[] = "\r\n";

static const double seconds_max = 9007199254740991.0; /* exact in a double */

/* ---- How long one lasts -------------------------------------------------- */

/* RFC 7519 4.1.4; what makes no sense says nothing. */
static int64_t read_expiry(bell_string claims)
{
    struct bell__json json;
    struct bell__members at;
    double seconds = 0;
    bell__json_open(&json, claims, TOKEN_DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "exp") &&
            bell__member_kind(&at) == BELL__JSON_NUMBER) {
            bell__json_double(&json, &seconds);
        }
    }
    bool good = json.wrong == NULL && bell__json_done(&json) && seconds >= 1 &&
                seconds <= seconds_max;
    return good ? (int64_t)seconds : 0;
}

/* The part between the dots of a JWT (RFC 7519 3); empty: it is none. */
static bell_string find_claims(const char *text)
{
    const char *first = strchr(text, '.');
    const char *second = first != NULL ? strchr(first + 1, '.') : NULL;
    if (second == NULL || strchr(second + 1, '.') != NULL) {
        return (bell_string){NULL, 0};
    }
    return (bell_string){first + 1, (size_t)(second - first - 1)};
}

/* 0: it does not say, or memory is short for looking. */
static int64_t expiry_of(const bell_allocator *memory, const char *text)
{
    bell_string part = find_claims(text);
    size_t room = (part.size + 3) / 4 * 3;
    size_t size = 0;
    size_t place;
    if (part.size == 0) {
        return 0;
    }
    char *claims = bell__memory_take(memory, room);
    if (claims == NULL) {
        return 0;
    }
    int64_t expires = 0;
    if (bell__base64_read(part, (uint8_t *)claims, &size, &place) == NULL) {
        expires = read_expiry((bell_string){claims, size});
    }
    bell__memory_wipe(claims, room);
    bell__memory_free(memory, claims, room);
    return expires;
}

/* ---- One token ----------------------------------------------------------- */

void bell__token_forget(struct bell__token *token, const bell_allocator *memory)
{
    if (token->line != NULL) {
        bell__memory_wipe(token->line, token->line_size);
        bell__memory_free(memory, token->line, token->line_size);
    }
    memset(token, 0, sizeof *token);
}

bell_status bell__token_copy(struct bell__token *to,
                             const struct bell__token *from,
                             const bell_allocator *memory)
{
    char *line = bell__memory_take(memory, from->line_size);
    if (line == NULL) {
        return BELL_NO_MEMORY;
    }
    *to = *from;
    to->line = line;
    memcpy(line, from->line, from->line_size);
    return BELL_OK;
}

/* ---- What a client holds ------------------------------------------------- */

static void forget(struct bell__held *held, struct bell__token *token)
{
    held->changes += token->line != NULL;
    bell__token_forget(token, held->memory);
}

bell_string bell__token_text(const struct bell__token *token)
{
    if (token->line == NULL) {
        return (bell_string){"", 0};
    }
    size_t around = sizeof line_start - 1 + sizeof line_end - 1;
    return (bell_string){token->line + sizeof line_start - 1,
                         token->line_size - around};
}

static bool can_be_sent(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text <= 0x20 || *text > 0x7e) {
            return false;
        }
    }
    return true;
}

bell_status bell__held_set(struct bell__held *held, uint32_t role,
                           const char *text)
{
    struct bell__token *token = &held->tokens[role];
    if (text == NULL || text[0] == '\0') {
        forget(held, token);
        return BELL_OK;
    }
    if (bell__str_is(bell__token_text(token), text)) {
        return BELL_OK;
    }
    if (!can_be_sent(text)) {
        return BELL_INVALID;
    }
    size_t size = strlen(text);
    size_t line_size = sizeof line_start + size + sizeof line_end - 2;
    char *line = bell__memory_take(held->memory, line_size);
    if (line == NULL) {
        return BELL_NO_MEMORY;
    }
    forget(held, token);
    memcpy(line, line_start, sizeof line_start - 1);
    memcpy(line + sizeof line_start - 1, text, size);
    memcpy(line + sizeof line_start - 1 + size, line_end, sizeof line_end - 1);
    token->line = line;
    token->line_size = line_size;
    token->serial = ++held->serial;
    token->expires = expiry_of(held->memory, text);
    held->changes++;
    return BELL_OK;
}

void bell__held_close(struct bell__held *held)
{
    for (uint32_t i = 0; i < BELL__HELD_MAX; i++) {
        forget(held, &held->tokens[i]);
    }
}
