/* lang_layout.c: `layout` of a lang.yaml: a language's manners, row by row. It
 * knows no schema, and no language but by its rows. */
#include <stddef.h>
#include <string.h>

#include "base/codes.h"
#include "view/reading.h"

enum { WIDTH_MIN = 40, WIDTH_MAX = 200, INDENT_MAX = 16, MARK_BYTES_MAX = 16 };

enum row_kind { ROW_NUMBER, ROW_FLAG, ROW_TEXT, ROW_TEXTS, ROW_ESCAPES };

/* One key, and the member of struct layout that it fills. */
struct row {
    const char *name;
    enum row_kind kind;
    size_t offset;
    int64_t low, high; /* ROW_NUMBER; ROW_TEXT: of bytes, 0: any */
};

enum { ROWS_MAX = 8 };

/* A map of rows: `layout` itself, or one in it. */
struct group {
    const char *name;
    struct row rows[ROWS_MAX + 1]; /* ends with a name of NULL */
};

#define MEMBER(name) offsetof(struct layout, name)

static const struct group whole = {
    "layout", {{"width", ROW_NUMBER, MEMBER(width), WIDTH_MIN, WIDTH_MAX}}};

static const struct group groups[] = {
    {"comment",
     {{"first", ROW_TEXT, MEMBER(comment.first), 0, MARK_BYTES_MAX},
      {"next", ROW_TEXT, MEMBER(comment.next), 0, MARK_BYTES_MAX},
      {"last", ROW_TEXT, MEMBER(comment.last), 0, MARK_BYTES_MAX},
      {"apart", ROW_TEXTS, MEMBER(comment), 0, 0}}},
    {"text",
     {{"escapes", ROW_ESCAPES, MEMBER(text.escapes), 0, 0},
      {"single", ROW_FLAG, MEMBER(text.single), 0, 0},
      {"trigraphs", ROW_FLAG, MEMBER(text.trigraphs), 0, 0},
      {"names", ROW_TEXT, MEMBER(text.names), 0, 0}}},
    {"fold",
     {{"step", ROW_NUMBER, MEMBER(fold.step), 1, INDENT_MAX},
      {"angles", ROW_FLAG, MEMBER(fold.angles), 0, 0},
      {"bars", ROW_FLAG, MEMBER(fold.bars), 0, 0},
      {"numbers", ROW_FLAG, MEMBER(fold.numbers), 0, 0},
      {"tables", ROW_FLAG, MEMBER(fold.tables), 0, 0},
      {"texts", ROW_FLAG, MEMBER(fold.texts), 0, 0},
      {"padded", ROW_FLAG, MEMBER(fold.padded), 0, 0},
      {"together", ROW_FLAG, MEMBER(fold.together), 0, 0}}},
    {"fill",
     {{"hang", ROW_NUMBER, MEMBER(fill.hang), 1, INDENT_MAX},
      {"continued", ROW_TEXT, MEMBER(fill.continued), 0, 0}}},
};

enum { GROUP_COUNT = sizeof groups / sizeof groups[0] };

/* -1: it is no number of few digits. */
static int64_t number_of(bell_string text)
{
    int64_t number = text.size == 0 || text.size > 4 ? -1 : 0;
    for (size_t i = 0; i < text.size && number >= 0; i++) {
        bool digit = text.text[i] >= '0' && text.text[i] <= '9';
        number = digit ? number * 10 + (text.text[i] - '0') : -1;
    }
    return number;
}

static void read_number(struct lang_reading *reading, const struct row *row,
                        const struct node *said, int64_t *number)
{
    int64_t found = number_of(said->text);
    if (found >= row->low && found <= row->high) {
        *number = found;
        return;
    }
    diag_add(reading->diags, CODE_LANGUAGE, said->spot->place,
             "`%s` of a language must be a number from %d to %d", row->name,
             (int)row->low, (int)row->high);
}

/* A line has to have room for words beside it. */
static void read_text(struct lang_reading *reading, const struct row *row,
                      const struct node *said, bell_string *text)
{
    if (row->high != 0 && said->text.size > (size_t)row->high) {
        diag_add(reading->diags, CODE_LANGUAGE, said->spot->place,
                 "`%s` of a language must be a string of at most %d bytes",
                 row->name, (int)row->high);
        return;
    }
    *text = said->text;
}

static void read_flag(struct lang_reading *reading, const struct row *row,
                      const struct node *said, bool *flag)
{
    static const char *const names[] = {"false", "true", NULL};
    int found = lang_find_word(said->text, names);
    *flag = found > 0;
    if (found < 0) {
        diag_add(reading->diags, CODE_LANGUAGE, said->spot->place,
                 "`%s` of a language must be true or false", row->name);
    }
}

static void read_escapes(struct lang_reading *reading, const struct node *said,
                         enum quote_escape *escapes)
{
    static const char *const names[] = {"octal",  "hex", "units",
                                        "points", "raw", NULL};
    int found = lang_find_word(said->text, names);
    *escapes = (enum quote_escape)(found + 1); /* none of them: unsaid */
    if (found < 0) {
        char room[NEAREST_BYTES_MAX];
        diag_add(reading->diags, CODE_LANGUAGE, said->spot->place,
                 "`escapes` of a language must be octal, hex, units, points or "
                 "raw, not `%.*s`%s",
                 (int)said->text.size, said->text.text,
                 lang_hint(said->text, names, room));
    }
}

static void read_texts(struct lang_reading *reading, const struct node *list,
                       struct comment_style *comment)
{
    bell_string *texts =
        bell__arena_take(reading->arena, list->count * sizeof *texts);
    for (const struct node *at = list->first; at != NULL; at = at->next) {
        if (texts == NULL || at->kind != NODE_TEXT || at->text.size == 0) {
            diag_add(reading->diags, CODE_LANGUAGE, at->spot->place,
                     texts == NULL ? "out of memory"
                                   : "an item of `apart` must be a string");
            return;
        }
        texts[comment->apart_count++] = at->text;
    }
    comment->apart = texts;
}

static void read_row(struct lang_reading *reading, const struct row *row,
                     const struct node *map)
{
    void *member = (char *)&reading->lang->layout + row->offset;
    enum node_kind kind = row->kind == ROW_TEXTS ? NODE_LIST : NODE_TEXT;
    const struct node *said = node_member(map, row->name) != NULL
                                  ? lang_want(reading, map, row->name, kind)
                                  : NULL;
    if (said == NULL) {
        return;
    }
    switch (row->kind) {
    case ROW_NUMBER:
        read_number(reading, row, said, member);
        break;
    case ROW_FLAG:
        read_flag(reading, row, said, member);
        break;
    case ROW_TEXT:
        read_text(reading, row, said, member);
        break;
    case ROW_TEXTS:
        read_texts(reading, said, member);
        break;
    case ROW_ESCAPES:
        read_escapes(reading, said, member);
        break;
    }
}

/* `also` are names of maps beside the rows. */
static void read_group(struct lang_reading *reading, const struct group *group,
                       const struct node *map, const struct group *also,
                       size_t also_count)
{
    const char *names[ROWS_MAX + GROUP_COUNT + 1] = {NULL};
    size_t count = 0;
    for (const struct row *row = group->rows; row->name != NULL; row++) {
        names[count++] = row->name;
        read_row(reading, row, map);
    }
    for (size_t i = 0; i < also_count; i++) {
        names[count++] = also[i].name;
    }
    lang_check_keys(reading, map, names);
}

static const struct node *maybe_map(struct lang_reading *reading,
                                    const struct node *map, const char *key)
{
    return node_member(map, key) != NULL
               ? lang_want(reading, map, key, NODE_MAP)
               : NULL;
}

void lang_read_layout(struct lang_reading *reading, const struct node *document)
{
    struct layout *layout = &reading->lang->layout;
    *layout = layout_unsaid;
    const struct node *map = maybe_map(reading, document, whole.name);
    if (map == NULL) {
        return;
    }
    read_group(reading, &whole, map, groups, GROUP_COUNT);
    for (size_t i = 0; i < GROUP_COUNT; i++) {
        const struct node *inner = maybe_map(reading, map, groups[i].name);
        if (inner != NULL) {
            read_group(reading, &groups[i], inner, NULL, 0);
        }
    }
    if (layout->comment.next.text == NULL) {
        layout->comment.next = layout->comment.first;
    }
}
