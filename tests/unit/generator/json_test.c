/* json_test.c: JSON becomes nodes with their places, and bad JSON does not. */
#include "schema_text.h"

static void read_kinds(void)
{
    struct schema_text schema;
    char path[TRAIL_BYTES_MAX];
    schema_read(&schema, "a.json",
                BELL_STR("{\"a\": 1.10, \"b\": true,\r\n \"\\u00f6\": "
                         "[null, \"x\\ny\"],\n  \"c\": {}}\n"));
    CHECK_TEXT("", schema.said);
    const struct node *map = schema.document;
    CHECK_INT(NODE_NUMBER, node_member(map, "a")->kind);
    CHECK_BYTES("1.10", node_member(map, "a")->text.text, 4);
    CHECK(node_member(map, "b")->truth);
    const struct node *list = node_member(map, "\xc3\xb6");
    CHECK_INT(NODE_NULL, list->first->kind);
    CHECK_BYTES("x\ny", list->last->text.text, list->last->text.size);
    CHECK_INT(2, list->last->spot->place.line);
    CHECK_INT(19, list->last->spot->place.column);
    CHECK_TEXT("\xc3\xb6[1]", trail_text(list->last->spot->place.trail, path));
    CHECK_INT(NODE_MAP, node_member(map, "c")->kind);
    CHECK_INT(3, node_member(map, "c")->spot->key_place.line);
    CHECK_INT(3, node_member(map, "c")->spot->key_place.column);
    schema_close(&schema);
}

static const struct {
    const char *text;
    const char *said;
} bad[] = {
    {"", "0:0 E003 \n"},
    {"\n  \n", "0:0 E003 \n"},
    {"{\"a\": 1,}", "1:9 E005 \n"},
    {"[1,\n]", "2:1 E005 \n"},
    {"[1 2]", "1:4 E005 \n"},
    {"{\"a\" 1}", "1:6 E005 \n"},
    {"{a: 1}", "1:2 E005 \n"},
    {"{'a': 1}", "1:2 E005 \n"},
    {"[1] // b", "1:5 E005 \n"},
    {"[1] 2", "1:5 E005 \n"},
    {"[\"\xc3\xb6\", tru]", "1:7 E005 \n"},
    {"[", "1:2 E005 \n"},
    {"[01]", "1:3 E005 \n"},
    {"{\"a\": 1, \"\\u0061\": 2}", "1:10 E009 a\n"},
    {"[\"\xff\"]", "1:3 E001 \n"},
};

static void refuse_bad(void)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct schema_text schema;
        schema_read(&schema, "a.json", bell_str(bad[i].text));
        CHECK_TEXT(bad[i].said, schema.said);
        schema_close(&schema);
    }
}

static void stay_bounded(void)
{
    static char text[200000];
    struct schema_text schema;
    memset(text, '[', sizeof text - 1);
    schema_read(&schema, "a.json", bell_str(text));
    CHECK_TEXT("1:65 E012 \n", schema.said);
    schema_close(&schema);
}

int main(void)
{
    read_kinds();
    refuse_bad();
    stay_bounded();
    return check_report();
}
