/* journal.h: what was asked, written down as JSON lines, and compared with what
 * was expected. It knows no schema and no answers but what it is given. */
#ifndef GENERATOR_SERVE_JOURNAL_H
#define GENERATOR_SERVE_JOURNAL_H

#include <stdio.h>

#include "base/arena.h"
#include "handler/handler.h"
#include "peer/mishap.h"

/* One call, as both sides see it. */
struct journal_call {
    uint64_t client; /* 0: a proxy asked */
    bell_string method;
    bell_string params; /* JSON; empty: none */
    const struct bell__outcome *outcome;
    const struct bell__mishap *mishap; /* NULL: none */
};

struct journal_wanted;

struct journal {
    FILE *record;     /* NULL: nothing is written down */
    const char *path; /* of the record */
    bool broken;      /* it could not be written: a sentence is on stderr */
    bool expects;
    struct journal_wanted *wanted; /* what comes next */
    size_t count;                  /* of calls that came */
    bool differs;                  /* one came that was not wanted */
    struct bell__buf line;
};

void journal_open(struct journal *journal);

/* Writes to this file from now on. False: a sentence is on stderr. */
bool journal_record(struct journal *journal, const char *path);

/* Expects the calls of a text: a JSON object a line, as a record has them, with
 * `method` and, where it matters, `params`; what else they have does not
 * matter. All of it lives in `arena`. False: a sentence is on stderr, in which
 * `path` names the text. */
bool journal_expect(struct journal *journal, bell_string text, const char *path,
                    struct bell__arena *arena);

/* The first call that is not the expected one is told on stderr. */
void journal_note(struct journal *journal, const struct journal_call *call);

/* True where all that was expected came, and nothing else; what did not come
 * is told on stderr. */
bool journal_close(struct journal *journal);

#endif
