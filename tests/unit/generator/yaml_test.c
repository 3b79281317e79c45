/* yaml_test.c: YAML becomes nodes with their places, and bad YAML does not. */
#include "schema_text.h"

static void read_kinds(void)
{
    struct schema_text schema;
    schema_read(&schema, "a.yaml",
                BELL_STR("a: 1.10\nb: 'x'\nc: [on, ~]\nd: {e: \"f\"}\ng:\n"));
    CHECK_TEXT("", schema.said);
    const struct node *map = schema.document;
    CHECK_INT(NODE_MAP, map->kind);
    CHECK_INT(5, map->count);
    CHECK_BYTES("1.10", node_member(map, "a")->text.text, 4);
    CHECK(node_member(map, "a")->plain);
    CHECK(!node_member(map, "b")->plain);
    CHECK_INT(NODE_LIST, node_member(map, "c")->kind);
    CHECK_INT(NODE_TEXT, node_member(map, "c")->first->kind);
    CHECK_BYTES("f", node_member(node_member(map, "d"), "e")->text.text, 1);
    CHECK_INT(0, node_member(map, "g")->text.size);
    CHECK(node_member(map, "g")->plain);
    CHECK(node_member(map, "h") == NULL);
    schema_close(&schema);
}

static void read_places(void)
{
    struct schema_text schema;
    char path[TRAIL_BYTES_MAX];
    schema_read(&schema, "a.yaml",
                BELL_STR("\xef\xbb\xbf"
                         "a:\r\n  - {\xc3\xb6: \xe2\x82\xac, k: v}\r\n"));
    CHECK_TEXT("", schema.said);
    const struct node *item = node_member(schema.document, "a")->first;
    CHECK_INT(2, item->spot->place.line);
    CHECK_INT(5, item->spot->place.column);
    const struct node *k = node_member(item, "k");
    CHECK_INT(12, k->spot->key_place.column);
    CHECK_INT(15, k->spot->place.column);
    CHECK_TEXT("a[0].k", trail_text(k->spot->place.trail, path));
    schema_close(&schema);
}

static void read_aliases(void)
{
    struct schema_text schema;
    char path[TRAIL_BYTES_MAX];
    schema_read(&schema, "a.yaml",
                BELL_STR("a: &x {b: [c]}\nd: *x\ne: &y t\nf: *y\n"));
    CHECK_TEXT("", schema.said);
    const struct node *copy = node_member(schema.document, "d");
    const struct node *list = node_member(copy, "b");
    CHECK_INT(1, list->count);
    CHECK_INT(1, list->first->spot->place.line);
    CHECK_TEXT("d.b[0]", trail_text(list->first->spot->place.trail, path));
    CHECK_BYTES("t", node_member(schema.document, "f")->text.text, 1);
    schema_close(&schema);
}

/* The last of two equal keys counts, and both are told. */
static void read_twice(void)
{
    struct schema_text schema;
    schema_read(&schema, "a.yaml", BELL_STR("a: 1\nb: 2\na: 3\n"));
    CHECK_TEXT("3:1 E009 a\n", schema.said);
    CHECK_INT(1, schema.diags.first->second.line);
    CHECK_BYTES("3", node_member(schema.document, "a")->text.text, 1);
    schema_close(&schema);
}

static const struct {
    const char *text;
    const char *said;
} bad[] = {
    {"", "0:0 E003 \n"},
    {" \n\t\n", "0:0 E003 \n"},
    {"# a\n", "0:0 E003 \n"},
    {"a: b: c\n", "1:5 E004 \n"},
    {"a: [b\n", "1:4 E007 \n"},
    {"a: {b: c\n", "1:4 E007 \n"},
    {"a: 'b\n", "1:4 E007 \n"},
    {"a: [b[]]\n", "1:5 E008 \n"},
    {"a:\n\tb: c\n", "2:1 E006 \n"},
    {"a: @b\n", "1:4 E004 \n"},
    {"a: *b\n", "1:4 E010 \n"},
    {"a: &b [*b]\n", "1:8 E010 \n"},
    {"a: !!int 1\n", "1:4 E013 \n"},
    {"<<: {a: b}\n", "1:1 E014 \n"},
    {"'<<': b\n", ""},
    {"a: b\n---\nc: d\n", "2:1 E015 \n"},
    {"{a: b}: c\n", "1:1 E016 \n"},
    {"a: \xff\n", "1:4 E001 \n"},
    {"\xff\xfe"
     "a",
     "0:0 E001 \n"},
    {"a: \"\x01\"\n", "1:5 E002 \n"},
    {"a: b\xc2\x85"
     "c\n",
     "1:5 E002 \n"},
    {"a: \"b\" c\n", "1:8 E004 \n"},
};

static void refuse_bad(void)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct schema_text schema;
        schema_read(&schema, "a.yaml", bell_str(bad[i].text));
        CHECK_TEXT(bad[i].said, schema.said);
        schema_close(&schema);
    }
}

/* Deep, long and doubling input ends with one message, not with the stack. */
static void stay_bounded(void)
{
    static char text[200000];
    struct schema_text schema;
    memset(text, '[', sizeof text - 1);
    schema_read(&schema, "a.yaml", bell_str(text));
    CHECK_TEXT("1:65 E012 \n", schema.said);
    schema_close(&schema);

    size_t size = (size_t)snprintf(text, sizeof text, "a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
        size +=
            (size_t)snprintf(text + size, sizeof text - size,
                             "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
    }
    schema_read(&schema, "a.yaml", (bell_string){text, size});
    CHECK_INT(1, schema.diags.count);
    CHECK_TEXT("E011", schema.diags.first->code);
    CHECK(schema.arena.taken < 64u * 1024 * 1024);
    schema_close(&schema);
}

int main(void)
{
    read_kinds();
    read_places();
    read_aliases();
    read_twice();
    refuse_bad();
    stay_bounded();
    return check_report();
}
