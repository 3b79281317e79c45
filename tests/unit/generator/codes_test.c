/* codes_test.c: docs/errors.md says what the table of codes says.
 *
 * BELL_UPDATE_GOLDEN=1 writes the page. */
#include "base/codes.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/memory.h"
#include "unit/check.h"

enum { COLUMNS = 78 };

static void put(struct bell__buf *out, const char *text)
{
    CHECK(bell__buf_append(out, text, strlen(text)) == BELL_OK);
}

/* Words at most COLUMNS wide. */
static void put_wrapped(struct bell__buf *out, const char *text)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        bool fits = column + size + 1 <= COLUMNS;
        put(out, column == 0 ? "" : fits ? " " : "\n");
        column = column != 0 && fits ? column + size + 1 : size;
        CHECK(bell__buf_append(out, text, size) == BELL_OK);
        text += size;
        text += strspn(text, " ");
    }
    put(out, "\n");
}

static void put_code(struct bell__buf *out, const struct code *code)
{
    put(out, "\n## ");
    put(out, code->code);
    put(out, ": ");
    put(out, code->title);
    put(out, "\n\n");
    put_wrapped(out, code->meaning);
    if (code->example[0] == '(') {
        return;
    }
    put(out, "\n```\n");
    put(out, code->example);
    put(out, "\n```\n");
}

static void put_page(struct bell__buf *out)
{
    put(out,
        "<!-- Made from generator/base/codes.c by codes_test. -->\n\n"
        "# Errors of bellpull\n\n"
        "Every error has a place, a code and a path:\n\n"
        "```\n"
        "tasks.yaml:12:7: error[E201]: types.Task.fields.s: there is no type "
        "Stat\n"
        "   12 |    s: Stat\n"
        "      |       ^\n"
        "```\n\n"
        "The meaning of a code never changes. Each example causes the error;\n"
        "a comment after `#` shows the correct text if it is short.\n\n"
        "A run reports the mistakes of all its files at once. In a file that\n"
        "is not valid YAML or JSON, reading continues after text that lacks\n"
        "quotes (E008 and E004), after comments in JSON and after a comma\n"
        "before a bracket (E005); it stops at other mistakes. As text, the\n"
        "first 20 errors are shown, and the last line says how many more\n"
        "there are; with `--format json` and `sarif`, the first 1,000.\n");
    for (const struct code *code = codes; code->code != NULL; code++) {
        put_code(out, code);
    }
}

static void compare_page(struct bell__arena *arena)
{
    char wrong[FILE_WRONG_MAX];
    struct bell__buf out;
    bell_string page;
    bool there = false;
    const char *update = getenv("BELL_UPDATE_GOLDEN");
    bell__buf_open(&out, &bell__memory_default, 0);
    put_page(&out);
    bell_string want = {out.bytes, out.size};
    const char *path = TESTS_DIR "/../docs/errors.md";
    if (update != NULL && strcmp(update, "1") == 0) {
        CHECK(file_write(path, want, arena, wrong) != FILE_FAILED);
    }
    CHECK(file_read_if(path, arena, &page, &there, wrong) && there);
    check_text_at(want.text, want.size, page.text, page.size, __FILE__,
                  __LINE__);
    bell__buf_close(&out);
}

/* Numbers count up, so that no code is given twice. */
static void check_order(void)
{
    for (const struct code *code = codes; code[1].code != NULL; code++) {
        CHECK(strcmp(code[0].code, code[1].code) < 0);
        CHECK(code->title[0] != '\0' && code->meaning[0] != '\0');
    }
}

int main(void)
{
    struct bell__arena arena;
    bell__arena_open(&arena, &bell__memory_default, 0);
    compare_page(&arena);
    check_order();
    bell__arena_close(&arena);
    return check_report();
}
