/* protobuf.h: Centrifugo's binary protocol as the lines of JSON that mean the
 * same, and back. Data are JSON in both. It knows no server. */
#ifndef GENERATOR_SERVE_PROTOBUF_H
#define GENERATOR_SERVE_PROTOBUF_H

#include "base/buf.h"

/* Appends the commands of a frame to `lines`, one a line. False where the bytes
 * are no commands, or memory is short. */
bool protobuf_read(bell_string frame, struct bell__buf *lines);

/* Appends the replies, one a line, to `frame`. False where memory is short. */
bool protobuf_write(bell_string lines, struct bell__buf *frame);

#endif
