/* report.c: what a decoder's failure says to people. */
#include "record/report.h"

#include "base/error.h"
#include "base/tame.h"
#include "json/number.h"
#include "json/skip.h"
#include "json/text.h"

enum { GOT_BYTES = 40 };

const char *bell__decode_fail(struct bell__decoder *decoder, const char *at,
                              const char *wrong)
{
    return bell__fault_set(&decoder->fault, at, wrong);
}

const char *bell__decode_mismatch(struct bell__decoder *decoder, const char *at,
                                  const char *wanted)
{
    decoder->wanted = wanted;
    return bell__fault_set(&decoder->fault, at, "wanted another type");
}

/* `wrong` NULL: the arena gave no memory. */
const char *bell__decode_limit(struct bell__decoder *decoder, const char *at,
                               const char *wrong)
{
    decoder->status = BELL_LIMIT;
    if (wrong == NULL && !decoder->arena->limited) {
        decoder->status = BELL_NO_MEMORY;
        wrong = "out of memory";
    }
    return bell__fault_set(&decoder->fault, at,
                           wrong != NULL ? wrong
                                         : "larger than reply_bytes_max");
}

void *bell__decode_take(struct bell__decoder *decoder, const char *at,
                        size_t size)
{
    void *piece = bell__arena_take(decoder->arena, size);
    if (piece == NULL) {
        bell__decode_limit(decoder, at, NULL);
    }
    return piece;
}

/* Where a scalar ends, or at once where none stands. */
static const char *scalar_end(const char *at, const char *end)
{
    struct bell__fault fault;
    const char *behind = bell__skip_value(at, end, 0, &fault);
    return behind != NULL ? behind : at;
}

/* What stands at `at`, in a few words or bytes. */
static void describe(const char *at, const char *end, char *got)
{
    const char *words = "no JSON value";
    if (at == end) {
        words = "the end of the text";
    } else if (*at == '{') {
        words = "a map";
    } else if (*at == '[') {
        words = "a list";
    }
    size_t size = (size_t)(scalar_end(at, end) - at);
    if (size == 0) {
        memcpy(got, words, strlen(words) + 1);
        return;
    }
    bool cut = size > GOT_BYTES;
    size = cut ? GOT_BYTES : size;
    while (cut && (at[size] & 0xC0) == 0x80) {
        size--;
    }
    memcpy(got, at, size);
    memcpy(got + size, "...", cut ? 4 : 0);
    got[size + (cut ? 3 : 0)] = '\0';
}

bell_status bell__report_decode(struct bell__decoder *decoder, const char *root,
                                bell_error *error)
{
    char path[BELL__PATH_BYTES];
    char got[GOT_BYTES + 4];
    const struct bell__fault *fault = &decoder->fault;
    size_t offset = (size_t)(fault->at - decoder->start);
    if (fault->wrong == bell__skip_too_deep) {
        decoder->status = BELL_LIMIT;
    }
    if (error == NULL) {
        return decoder->status;
    }
    bell__path_close(&decoder->path, root, path);
    if (decoder->wanted != NULL) {
        describe(fault->at, decoder->end, got);
        bell__error_set(error, decoder->status, BELL_ORIGIN_CODEC,
                        "%s: wanted %s, got %s (byte %zu)", path,
                        decoder->wanted, got, offset);
    } else {
        bell__error_set(error, decoder->status, BELL_ORIGIN_CODEC,
                        "%s: %s (byte %zu)", path, fault->wrong, offset);
    }
    bell__tame(error->message);
    memcpy(error->path, path, sizeof path);
    error->offset = offset;
    return decoder->status;
}
