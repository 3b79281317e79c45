/* template_mutate_test.c: thousands of damaged templates, and templates read
 * and run with memory that fails: each ends with text, or with messages whose
 * places are in a template. It is worth most under the sanitizers. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/source.h"
#include "language.h"
#include "render/stamp.h"
#include "schema_text.h"
#include "unit/counter.h"
#include "view/view.h"

enum {
    ROUNDS = 1500,
    TEXT_MORE = 1024, /* that mutations add at most */
    OUTPUT_BYTES_MAX = 1 << 20,
    ARENA_BYTES_MAX = 64 << 20
};

static uint64_t seed = 88172645463325252u;

static size_t pick(size_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return below == 0 ? 0 : (size_t)(seed % below);
}

struct text {
    char *bytes;
    size_t size;
};

static void replace(struct text *text, size_t at, size_t gone,
                    const char *bytes, size_t size)
{
    memmove(text->bytes + at + size, text->bytes + at + gone,
            text->size - at - gone);
    memcpy(text->bytes + at, bytes, size);
    text->size = text->size - gone + size;
}

static void insert_word(struct text *text)
{
    static const char *const words[] = {
        "${",     "}",       "$${",
        "|",      "%%",      "\n%% end\n",
        "\n%% ",  "for ",    "if ",
        "elif ",  "else\n",  "let a = service\n",
        "def f(", "call f(", "sep ",
        "\"",     "\\",      "in ",
        "fill\n", "fold\n",  "block x",
        "\n",     ".",       ",",
        "(",      ")",       "not ",
        "and ",   "or ",     "#",
        "t.item", "service", "extends",
        ": type", "list ",   " ",
        "\t",     "\xc3",    "\xff",
        "99999",  "size",    "comment(\"/*\", \"\", \"\")",
    };
    const char *word = words[pick(sizeof words / sizeof words[0])];
    replace(text, pick(text->size + 1), 0, word, strlen(word));
}

static void insert_line(struct text *text)
{
    static const char *const lines[] = {
        "%% end\n",
        "%% if service.doc\n",
        "%% for m in service.methods\n",
        "%% for t in service.structs sep \"\"\n",
        "%% block struct\n",
        "%% original\n",
        "%% extends\n",
        "%% fill\n",
        "%% fold\n",
        "%% def g(t: type)\n",
        "%% call g(t)\n",
        "%% include \"service.h.tmpl\"\n",
        "%% include \"service.c.tmpl\"\n",
        "%% call structure(t)\n",
        "%% else\n",
    };
    size_t at = pick(text->size + 1);
    while (at > 0 && text->bytes[at - 1] != '\n') {
        at--;
    }
    const char *line = lines[pick(sizeof lines / sizeof lines[0])];
    replace(text, at, 0, line, strlen(line));
}

static void delete_part(struct text *text)
{
    size_t at = pick(text->size);
    size_t size = 1 + pick(60);
    size = size > text->size - at ? text->size - at : size;
    replace(text, at, size, "", 0);
}

static void mutate(struct text *text)
{
    for (size_t left = 1 + pick(4); left > 0; left--) {
        switch (pick(4)) {
        case 0:
            insert_word(text);
            break;
        case 1:
            insert_line(text);
            break;
        case 2:
            delete_part(text);
            break;
        default:
            if (text->size > 0) {
                text->bytes[pick(text->size)] = (char)pick(256);
            }
            break;
        }
    }
}

/* ---- What a template is given -------------------------------------------- */

static struct bell__arena kept;
static const struct node *view;

static const struct source *builtin(bell_string name)
{
    const char *path = language_join(&kept, NULL, "c", name);
    const struct builtin_template *found = language_builtin(bell_str(path));
    struct source *source = bell__arena_take(&kept, sizeof *source);
    if (found == NULL || source == NULL) {
        return NULL;
    }
    const void *bytes = found->bytes;
    *source = (struct source){bell_str(path), {bytes, found->size}};
    return source;
}

/* `main` is the damaged one; all others are the program's. */
static const struct source *load(void *context, bell_string name)
{
    const struct source *main_source = context;
    if (name.size == main_source->name.size &&
        memcmp(name.text, main_source->name.text, name.size) == 0) {
        return main_source;
    }
    return builtin(name);
}

static const struct source *original(void *context, bell_string name)
{
    (void)context;
    return builtin(name);
}

static struct schema_text schema;

static void make_view(void)
{
    char wrong[FILE_WRONG_MAX];
    bell_string yaml = {NULL, 0};
    struct diags diags;
    diags_open(&diags, &kept);
    CHECK(file_read(TESTS_DIR "/../schemas/tasks.yaml", &kept, &yaml, wrong));
    schema_check(&schema, "tasks.yaml", yaml);
    const struct node *document =
        read_source(builtin(BELL_STR("lang.yaml")), &kept, &diags);
    const struct lang *lang = lang_build(document, &kept, &diags);
    CHECK(lang != NULL);
    view = view_service(schema.service, schema.tables, lang, &kept);
    CHECK(view != NULL);
}

/* A place is in its text: the line is there, the column at most one behind. */
static bool is_inside(const struct place *place)
{
    if (place->line == 0) {
        return true;
    }
    bell_string line = source_line(place->source, place->line);
    return place->column >= 1 && place->column <= line.size + 2;
}

static void check_messages(const struct diags *diags)
{
    CHECK(diags->count != 0);
    for (const struct diag *at = diags->first; at != NULL; at = at->next) {
        CHECK(at->message.size != 0);
        CHECK(is_inside(&at->place));
        CHECK(at->second.source == NULL || is_inside(&at->second));
    }
}

static const struct layout manners = {
    .width = 80,
    .comment = {{"/* ", 3}, {" * ", 3}, {" */", 3}, NULL, 0},
    .text = {.escapes = QUOTE_OCTAL},
    .fold = {.step = 4, .angles = true, .bars = true, .texts = true},
    .fill = {.hang = 4, .continued = {" \\", 2}},
};

static struct template *
load_with(struct source *source, struct bell__arena *arena, struct diags *diags)
{
    struct template_loader loader = {load, original, NULL, source, &manners};
    return template_load(&loader, source->name, (struct place){0},
                         view_outlines, view_root, arena, diags);
}

static size_t good_rounds;

static void run(const char *name, bell_string text)
{
    struct bell__arena arena;
    struct bell__buf out;
    struct diags diags;
    struct source source = {bell_str(name), text};
    bell__arena_open(&arena, &bell__memory_default, 0);
    bell__buf_open(&out, &bell__memory_default, OUTPUT_BYTES_MAX);
    diags_open(&diags, &arena);
    struct template *template = load_with(&source, &arena, &diags);
    if (template != NULL && template_run(template, view, &out, &diags)) {
        CHECK_INT(0, diags.count);
        good_rounds++;
    } else {
        check_messages(&diags);
    }
    CHECK(arena.taken < ARENA_BYTES_MAX);
    CHECK(out.size <= OUTPUT_BYTES_MAX);
    bell__buf_close(&out);
    bell__arena_close(&arena);
}

/* What eject and diff do with a text, whatever it is. */
static void stamp(const char *name, bell_string text)
{
    struct bell__arena arena;
    struct source source = {bell_str(name), text};
    bell__arena_open(&arena, &bell__memory_default, 0);
    bell_string marked = stamp_rewrite(&source, true, &arena);
    CHECK(marked.text != NULL && marked.size >= text.size);
    struct source again = {bell_str(name), marked};
    bell_string bare = stamp_rewrite(&again, false, &arena);
    CHECK(bare.text != NULL);
    const struct source *below = builtin(BELL_STR("service.h.tmpl"));
    CHECK(stamp_merge(below, &source, &arena).text != NULL);
    CHECK(stamp_merge(&source, below, &arena).text != NULL);
    bell__arena_close(&arena);
}

static void run_mutations(const char *name, bell_string text)
{
    good_rounds = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct text copy = {malloc(text.size + TEXT_MORE), text.size};
        memcpy(copy.bytes, text.text, text.size);
        mutate(&copy);
        /* In a block of its own size, so that reading on is seen. */
        char *exact = malloc(copy.size != 0 ? copy.size : 1);
        memcpy(exact, copy.bytes, copy.size);
        run(name, (bell_string){exact, copy.size});
        stamp(name, (bell_string){exact, copy.size});
        free(exact);
        free(copy.bytes);
    }
    CHECK(good_rounds > ROUNDS / 100 && good_rounds < ROUNDS);
}

/* A lang.yaml is as hostile; a good one names every type of a service. */
static void run_lang(bell_string text, const struct schema_text *seen)
{
    struct bell__arena arena;
    struct diags diags;
    struct source source = {BELL_STR("lang.yaml"), text};
    bell__arena_open(&arena, &bell__memory_default, 0);
    diags_open(&diags, &arena);
    const struct node *document = read_source(&source, &arena, &diags);
    const struct lang *lang =
        document != NULL ? lang_build(document, &arena, &diags) : NULL;
    if (lang != NULL && diags.count == 0) {
        good_rounds++;
        CHECK(view_service(seen->service, seen->tables, lang, &arena) != NULL);
        CHECK(lang->files != NULL);
    } else {
        check_messages(&diags);
    }
    bell__arena_close(&arena);
}

static void run_lang_mutations(bell_string text, const struct schema_text *seen)
{
    good_rounds = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct text copy = {malloc(text.size + TEXT_MORE), text.size};
        memcpy(copy.bytes, text.text, text.size);
        mutate(&copy);
        char *exact = malloc(copy.size != 0 ? copy.size : 1);
        memcpy(exact, copy.bytes, copy.size);
        run_lang((bell_string){exact, copy.size}, seen);
        free(exact);
        free(copy.bytes);
    }
    CHECK(good_rounds > 0 && good_rounds < ROUNDS);
}

/* ---- Memory that fails --------------------------------------------------- */

/* True where everything went well. */
static bool run_failing(struct source *source, size_t fail,
                        const struct bell__buf *want)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__arena arena;
    struct bell__buf out;
    struct diags diags;
    counter.fail = fail;
    bell__arena_open(&arena, &memory, 0);
    bell__buf_open(&out, &memory, 0);
    diags_open(&diags, &arena);
    struct template *template = load_with(source, &arena, &diags);
    bool good = template != NULL && template_run(template, view, &out, &diags);
    CHECK(good || counter.calls >= fail);
    CHECK(good || diags.count != 0);
    if (good && want != NULL) {
        CHECK(out.size == want->size &&
              memcmp(out.bytes, want->bytes, out.size) == 0);
    }
    bell__buf_close(&out);
    bell__arena_close(&arena);
    CHECK_INT(0, counter.bytes);
    return good;
}

static void check_failing(const char *name, bell_string text)
{
    struct bell__arena arena;
    struct bell__buf want;
    struct diags diags;
    struct source source = {bell_str(name), text};
    bell__arena_open(&arena, &bell__memory_default, 0);
    bell__buf_open(&want, &bell__memory_default, 0);
    diags_open(&diags, &arena);
    struct template *template = load_with(&source, &arena, &diags);
    CHECK(template != NULL && template_run(template, view, &want, &diags));
    size_t fail = 1;
    while (fail < 100000 && !run_failing(&source, fail, &want)) {
        fail++;
    }
    CHECK(fail > 5 && fail < 100000);
    bell__buf_close(&want);
    bell__arena_close(&arena);
}

/* The text behind the first line, in an own file: more blocks than one. */
static const char extension[] =
    "%% extends\n"
    "%% block banner\n// Ours.\n%% original\n%% end\n"
    "%% block struct\n%% call note(t)\n  %% original\n%% end\n"
    "%% block extra\n%% for m in service.methods sep \",\"\n"
    "${m.name | upper | quoted}\n%% else\nnone\n%% end\n%% end\n"
    "%% def note(t: type)\n%% if t.doc and not t.is_enum\n"
    "${t.doc | comment(\"// \", \"// \", \"\", 60)}\n%% elif t.fields\n"
    "%% let n = t.fields\n%% for f in n\n${f.name}\n%% end\n%% end\n%% end\n";

int main(void)
{
    bell__arena_open(&kept, &bell__memory_default, 0);
    make_view();
    const struct source *header = builtin(BELL_STR("service.h.tmpl"));
    const struct source *code = builtin(BELL_STR("service.c.tmpl"));
    run_mutations("service.h.tmpl", bell_str(extension));
    run_mutations("service.h.tmpl", header->text);
    run_mutations("service.c.tmpl", code->text);
    run_lang_mutations(builtin(BELL_STR("lang.yaml"))->text, &schema);
    check_failing("service.h.tmpl", bell_str(extension));
    check_failing("service.c.tmpl", code->text);
    schema_close(&schema);
    bell__arena_close(&kept);
    return check_report();
}
