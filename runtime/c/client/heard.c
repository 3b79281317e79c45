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

static size_t count_headers(bell_string head)
{
    bell_string name;
    bell_string value;
    size_t at = 0;
    size_t count = 0;
    while (bell__head_next(head, &at, &name, &value)) {
        count++;
    }
    return count;
}

static const bell_http_reply *tell(bell_client *client, int32_t status,
                                   bell_string head)
{
    struct bell__heard *heard = &client->heard;
    size_t count = count_headers(head);
    size_t at = 0;
    bell_http_header *row =
        bell__reply_open(&heard->headers, &client->memory, 0,
                         (count + 1) * sizeof *row, 0, NULL);
    if (row == NULL) {
        return NULL;
    }
    heard->told = (bell_http_reply){status, row, count};
    while (bell__head_next(head, &at, &row->name, &row->value)) {
        row++;
    }
    return &heard->told;
}

const bell_http_reply *bell_reply_http(bell_client *client)
{
    if (client == NULL || bell__loop_is_others(client->loop)) {
        return NULL;
    }
    const struct bell__heard *heard = &client->heard;
    const struct bell__buf *kept = &heard->kept_head;
    int32_t status = heard->inside ? heard->lent_status : heard->kept_status;
    bell_string head = heard->inside ? heard->lent_head
                                     : (bell_string){kept->bytes, kept->size};
    return status == 0 ? NULL : tell(client, status, head);
}
