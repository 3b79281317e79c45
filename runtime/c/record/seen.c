/* seen.c: which of a record's fields came, and what stands for the others. */
#include "record/seen.h"

bool bell__seen_mark(struct bell__decoder *decoder, const char *at,
                     const bell_type *type, struct bell__seen *seen,
                     uint32_t index)
{
    size_t size = ((size_t)type->count + 63) / 64 * sizeof(uint64_t);
    if (!seen->marked) {
        seen->marked = true;
        seen->few = 0;
        seen->many = NULL;
        if (type->count > 64) {
            seen->many = bell__decode_take(decoder, at, size);
            if (seen->many == NULL) {
                return false;
            }
            memset(seen->many, 0, size);
        }
    }
    uint64_t *word = seen->many != NULL ? &seen->many[index / 64] : &seen->few;
    *word |= (uint64_t)1 << (index % 64);
    return true;
}

static bool is_marked(const struct bell__seen *seen, uint32_t index)
{
    if (index < seen->ordered || !seen->marked) {
        return index < seen->ordered;
    }
    uint64_t word = seen->many != NULL ? seen->many[index / 64] : seen->few;
    return (word >> (index % 64) & 1) != 0;
}

const char *bell__seen_fill(struct bell__decoder *decoder, const char *at,
                            const bell_type *type, char *out,
                            const struct bell__seen *seen)
{
    for (uint32_t i = 0; i < type->count; i++) {
        const bell_field *field = &type->fields[i];
        if (is_marked(seen, i)) {
            continue;
        }
        if (field->fallback != NULL && field->by_pointer) {
            memcpy(out + field->offset, &field->fallback, sizeof(void *));
        } else if (field->fallback != NULL) {
            memcpy(out + field->offset, field->fallback, field->type->size);
        } else if (field->state == BELL_STATE_REQUIRED ||
                   field->state == BELL_STATE_NULLABLE) {
            bell_string name = {field->name, field->name_size};
            bell__path_field(&decoder->path, name);
            return bell__decode_fail(decoder, at,
                                     "a required field is missing");
        }
    }
    return at;
}
