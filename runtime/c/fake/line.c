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

static void forget(struct bell__fake_line *line)
{
    bell__outlet_close(&line->outlet);
    line->frozen_until = 0;
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

static void settle(struct bell__fake_line *line, bell_status status)
{
    if (status != BELL_OK) {
        bell__fake_end(line, 0, "no memory for what the fake says");
        return;
    }
    bell__loop_due(line->fake->maker.loop, &line->fake->guest);
}

void bell__fake_tell(struct bell__fake_line *line, int64_t delay_ms,
                     bell_string text, const struct bell__mishap *mishap)
{
    bell_loop *loop = line->fake->maker.loop;
    struct bell__mishap late = {.kind = BELL__MISHAP_LATE, .ms = delay_ms};
    bell__loop_clock(loop);
    if (mishap == NULL && delay_ms != 0) {
        mishap = &late;
    }
    settle(line, bell__outlet_put(&line->outlet, loop->now, text, mishap));
}

void bell__fake_end_later(struct bell__fake_line *line, int64_t delay_ms,
                          int32_t code, bell_string reason)
{
    bell_loop *loop = line->fake->maker.loop;
    bell__loop_clock(loop);
    settle(line, bell__outlet_end(&line->outlet, loop->now + delay_ms,
                                  BELL__PARCEL_CLOSE, code, reason));
}

/* When the line hears something. */
static int64_t due_of(const struct bell__fake_line *line)
{
    int64_t due = bell__outlet_due(&line->outlet);
    return due < line->frozen_until ? line->frozen_until : due;
}

int64_t bell__fake_lines_due(struct bell_fake *fake)
{
    bell_loop *loop = fake->maker.loop;
    int64_t next = INT64_MAX;
    for (struct bell__fake_line *line = fake->lines; line != NULL;
         line = line->next) {
        int64_t due = due_of(line);
        if (line->head.line != BELL__LINE_UP) {
            continue;
        }
        if (due <= loop->now) {
            bell__loop_due(loop, line->client);
        } else if (due < next) {
            next = due;
        }
    }
    return next;
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

/* What ends the line, or freezes it. */
static void suffer(struct bell__fake_line *line,
                   const struct bell__parcel *parcel)
{
    int64_t now = line->fake->maker.loop->now;
    switch (parcel->kind) {
    case BELL__PARCEL_CLOSE:
        bell__fake_end(line, parcel->code, parcel->text);
        return;
    case BELL__PARCEL_CUT:
        bell__fake_end(line, 0, "the fake cut a frame");
        return;
    case BELL__PARCEL_DROP:
        bell__fake_end(line, 0, "the fake dropped the line");
        return;
    case BELL__PARCEL_FREEZE:
        line->frozen_until =
            parcel->ms == BELL__MISHAP_FOREVER ? INT64_MAX : now + parcel->ms;
        return;
    case BELL__PARCEL_MESSAGE:
        return;
    }
}

static bool receive(struct bell__transport *transport,
                    struct bell__frame *frame)
{
    struct bell__fake_line *line = self(transport);
    bell_loop *loop = line->fake->maker.loop;
    while (line->head.line == BELL__LINE_UP && due_of(line) <= loop->now) {
        line->frozen_until = 0;
        const struct bell__parcel *parcel =
            bell__outlet_next(&line->outlet, loop->now);
        if (parcel->kind == BELL__PARCEL_MESSAGE) {
            line->head.heard = true;
            *frame = (struct bell__frame){.bytes = line->outlet.lent->text,
                                          .size = parcel->size};
            return true;
        }
        suffer(line, parcel);
    }
    if (line->head.line == BELL__LINE_UP && due_of(line) != INT64_MAX) {
        bell__loop_due(loop, &line->fake->guest);
    }
    return false;
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
    bell__outlet_open(&line->outlet, &fake->memory);
    line->next = fake->lines;
    line->link = &fake->lines;
    if (line->next != NULL) {
        line->next->link = &line->next;
    }
    fake->lines = line;
    *made = &line->head;
    return BELL_OK;
}
