/* passed.c: values that are passed over again: the second time it is noted
 * where those in them end, so that there is no third. */
#include "record/passed.h"

#include "base/memory.h"
#include "json/skip.h"

struct bell__passed {
    struct bell__notes notes; /* from notes.start on */
    const char *until;
};

/* NULL where memory is short: then it takes longer. */
static struct bell__passed *take(const struct bell__arena *arena,
                                 const char *start)
{
    struct bell__passed *made = bell__memory_take(arena->memory, sizeof *made);
    if (made != NULL) {
        made->notes.start = start;
        made->until = start;
        bell__buf_open(&made->notes.noted, arena->memory, arena->limit);
    }
    return made;
}

/* It has been passed over before. */
static BELL__APART const char *pass_again(struct bell__passing *passing,
                                          const char *at, const char *end,
                                          uint32_t depth,
                                          const struct bell__arena *arena,
                                          struct bell__fault *fault)
{
    bool holds = *at == '{' || *at == '[';
    if (holds && passing->passed == NULL) {
        passing->passed = take(arena, at);
    }
    struct bell__passed *passed = passing->passed;
    if (!holds || passed == NULL) {
        return bell__skip_value(at, end, depth, fault);
    }
    if (at >= passed->notes.start && at < passed->until) {
        const char *behind = bell__noted_end(&passed->notes, at);
        return behind != NULL ? behind
                              : bell__skip_value(at, end, depth, fault);
    }
    if (at < passed->notes.start) {
        passed->notes.noted.size = 0;
        passed->notes.start = at;
    }
    at = bell__skip_noting(at, end, depth, &passed->notes, fault);
    passed->until = at;
    return at;
}

const char *bell__pass(struct bell__passing *passing, const char *at,
                       const char *end, uint32_t depth,
                       const struct bell__arena *arena,
                       struct bell__fault *fault)
{
    at = bell__scan_space(at, end);
    if (BELL__UNLIKELY(at < passing->until)) {
        return pass_again(passing, at, end, depth, arena, fault);
    }
    at = bell__skip_value(at, end, depth, fault);
    if (at != NULL) {
        passing->until = at;
    }
    return at;
}

void bell__passing_end(struct bell__passing *passing,
                       const struct bell__arena *arena)
{
    bell__buf_close(&passing->passed->notes.noted);
    bell__memory_free(arena->memory, passing->passed, sizeof *passing->passed);
    passing->passed = NULL;
}
