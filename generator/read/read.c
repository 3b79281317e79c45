/* read.c: which reader reads a source. It knows no format. */
#include "read/read.h"

#include "base/str.h"
#include "read/formats.h"

const struct node *read_source(const struct source *source,
                               struct bell__arena *arena, struct diags *diags)
{
    if (bell__str_ends(source->name, BELL_STR(".json"))) {
        return read_json(source, arena, diags);
    }
    return read_yaml(source, arena, diags);
}
