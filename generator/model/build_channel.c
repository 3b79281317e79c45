/* build_channel.c: channels from nodes. It knows no methods. */
#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"

enum { PARAMETERS_MAX = 16 };

static bool is_name_byte(char byte, bool first)
{
    bool letter = (byte >= 'a' && byte <= 'z') ||
                  (byte >= 'A' && byte <= 'Z') || byte == '_';
    return letter || (!first && byte >= '0' && byte <= '9');
}

struct pattern {
    bell_string text;
    bell_string parameters[PARAMETERS_MAX];
    size_t count;
    size_t at; /* where the reader is, or what is wrong */
};

/* `{name}` at `at`; NULL where it is well. */
static const char *read_parameter(struct pattern *pattern)
{
    size_t from = ++pattern->at;
    while (pattern->at < pattern->text.size &&
           is_name_byte(pattern->text.text[pattern->at], pattern->at == from)) {
        pattern->at++;
    }
    bell_string name = {pattern->text.text + from, pattern->at - from};
    if (pattern->at == pattern->text.size ||
        pattern->text.text[pattern->at] != '}' || name.size == 0) {
        return "a parameter is written {name}, with letters, digits and '_'";
    }
    pattern->at++;
    if (pattern->count == PARAMETERS_MAX) {
        return "at most 16 parameters are allowed here";
    }
    for (size_t i = 0; i < pattern->count; i++) {
        if (bell__str_equal(pattern->parameters[i], name)) {
            pattern->at = from;
            return "this parameter appears twice";
        }
    }
    pattern->parameters[pattern->count++] = name;
    return NULL;
}

static const char *read_pattern(struct pattern *pattern)
{
    if (pattern->text.size > 255) {
        return "at most 255 bytes are allowed here";
    }
    while (pattern->at < pattern->text.size) {
        char byte = pattern->text.text[pattern->at];
        const char *wrong = NULL;
        if (byte == '{') {
            wrong = read_parameter(pattern);
        } else if (byte == '}') {
            wrong = "this '}' has no '{'";
        } else if (byte <= 0x20 || byte >= 0x7f) {
            wrong = "only visible ASCII without spaces is allowed here";
        } else {
            pattern->at++;
        }
        if (wrong != NULL) {
            return wrong;
        }
    }
    return NULL;
}

static void check_pattern(struct builder *builder, const struct node *node,
                          struct pattern *read)
{
    struct pattern pattern;
    memset(&pattern, 0, sizeof pattern);
    pattern.text = node->text;
    const char *wrong = read_pattern(&pattern);
    *read = pattern;
    if (wrong == NULL) {
        return;
    }
    struct place place = node->spot->place;
    if (!node->broken) {
        place.column += (uint32_t)pattern.at + (node->plain ? 0 : 1);
    }
    diag_add(builder->diags, CODE_PATTERN, place, "%s", wrong);
}

void build_path(struct builder *builder, const struct node *node,
                bell_string *path, struct path_parameter **parameters)
{
    struct pattern read;
    if (!take_text(builder, node, path)) {
        return;
    }
    if (path->text[0] != '/' || memchr(path->text, '?', path->size) != NULL ||
        memchr(path->text, '#', path->size) != NULL) {
        diag_add(builder->diags, CODE_PATH, node->spot->place,
                 "a path starts with '/' and has no query, such as "
                 "/agents/{agent_id}");
        return;
    }
    check_pattern(builder, node, &read);
    for (size_t i = 0; i < read.count; i++) {
        struct path_parameter *parameter =
            build_take(builder, sizeof *parameter);
        if (parameter != NULL) {
            parameter->name = read.parameters[i];
            parameter->place = node->spot->place;
            *parameters = parameter;
            parameters = &parameter->next;
        }
    }
}

static void build_body(struct builder *builder, struct channel *channel,
                       const struct node *map)
{
    static const char *const known[] = {"doc",   "name",    "channel",
                                        "event", "recover", NULL};
    if (!take_map(builder, map)) {
        return;
    }
    channel->said = map;
    take_known(builder, map, known, "a channel");
    name_take(builder, map, &channel->name);
    take_member_text(builder, map, "doc", &channel->doc);
    take_member_bool(builder, map, "recover", &channel->recover);
    const struct node *pattern = node_member(map, "channel");
    const struct node *event = node_member(map, "event");
    if (pattern == NULL) {
        diag_add(builder->diags, CODE_MISSING, channel->place,
                 "a channel needs 'channel', its name on the server");
    } else if (take_text(builder, pattern, &channel->pattern)) {
        struct pattern read;
        check_pattern(builder, pattern, &read);
    }
    if (event == NULL) {
        diag_add(builder->diags, CODE_MISSING, channel->place,
                 "a channel needs 'event', the type of its messages");
        return;
    }
    channel->event =
        build_shape(builder, event, channel->name, BELL_STR("event"));
}

void build_channels(struct builder *builder, const struct node *channels)
{
    struct channel *last = NULL;
    if (channels == NULL || !take_map(builder, channels)) {
        return;
    }
    for (const struct node *at = channels->first; at != NULL; at = at->next) {
        struct channel *channel = build_take(builder, sizeof *channel);
        if (channel == NULL ||
            !name_check_wire(builder, at->key, at->spot->key_place,
                             "this channel")) {
            continue;
        }
        channel->name = at->key;
        channel->place = at->spot->key_place;
        if (last != NULL) {
            last->next = channel;
        } else {
            builder->service->channels = channel;
        }
        last = channel;
        builder->service->channel_count++;
        build_body(builder, channel, at);
    }
}
