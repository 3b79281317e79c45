/* centrifugo_greeting.c: what a Centrifugo server says of itself and of us in
 * its answer to connect. It knows no frame. */
#include "protocol/centrifugo_greeting.h"

#include <string.h>

#include "json/members.h"
#include "json/skip.h"

/* Of another kind than a text: as if it were not there. */
static void read_text(struct bell__members *at, bell_string *raw)
{
    bool escaped = false;
    if (bell__member_kind(at) == BELL__JSON_STRING) {
        bell__json_raw_string(at->json, raw, &escaped);
    }
}

static void put(struct bell__buf *texts, bell_string raw, bool is_text,
                bell_string *said)
{
    char *start = texts->bytes + texts->size;
    if (raw.size == 0) {
        return;
    }
    if (is_text) {
        said->size = bell__json_unescape(raw, start);
    } else {
        memcpy(start, raw.text, raw.size);
        said->size = raw.size;
    }
    start[said->size] = '\0';
    said->text = start;
    texts->size += said->size + 1;
}

void bell__centrifugo_greeting_keep(struct bell__centrifugo_greeting *greeting,
                                    bell_string answer)
{
    struct bell__json json;
    struct bell__members at;
    bell_string client = {NULL, 0};
    bell_string version = {NULL, 0};
    bell_string data = {NULL, 0};
    struct bell__buf *texts = &greeting->texts;
    bell__json_open(&json, answer, BELL__JSON_DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        if (bell__member_is(&at, "client")) {
            read_text(&at, &client);
        } else if (bell__member_is(&at, "version")) {
            read_text(&at, &version);
        } else if (bell__member_is(&at, "data")) {
            bell__json_skip(&json, &data);
        }
    }
    size_t size = client.size + version.size + data.size + 3;
    greeting->short_of_memory = bell__buf_reserve(texts, size) != BELL_OK;
    if (greeting->short_of_memory) {
        return;
    }
    bell_string value = {NULL, 0};
    put(texts, client, true, &greeting->said.client);
    put(texts, version, true, &greeting->said.version);
    put(texts, data, false, &value);
    greeting->said.data = (bell_json){value.text, value.size};
}

void bell__centrifugo_greeting_close(struct bell__centrifugo_greeting *greeting)
{
    bell__buf_close(&greeting->texts);
    greeting->short_of_memory = false;
    memset(&greeting->said, 0, sizeof greeting->said);
}
