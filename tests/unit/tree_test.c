/* tree_test.c: the cJSON view of a JSON value, and which library this is. */
#include <bell/schema.h>
#include <cjson/cJSON.h>

#include "unit/check.h"

static void test_tree(void)
{
    bell_json json = {"{\"a\":[1,\"b\"]} and more", 13};
    cJSON *tree = bell_json_tree(json);
    const cJSON *list = cJSON_GetObjectItem(tree, "a");
    CHECK_INT(2, cJSON_GetArraySize(list));
    const cJSON *text = cJSON_GetArrayItem(list, 1);
    CHECK_TEXT("b", cJSON_IsString(text) ? text->valuestring : "(none)");
    cJSON_Delete(tree);
    json.size = 0;
    tree = bell_json_tree(json);
    CHECK(cJSON_IsNull(tree));
    cJSON_Delete(tree);
    json.size = 5; /* cut: no value at all */
    CHECK(bell_json_tree(json) == NULL);
}

static void test_version(void)
{
    int first = 0, second = 0, third = 0;
    CHECK_INT(3, sscanf(bell_version(), "%d.%d.%d", &first, &second, &third));
    CHECK_INT(1, bell_tables_v6);
}

int main(void)
{
    test_tree();
    test_version();
    return check_report();
}
