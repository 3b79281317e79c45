/* json_tree.c: a JSON value as a tree of cJSON, for a program's own reading.
 * Never on the way of a call. */
#include <bell/bell.h>
#include <cjson/cJSON.h>

struct cJSON *bell_json_tree(bell_json json)
{
    if (json.size == 0) {
        return cJSON_CreateNull();
    }
    return cJSON_ParseWithLength(json.text, json.size);
}
