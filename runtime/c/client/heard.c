/* heard.c: the status and the headers of good answers: lent to a callback as
 * they lie in the frame, copied for a sync call. It knows no protocol. */
#include "client/heard.h"

#include "client/client.h"
#include "seam/head.h"

void bell__heard_keep(bell_client *client,
                      const struct bell__completion *completion)
{
    struct bell__heard *heard = &client->heard;
    struct bell__buf *kept = &heard->kept_head;
    kept->memory = &client->memory;
    kept->size = 0;
    heard->kept_status = 0;
    if (completion != NULL &&
        bell__buf_append(kept, completion->head.text, completion->head.size) ==
            BELL_OK) {
        heard->kept_status = completion->code;
    }
}

void bell__heard_lend(bell_client *client,
                      const struct bell__completion *completion, bool good)
{
    struct bell__heard *heard = &client->heard;
    heard->inside = completion != NULL;
    heard->lent_status = good ? completion->code : 0;
    heard->lent_head = good ? completion->head : (bell_string){NULL, 0};
}

static const bell_http_reply *tell(bell_client *client, struct bell__told *told,
                                   int32_t status, bell_string head)
{
    size_t count = bell__head_count(head);
    size_t at = 0;
    bell_http_header *row = bell__reply_open(
        &told->headers, &client->memory, 0, (count + 1) * sizeof *row, 0, NULL);
    if (row == NULL) {
        return NULL;
    }
    told->reply = (bell_http_reply){status, row, count};
    while (bell__head_next(head, &at, &row->name, &row->value)) {
        row++;
    }
    return &told->reply;
}

/* A callback's goes with its frame, and leaves that of the sync call alone. */
const bell_http_reply *bell_reply_http(bell_client *client)
{
    if (client == NULL || bell__loop_is_others(client->loop)) {
        return NULL;
    }
    struct bell__heard *heard = &client->heard;
    if (heard->inside) {
        return heard->lent_status == 0
                   ? NULL
                   : tell(client, &heard->lent, heard->lent_status,
                          heard->lent_head);
    }
    bell_string kept = {heard->kept_head.bytes, heard->kept_head.size};
    return heard->kept_status == 0
               ? NULL
               : tell(client, &heard->kept, heard->kept_status, kept);
}
