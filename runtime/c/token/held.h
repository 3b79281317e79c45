/* held.h: the tokens that a client holds, one for each role, and how long they
 * last. It knows no clock, no role's name and no request. */
#ifndef BELL__TOKEN_HELD_H
#define BELL__TOKEN_HELD_H

#include <bell/bell.h>

enum { BELL__HELD_MAX = 32 }; /* roles, the default among them */

/* As a header line that shows it (RFC 6750 2.1), with its CR LF. */
struct bell__token {
    char *line; /* NULL: there is none */
    size_t line_size;
    uint32_t serial; /* which text it is; another one has another */
    int64_t expires; /* seconds since 1970; 0: it does not say */
};

/* All zero but `memory` holds nothing. The default is number 0. */
struct bell__held {
    const bell_allocator *memory;
    struct bell__token tokens[BELL__HELD_MAX];
    uint32_t serial;  /* the last one that was given */
    uint32_t changes; /* counts all that came and went */
};

/* Takes a copy; the text that was there is wiped. The same text again changes
 * nothing. NULL or "": there is none any more. BELL_INVALID for what no header
 * line can carry, or BELL_NO_MEMORY; then the old one stays. */
bell_status bell__held_set(struct bell__held *held, uint32_t role,
                           const char *text);

/* Nobody trusts it any more at `now`, in seconds since 1970. */
static inline bool bell__token_is_past(const struct bell__token *token,
                                       int64_t now)
{
    return token->expires != 0 && token->expires <= now;
}

/* Another one with the same text; `to` is all zero before. BELL_NO_MEMORY. */
bell_status bell__token_copy(struct bell__token *to,
                             const struct bell__token *from,
                             const bell_allocator *memory);

/* Wipes and frees it; all zero is fine, and is what is left. */
void bell__token_forget(struct bell__token *token,
                        const bell_allocator *memory);

/* The text alone, lent; empty: there is none. */
bell_string bell__token_text(const struct bell__token *token);

/* Wipes and frees all. */
void bell__held_close(struct bell__held *held);

#endif
