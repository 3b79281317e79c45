/* frame.c: any bytes as heads of WebSocket frames, one behind the other. */
#include <stdlib.h>

#include "target.h"
#include "transport/frame_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t at = 0;
    while (at < size) {
        struct bell__frame_head head = {0};
        const char *trouble = NULL;
        if (!bell__frame_head_read(data + at, size - at, &head, &trouble)) {
            return trouble != NULL ? 0 : (abort(), 0);
        }
        if (head.size == 0) {
            return 0; /* not whole yet */
        }
        if (head.size > size - at || head.payload > (uint64_t)1 << 63) {
            abort();
        }
        at += head.size;
        at += head.payload < size - at ? (size_t)head.payload : size - at;
    }
    return 0;
}
