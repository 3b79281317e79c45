/* frame_head.c: the head of a WebSocket frame, read and written, and the mask.
 * It knows no messages and no sockets. */
#include "transport/frame_head.h"

enum { BIT_FINAL = 0x80, BITS_RESERVED = 0x70, BIT_MASK = 0x80 };

static const char *check(unsigned char first, unsigned char second)
{
    int opcode = first & 0x0f;
    if ((first & BITS_RESERVED) != 0) {
        return "the server sent a frame with reserved bits";
    }
    if ((opcode > BELL__OPCODE_BINARY && opcode < BELL__OPCODE_CLOSE) ||
        opcode > BELL__OPCODE_PONG) {
        return "the server sent a frame with an unknown opcode";
    }
    if ((second & BIT_MASK) != 0) {
        return "the server sent a masked frame";
    }
    if (opcode < BELL__OPCODE_CLOSE) {
        return NULL;
    }
    if ((first & BIT_FINAL) == 0) {
        return "the server sent a control frame in fragments";
    }
    if ((second & 0x7f) > BELL__CONTROL_BYTES_MAX) {
        return "the server sent a control frame longer than 125 bytes";
    }
    return NULL;
}

bool bell__frame_head_read(const unsigned char *bytes, size_t size,
                           struct bell__frame_head *head, const char **trouble)
{
    head->size = 0;
    if (size < 2) {
        return true;
    }
    *trouble = check(bytes[0], bytes[1]);
    if (*trouble != NULL) {
        return false;
    }
    size_t more = 0;
    uint64_t payload = bytes[1] & 0x7f;
    if (payload >= 126) {
        more = payload == 126 ? 2 : 8;
        payload = 0;
    }
    if (size < 2 + more) {
        return true;
    }
    for (size_t i = 0; i < more; i++) {
        payload = payload << 8 | bytes[2 + i];
    }
    if (payload > INT64_MAX) {
        *trouble = "the server sent a frame longer than 2^63 - 1 bytes";
        return false;
    }
    if ((more == 2 && payload < 126) || (more == 8 && payload < 65536)) {
        *trouble =
            "the server sent a frame whose length is not in its shortest form";
        return false;
    }
    head->payload = payload;
    head->size = 2 + more;
    head->opcode = bytes[0] & 0x0f;
    head->final = (bytes[0] & BIT_FINAL) != 0;
    return true;
}

static void mask(unsigned char *bytes, size_t size, const unsigned char key[4])
{
    uint32_t half;
    memcpy(&half, key, 4);
    uint64_t word = (uint64_t)half << 32 | half;
    size_t i = 0;
    for (; size - i >= 32; i += 32) {
        uint64_t four[4];
        memcpy(four, bytes + i, 32);
        four[0] ^= word;
        four[1] ^= word;
        four[2] ^= word;
        four[3] ^= word;
        memcpy(bytes + i, four, 32);
    }
    for (; size - i >= 8; i += 8) {
        uint64_t one;
        memcpy(&one, bytes + i, 8);
        one ^= word;
        memcpy(bytes + i, &one, 8);
    }
    for (; i < size; i++) {
        bytes[i] ^= key[i & 3];
    }
}

size_t bell__frame_head_seal(unsigned char *end, size_t payload, int opcode,
                             const unsigned char key[4])
{
    size_t more = payload < 126 ? 0 : payload < 65536 ? 2 : 8;
    size_t size = 2 + more + 4;
    unsigned char *head = end - size;
    head[0] = (unsigned char)(BIT_FINAL | opcode);
    if (more == 0) {
        head[1] = (unsigned char)(BIT_MASK | payload);
    } else {
        head[1] = (unsigned char)(BIT_MASK | (more == 2 ? 126 : 127));
    }
    uint64_t left = payload;
    for (size_t i = more; i > 0; i--) {
        head[1 + i] = (unsigned char)(left & 0xff);
        left >>= 8;
    }
    memcpy(end - 4, key, 4);
    mask(end, payload, key);
    return size;
}
