/* stream_url_test.c: a stream whose url has parameters: which url is dialed,
 * and who may listen with which. */
#include "client/client.h"
#include "unit/check.h"

struct params {
    bell_string id; /* the record `path` */
};

static const bell_type text = {
    .kind = BELL_KIND_STRING, .size = sizeof(bell_string), .name = "string"};
static const bell_field fields[] = {{.key = "\"id\":",
                                     .name = "id",
                                     .key_size = 5,
                                     .name_size = 2,
                                     .type = &text}};
static const bell_type path_type = {.kind = BELL_KIND_RECORD,
                                    .count = 1,
                                    .size = sizeof(struct params),
                                    .fields = fields,
                                    .name = "Path"};
static const bell_route_part parts[] = {
    {.text = "/ws/", .text_size = 4, .field = 1}};
static const bell_route route = {.verb = "GET",
                                 .path = "/ws/{id}",
                                 .parts = parts,
                                 .part_count = 1,
                                 .path_type = &path_type};
static const bell_socket socket = {.tag = NULL};
static const bell_link links[] = {
    {.name = "streams.s", .kind = &bell_link_stream, .socket = &socket}};
static const bell_stream stream = {
    .name = "s", .route = &route, .params = &path_type, .item = &text};
static const bell_service service = {.name = "s",
                                     .version = "1",
                                     .contract = "0",
                                     .tables = &bell_tables_v6,
                                     .links = links,
                                     .streams = &stream,
                                     .link_count = 1,
                                     .stream_count = 1};

static bell_status listen_to(bell_client *client, const char *id,
                             bell_error *error)
{
    struct params params = {bell_str(id)};
    return bell_client_listen(client, &stream, id != NULL ? &params : NULL,
                              NULL, 0, NULL, error);
}

int main(void)
{
    bell_options options = {.url = "ws://127.0.0.1:1/base/"};
    bell_client *client = NULL;
    bell_error error;
    void *item = NULL;
    CHECK_INT(BELL_OK, bell_client_open(&service, &options, sizeof options,
                                        &client, &error, sizeof error));
    CHECK_INT(BELL_INVALID,
              bell_client_next(client, &stream, &item, 0, &error));
    CHECK_TEXT("s needs params", error.message);
    CHECK_INT(BELL_INVALID, listen_to(client, NULL, &error));
    CHECK_INT(BELL_INVALID, listen_to(client, "", &error));
    CHECK_TEXT("params.path.id", error.path);
    CHECK(client->links[0].url == NULL);
    CHECK_INT(BELL_OK, listen_to(client, "a/b", &error));
    CHECK_TEXT("ws://127.0.0.1:1/base/ws/a%2Fb", client->links[0].url);
    CHECK_INT(BELL_OK, listen_to(client, "a/b", &error)); /* again */
    CHECK_INT(BELL_INVALID, listen_to(client, "c", &error));
    CHECK_TEXT("s has other params already: stop it first", error.message);
    bell_client_stop(client, &stream);
    CHECK_INT(BELL_OK, listen_to(client, "c", &error));
    CHECK_TEXT("ws://127.0.0.1:1/base/ws/c", client->links[0].url);
    CHECK_INT(BELL_DEADLINE,
              bell_client_next(client, &stream, &item, 50, &error));
    bell_close(client);
    return check_report();
}
