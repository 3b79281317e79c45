/* schema.c: any bytes as a schema, in YAML and in JSON: messages or a service,
 * never a crash. */
#include "base/memory.h"
#include "bind/bind.h"
#include "model/model.h"
#include "read/read.h"
#include "target.h"

enum { ARENA_BYTES_MAX = 256 * 1024 * 1024 };

static void read_as(const char *name, bell_string text)
{
    struct bell__arena arena;
    struct diags diags;
    struct source source = {bell_str(name), text};
    bell__arena_open(&arena, &bell__memory_default, ARENA_BYTES_MAX);
    diags_open(&diags, &arena);
    const struct node *document = read_source(&source, &arena, &diags);
    struct service *service =
        document != NULL ? model_build(document, &arena, &diags) : NULL;
    if (service != NULL) {
        model_check(service, &arena, &diags);
    }
    bool sound =
        service != NULL &&
        (diags.count == 0 || (diags.count <= DIAG_KEPT_MAX &&
                              model_mend(service, diags.first, &arena)));
    if (sound) {
        const bell_service *tables = bind_service(service, &arena);
        if (tables != NULL) {
            bind_check(service, tables, &diags);
        }
        model_contract(service, &arena);
    }
    bell__arena_close(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bell_string text = {(const char *)data, size};
    read_as("fuzz.yaml", text);
    read_as("fuzz.json", text);
    return 0;
}
