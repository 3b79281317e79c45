/* served.c: schemas and a script, and whether their files have changed. */
#include "commands/served.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/str.h"
#include "commands/mistakes.h"
#include "read/read.h"

/* ---- Stamps -------------------------------------------------------------- */

static void mix(uint64_t *stamp, uint64_t value)
{
    *stamp = (*stamp ^ value) * UINT64_C(0x100000001b3);
}

/* A file that is not there for a moment is about to be another one. */
static bool stamp_file(uint64_t *stamp, const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        return false;
    }
    mix(stamp, (uint64_t)about.st_ino);
    mix(stamp, (uint64_t)about.st_size);
    mix(stamp, (uint64_t)about.st_mtim.tv_sec);
    mix(stamp, (uint64_t)about.st_mtim.tv_nsec);
    return true;
}

static bool stamp_all(const struct served *served, uint64_t *stamp)
{
    bool good = served->script == NULL || stamp_file(stamp, served->script);
    for (const struct schema *at = served->schemas; at != NULL && good;
         at = at->next) {
        const struct service *service = at->service;
        bell_string name = service->place.source->name;
        good =
            strcmp(name.text, "<stdin>") == 0 || stamp_file(stamp, name.text);
        for (const struct included *file = service->included;
             file != NULL && good; file = file->next) {
            good = stamp_file(stamp, file->path);
        }
    }
    return good;
}

bool served_has_changed(struct served *served)
{
    uint64_t stamp = 0;
    if (!stamp_all(served, &stamp) || stamp == served->stamp) {
        return false;
    }
    served->stamp = stamp;
    return true;
}

/* ---- Reading ------------------------------------------------------------- */

static int read_script(struct served *served)
{
    char wrong[FILE_WRONG_MAX];
    struct diags diags;
    struct source *source = bell__arena_take(&served->arena, sizeof *source);
    if (source == NULL) {
        fprintf(stderr, "bellpull: out of memory\n");
        return EXIT_FILES;
    }
    source->name = bell_str(served->script);
    if (!file_read(served->script, &served->arena, &source->text, wrong)) {
        fprintf(stderr, "bellpull: %s\n", wrong);
        return EXIT_FILES;
    }
    diags_open(&diags, &served->arena);
    const struct node *document = read_source(source, &served->arena, &diags);
    mistakes_tell(&diags, NULL);
    if (document == NULL || diags.count != 0) {
        return EXIT_SCHEMA;
    }
    if (!answers_script(served->answers, document, served->ban, wrong,
                        sizeof wrong)) {
        fprintf(stderr, "bellpull: %s:%s\n", served->script, wrong);
        return EXIT_SCHEMA;
    }
    return EXIT_DONE;
}

static size_t count_methods(const struct served *served)
{
    size_t count = 0;
    for (const struct schema *at = served->schemas; at != NULL; at = at->next) {
        count += at->service->method_count;
        count += served->rpc_alone ? 0 : at->service->endpoint_count;
    }
    return count;
}

static int make_answers(struct served *served)
{
    if (count_methods(served) == 0) {
        fprintf(stderr, "bellpull: the schema has no rpc method%s to serve\n",
                served->rpc_alone ? "" : " and no endpoint");
        return EXIT_SCHEMA;
    }
    served->answers = answers_open(&served->arena, served->seed);
    bool ready = served->answers != NULL;
    for (const struct schema *at = served->schemas; ready && at != NULL;
         at = at->next) {
        ready = answers_add(served->answers, at->service, at->tables);
    }
    if (!ready) {
        fprintf(stderr, "bellpull: out of memory\n");
        return EXIT_FILES;
    }
    return served->script != NULL ? read_script(served) : EXIT_DONE;
}

int served_open(struct served *served)
{
    struct load_options load = {.include_root = served->include_root,
                                .shared = LOAD_SHARED_REFUSED};
    bell__arena_open(&served->arena, &bell__memory_default, 0);
    served->schemas = NULL;
    served->answers = NULL;
    served->stamp = 0;
    int code =
        load_services(served->words, &load, &served->arena, &served->schemas);
    if (code == EXIT_DONE) {
        code = make_answers(served);
    }
    if (code == EXIT_DONE) {
        stamp_all(served, &served->stamp);
    }
    return code;
}

void served_close(struct served *served)
{
    answers_close(served->answers);
    bell__arena_close(&served->arena);
}

void served_warn(const struct served *served,
                 const struct bell__mishaps *mishaps)
{
    const struct bell__mishap_rule *rule = NULL;
    bell_string name;
    while (bell__mishaps_next_name(mishaps, &rule, &name)) {
        struct nearest nearest;
        char room[NEAREST_BYTES_MAX];
        if (answers_find(served->answers, name) != NULL ||
            bell__str_is(name, "connect") || bell__str_is(name, "refresh") ||
            bell__str_is(name, "ping")) {
            continue;
        }
        nearest_open(&nearest, name);
        for (const struct schema *at = served->schemas; at != NULL;
             at = at->next) {
            for (const bell_method *method = at->tables->methods;
                 method < at->tables->methods + at->tables->method_count;
                 method++) {
                nearest_offer(&nearest, bell_str(method->name));
            }
        }
        fprintf(stderr,
                "bellpull: a fault is for %.*s, and there is no method of "
                "this name in the schema%s\n",
                (int)name.size, name.text, nearest_hint(&nearest, room));
    }
}

/* Opening a pipe or a device could wait for ever, and all clients with it. A
 * file that is gone is told by whoever reads it. */
static bool is_plain(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0 || S_ISREG(about.st_mode)) {
        return true;
    }
    fprintf(stderr, "bellpull: cannot read %s again: it is no regular file\n",
            path);
    return false;
}

static bool all_plain(const struct served *served)
{
    bool good = served->script == NULL || is_plain(served->script);
    for (const struct schema *at = served->schemas; at != NULL && good;
         at = at->next) {
        good = is_plain(at->service->place.source->name.text);
        for (const struct included *file = at->service->included;
             file != NULL && good; file = file->next) {
            good = is_plain(file->path);
        }
    }
    return good;
}

static bool open_again(const struct served *served, struct served *fresh)
{
    if (!all_plain(served)) {
        return false;
    }
    if (served_open(fresh) == EXIT_DONE) {
        return true;
    }
    served_close(fresh);
    return false;
}

bool served_reload(struct served *served)
{
    struct served fresh = *served;
    for (size_t i = 0; i < served->words->count; i++) {
        if (strcmp(served->words->at[i], "-") == 0) {
            fprintf(stderr, "bellpull: a schema from standard input cannot be "
                            "read again\n");
            return false;
        }
    }
    if (!open_again(served, &fresh)) {
        fprintf(stderr,
                "bellpull: the schema that was read before still serves\n");
        return false;
    }
    served_close(served);
    *served = fresh;
    if (!served->quiet) {
        fprintf(stderr, "bellpull: the schema has been read again\n");
    }
    return true;
}
