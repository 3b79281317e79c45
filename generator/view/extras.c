/* extras.c: what a schema says under keys that start with `x-`, for templates
 * that know of it. It knows none of them. */
#include "base/str.h"
#include "view/show.h"

/* `x-max-rate` is `max_rate`: a name that a path can say. */
static const char *path_name(struct uses *uses, bell_string key)
{
    bell_string rest = {key.text + 2, key.size - 2};
    bell_string name = bell__arena_copy(uses->arena, rest);
    char *bytes = bell__arena_bytes(uses->arena, name.size + 1);
    if (name.text == NULL || bytes == NULL) {
        uses->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.text[i];
        bool plain = (byte >= 'a' && byte <= 'z') ||
                     (byte >= 'A' && byte <= 'Z') ||
                     (byte >= '0' && byte <= '9');
        bytes[i] = (char)(plain ? byte : '_');
    }
    bytes[name.size] = '\0';
    return bytes;
}

static bell_string text_of(const struct node *node)
{
    if (node->kind == NODE_BOOL) {
        return bell_str(node->truth ? "true" : "");
    }
    bool scalar = node->kind == NODE_TEXT || node->kind == NODE_NUMBER;
    bool no = scalar && node->plain && bell__str_is(node->text, "false");
    return scalar && !no ? node->text : (bell_string){"", 0};
}

void show_extras(struct uses *uses, struct node *map, const struct node *said)
{
    struct node *extras = NULL;
    bool is_map = said != NULL && said->kind == NODE_MAP;
    for (const struct node *at = is_map ? said->first : NULL; at != NULL;
         at = at->next) {
        if (at->key.size < 3 || !bell__str_starts(at->key, BELL_STR("x-"))) {
            continue;
        }
        const char *name = path_name(uses, at->key);
        if (extras == NULL) {
            extras = show_map(uses);
        }
        if (name != NULL) {
            show_text(uses, extras, name, text_of(at));
        }
    }
    if (extras != NULL) {
        show_share(uses, map, "x", extras);
    }
}
