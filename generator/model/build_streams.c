/* build_streams.c: sockets on which items come, from nodes. It knows no types
 * from inside. */
#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"
#include "model/number.h"

static void build_keep(struct builder *builder, struct stream *stream,
                       const struct node *node)
{
    bool minus = false;
    bool text = node->kind == NODE_TEXT;
    if (text && bell__str_is(node->text, "latest")) {
        stream->keep = KEEP_LATEST;
    } else if (text && bell__str_is(node->text, "all")) {
        stream->keep = KEEP_ALL;
    } else if (!number_fits(node, SCALAR_UINT32, &minus, &stream->keep) ||
               stream->keep == 0) {
        diag_add(builder->diags, CODE_STREAM, node->spot->place,
                 "'keep' is latest, all, or the number of items to keep");
    }
}

static void build_stream(struct builder *builder, struct stream *stream,
                         const struct node *map)
{
    static const char *const known[] = {"path",  "item",      "rate",  "keep",
                                        "doc",   "name",      "tag",   "auth",
                                        "calls", "keepalive", "close", NULL};
    if (!take_map(builder, map)) {
        return;
    }
    take_known(builder, map, known, "a stream");
    name_take(builder, map, &stream->name);
    take_member_text(builder, map, "doc", &stream->doc);
    const struct node *path = node_member(map, "path");
    const struct node *rate = node_member(map, "rate");
    const struct node *keep = node_member(map, "keep");
    if (path != NULL) {
        build_path(builder, path, &stream->path, &stream->parameters);
    }
    build_socket(builder, &stream->socket, map);
    build_stream_params(builder, stream, map);
    stream->item =
        build_member_shape(builder, map, "item", stream->name, false);
    if (path == NULL || node_member(map, "item") == NULL) {
        diag_add(builder->diags, CODE_MISSING, stream->place,
                 "a stream needs 'path' and 'item', the type of its items");
    }
    if (rate != NULL && (!number_real(rate, SCALAR_FLOAT64, &stream->rate) ||
                         stream->rate <= 0)) {
        diag_add(builder->diags, CODE_STREAM, rate->spot->place,
                 "'rate' is the approximate number of items per second, more "
                 "than 0");
    }
    if (keep != NULL) {
        build_keep(builder, stream, keep);
    }
    build_message_calls(builder, stream, node_member(map, "calls"));
}

void build_streams(struct builder *builder, const struct node *streams)
{
    struct stream **last = &builder->service->streams;
    if (streams == NULL || !take_map(builder, streams)) {
        return;
    }
    for (const struct node *at = streams->first; at != NULL; at = at->next) {
        struct stream *stream = build_take(builder, sizeof *stream);
        if (stream == NULL ||
            !name_check_wire(builder, at->key, at->spot->key_place,
                             "this stream")) {
            continue;
        }
        stream->wire = at->key;
        stream->name = at->key;
        stream->place = at->spot->key_place;
        *last = stream;
        last = &stream->next;
        builder->service->stream_count++;
        build_stream(builder, stream, at);
    }
}
