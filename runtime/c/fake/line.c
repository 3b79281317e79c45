/* line.c: a connection without a socket: what the client sends is read at
 * once, what it hears waits for its time. It knows no command. */
#include "fake/fake.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

static struct bell__fake_line *self(struct bell__transport *transport)
{
    return (struct bell__fake_line *)(void *)transport;
}

static void free_heard(struct bell__fake_line *line, struct bell__heard *heard)
{
    if (heard != NULL) {
        bell__memory_free(&line->fake->memory, heard,
                          sizeof *heard + heard->size + 1);
    }
}

static void forget(struct bell__fake_line *line)
{
    free_heard(line, line->lent);
    line->lent = NULL;
    while (line->first != NULL) {
        struct bell__heard *heard = line->first;
        line->first = heard->next;
        free_heard(line, heard);
    }
}

void bell__fake_end(struct bell__fake_line *line, int32_t code,
                    const char *reason)
{
    if (line->head.line == BELL__LINE_DOWN) {
        return;
    }
    line->head.line = BELL__LINE_DOWN;
    line->head.idle = false;
    line->head.end.code = code;
    line->head.end.os_error = 0;
    snprintf(line->head.end.text, sizeof line->head.end.text, "%s", reason);
    bell__loop_due(line->fake->maker.loop, line->client);
}

void bell__fake_tell(struct bell__fake_line *line, int64_t delay_ms, bool ends,
                     int32_t code, bell_string text)
{
    struct bell_fake *fake = line->fake;
    bell_loop *loop = fake->maker.loop;
    struct bell__heard *heard =
        bell__memory_take(&fake->memory, sizeof *heard + text.size + 1);
    if (heard == NULL) {
        bell__fake_end(line, 0, "no memory for what the fake says");
        return;
    }
    bell__loop_clock(loop);
    heard->at = loop->now + delay_ms;
    heard->ends = ends;
    heard->code = code;
    heard->size = text.size;
    memcpy(heard->text, text.text, text.size);
    heard->text[text.size] = '\0';
    struct bell__heard **at = &line->first;
    while (*at != NULL && (*at)->at <= heard->at) {
        at = &(*at)->next;
    }
    heard->next = *at;
    *at = heard;
    bell__loop_due(loop, &fake->guest);
}

/* Every line whose time has come gets its client a turn. */
void bell__fake_turn(struct bell__guest *guest)
{
    struct bell_fake *fake =
        (struct bell_fake *)(void *)((char *)guest -
                                     offsetof(struct bell_fake, guest));
    bell_loop *loop = fake->maker.loop;
    int64_t next = INT64_MAX;
    for (struct bell__fake_line *line = fake->lines; line != NULL;
         line = line->next) {
        if (line->first == NULL || line->head.line != BELL__LINE_UP) {
            continue;
        }
        if (line->first->at <= loop->now) {
            bell__loop_due(loop, line->client);
        } else if (line->first->at < next) {
            next = line->first->at;
        }
    }
    bell__loop_remind(loop, guest, next);
}

static bell_status open_line(struct bell__transport *transport)
{
    struct bell__fake_line *line = self(transport);
    forget(line);
    memset(&line->head.end, 0, sizeof line->head.end);
    line->head.written = 0;
    line->head.line = BELL__LINE_UP;
    line->head.idle = true;
    if (line->fake->offline) {
        bell__fake_end(line, 0, "the fake is offline");
    }
    bell__loop_due(line->fake->maker.loop, line->client);
    return BELL_OK;
}

static void send_all(struct bell__transport *transport,
                     struct bell__outbox *outbox)
{
    struct bell__fake_line *line = self(transport);
    for (size_t i = 0; i < outbox->count; i++) {
        const struct bell__span *span = &outbox->spans[i];
        bell_string frame = {outbox->bytes.bytes + span->offset, span->size};
        line->head.written++;
        bell__fake_take(line, frame);
    }
    bell__outbox_clear(outbox);
}

static bool receive(struct bell__transport *transport,
                    struct bell__frame *frame)
{
    struct bell__fake_line *line = self(transport);
    struct bell__heard *heard = line->first;
    free_heard(line, line->lent);
    line->lent = NULL;
    if (line->head.line != BELL__LINE_UP || heard == NULL) {
        return false;
    }
    if (heard->at > line->fake->maker.loop->now) {
        bell__loop_due(line->fake->maker.loop, &line->fake->guest);
        return false;
    }
    line->first = heard->next;
    line->lent = heard;
    if (heard->ends) {
        bell__fake_end(line, heard->code, heard->text);
        return false;
    }
    line->head.heard = true;
    *frame = (struct bell__frame){.bytes = heard->text, .size = heard->size};
    return true;
}

static void close_line(struct bell__transport *transport, uint16_t code)
{
    struct bell__fake_line *line = self(transport);
    (void)code;
    forget(line);
    line->head.line = BELL__LINE_DOWN;
    line->head.idle = false;
}

static void free_line(struct bell__transport *transport)
{
    struct bell__fake_line *line = self(transport);
    forget(line);
    *line->link = line->next;
    if (line->next != NULL) {
        line->next->link = line->link;
    }
    bell__memory_free(&line->fake->memory, line, sizeof *line);
}

static const struct bell__transport_ops ops = {
    .name = "fake",
    .open = open_line,
    .send = send_all,
    .receive = receive,
    .close = close_line,
    .free = free_line,
};

bell_status bell__fake_line_make(struct bell__line_maker *maker,
                                 struct bell__guest *guest,
                                 struct bell__transport **made)
{
    struct bell_fake *fake = (struct bell_fake *)(void *)maker;
    struct bell__fake_line *line =
        bell__memory_take(&fake->memory, sizeof *line);
    if (line == NULL) {
        return BELL_NO_MEMORY;
    }
    memset(line, 0, sizeof *line);
    line->head.ops = &ops;
    line->head.line = BELL__LINE_DOWN;
    line->fake = fake;
    line->client = guest;
    line->next = fake->lines;
    line->link = &fake->lines;
    if (line->next != NULL) {
        line->next->link = &line->next;
    }
    fake->lines = line;
    *made = &line->head;
    return BELL_OK;
}
