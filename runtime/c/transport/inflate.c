/* inflate.c: what was packed with gzip becomes what it was, up to a size. It
 * knows no answers. */
#include "transport/inflate.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"

enum {
    GZIP_WINDOW = 15 + 16, /* zlib's: the largest, of gzip alone */
    ROOM_BYTES = 16 * 1024
};

struct bell__inflate {
    const bell_allocator *memory;
    z_stream stream;
};

/* zlib does not tell how large what it frees is. */
union block {
    size_t size;
    max_align_t align;
};

static void *take(void *context, unsigned count, unsigned size)
{
    const struct bell__inflate *inflate = context;
    size_t bytes = sizeof(union block) + (size_t)count * size;
    union block *block = bell__memory_take(inflate->memory, bytes);
    if (block == NULL) {
        return Z_NULL;
    }
    block->size = bytes;
    return block + 1;
}

static void give_back(void *context, void *pointer)
{
    const struct bell__inflate *inflate = context;
    union block *block = (union block *)pointer - 1;
    bell__memory_free(inflate->memory, block, block->size);
}

static struct bell__inflate *make(const bell_allocator *memory)
{
    struct bell__inflate *made = bell__memory_take(memory, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    memset(made, 0, sizeof *made);
    made->memory = memory;
    made->stream.zalloc = take;
    made->stream.zfree = give_back;
    made->stream.opaque = made;
    if (inflateInit2(&made->stream, GZIP_WINDOW) != Z_OK) {
        bell__memory_free(memory, made, sizeof *made);
        return NULL;
    }
    return made;
}

void bell__inflate_free(struct bell__inflate *inflate)
{
    if (inflate != NULL) {
        inflateEnd(&inflate->stream);
        bell__memory_free(inflate->memory, inflate, sizeof *inflate);
    }
}

/* As far as there is room: one byte more than allowed tells that it is more. */
static int step(z_stream *stream, struct bell__buf *out, size_t size_max)
{
    size_t room = size_max + 1 - out->size;
    room = room < ROOM_BYTES ? room : ROOM_BYTES;
    if (bell__buf_reserve(out, room) != BELL_OK) {
        return Z_MEM_ERROR;
    }
    stream->next_out = (unsigned char *)out->bytes + out->size;
    stream->avail_out = (unsigned)room;
    int result = inflate(stream, Z_NO_FLUSH);
    out->size += room - stream->avail_out;
    return result;
}

/* Several packs behind each other are one (RFC 1952 2.2). */
static enum bell__inflated run(z_stream *stream, struct bell__buf *out,
                               size_t size_max)
{
    for (;;) {
        int result = step(stream, out, size_max);
        if (out->size > size_max) {
            return BELL__INFLATE_LONG;
        }
        if (result == Z_STREAM_END) {
            if (stream->avail_in == 0) {
                return BELL__INFLATE_WHOLE;
            }
            result = inflateReset(stream);
        }
        if (result == Z_MEM_ERROR) {
            return BELL__INFLATE_NO_MEMORY;
        }
        bool cut = stream->avail_in == 0 && stream->avail_out != 0;
        if (result != Z_OK || cut) {
            return BELL__INFLATE_WRONG;
        }
    }
}

enum bell__inflated bell__inflate(struct bell__inflate **inflate,
                                  const bell_allocator *memory,
                                  bell_string packed, size_t size_max,
                                  struct bell__buf *out)
{
    out->size = 0;
    if (packed.size > UINT_MAX || size_max == SIZE_MAX) {
        return BELL__INFLATE_LONG;
    }
    if (*inflate == NULL) {
        *inflate = make(memory);
    } else if (inflateReset(&(*inflate)->stream) != Z_OK) {
        return BELL__INFLATE_WRONG;
    }
    if (*inflate == NULL) {
        return BELL__INFLATE_NO_MEMORY;
    }
    z_stream *stream = &(*inflate)->stream;
    /* zlib only reads it; the struct does not say so. */
    stream->next_in = (unsigned char *)(uintptr_t)packed.text;
    stream->avail_in = (unsigned)packed.size;
    return run(stream, out, size_max);
}
