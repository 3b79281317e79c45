/* index_test.c: names are found whatever their order; nodes are built and
 * found. */
#include "base/index.h"

#include "base/memory.h"
#include "tree/node.h"
#include "unit/check.h"

static struct bell__arena arena;

static void find_names(void)
{
    static const char *const names[] = {"b", "a", "abc", "ab", "b", "", "B"};
    struct index index;
    index_open(&index, &arena, 0);
    int things[7];
    for (size_t i = 0; i < 7; i++) {
        index_add(&index, bell_str(names[i]), &things[i]);
    }
    index_sort(&index);
    for (size_t i = 0; i < 7; i++) {
        const int *want = i == 4 ? &things[0] : &things[i];
        CHECK(index_find(&index, bell_str(names[i])) == want);
    }
    CHECK(index_find(&index, BELL_STR("abcd")) == NULL);
    CHECK(index_find(&index, BELL_STR("c")) == NULL);
    CHECK(!index.failed);
}

static void find_many(void)
{
    struct index index;
    static char room[20000][8];
    index_open(&index, &arena, 3);
    for (int i = 0; i < 20000; i++) {
        snprintf(room[i], sizeof room[i], "n%d", i * 7919 % 20000);
        index_add(&index, bell_str(room[i]), room[i]);
    }
    index_sort(&index);
    for (int i = 0; i < 20000; i++) {
        CHECK(index_find(&index, bell_str(room[i])) == room[i]);
    }
}

static void tell_short_memory(void)
{
    struct bell__arena tight;
    struct index index;
    bell__arena_open(&tight, &bell__memory_default, 100);
    index_open(&index, &tight, 0);
    index_add(&index, BELL_STR("a"), &index);
    CHECK(index.failed);
    index_sort(&index);
    CHECK(index_find(&index, BELL_STR("a")) == NULL);
    bell__arena_close(&tight);
}

static void build_nodes(void)
{
    struct node *map = node_make(&arena, NODE_MAP);
    struct node *list = node_make(&arena, NODE_LIST);
    node_set(map, "list", list);
    node_set(map, "n", node_make_number(&arena, INT64_MIN));
    node_set(map, "n", node_make_bool(&arena, true));
    node_append(list, node_make_text(&arena, BELL_STR("x")));
    CHECK_INT(3, map->count);
    CHECK(node_member(map, "list") == list);
    CHECK_BYTES("-9223372036854775808", map->first->next->text.text, 20);
    CHECK(node_member(map, "n")->truth); /* the last of two */
    CHECK(node_member(map, "m") == NULL);
    CHECK(node_member(list, "n") == NULL);
    CHECK(node_member(NULL, "n") == NULL);
    CHECK_TEXT("map", node_kind_name(map));
    CHECK_TEXT("nothing", node_kind_name(NULL));
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    find_names();
    find_many();
    tell_short_memory();
    build_nodes();
    bell__arena_close(&arena);
    return check_report();
}
