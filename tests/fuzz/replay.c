/* replay.c: runs a fuzz target over the files of its corpus, each as it is and
 * damaged in some hundred ways, where there is no fuzzer: in every test run.
 *
 *     TARGET FILE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"

enum { ROUNDS = 200, CHANGES_MAX = 8 };

static uint64_t seed = 1;

static size_t draw(size_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return below == 0 ? 0 : (size_t)(seed >> 33) % below;
}

/* In a block of its own size, so that a sanitizer sees who reads on. */
static void run(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size != 0 ? size : 1);
    if (exact == NULL) {
        abort();
    }
    if (size != 0) {
        memcpy(exact, bytes, size);
    }
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

/* A byte changes, goes, or appears twice; or the end goes. */
static size_t damage(uint8_t *bytes, size_t size)
{
    size_t at = draw(size);
    if (size == 0) {
        return 0;
    }
    switch (draw(5)) {
    case 0:
        bytes[at] = (uint8_t)draw(256);
        return size;
    case 1:
        bytes[at] = (uint8_t) "{}[]\":,-0 \n"[draw(11)];
        return size;
    case 2:
        memmove(bytes + at, bytes + at + 1, size - at - 1);
        return size - 1;
    case 3:
        memmove(bytes + at + 1, bytes + at, size - at);
        return size + 1;
    default:
        return draw(8) == 0 ? at : size;
    }
}

static void run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    static uint8_t bytes[64 * 1024];
    static uint8_t copy[sizeof bytes + CHANGES_MAX];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    run(bytes, size);
    for (int i = 0; i < ROUNDS; i++) {
        size_t changed = size;
        memcpy(copy, bytes, size);
        for (size_t k = draw(CHANGES_MAX) + 1; k > 0; k--) {
            changed = damage(copy, changed);
        }
        run(copy, changed);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        run_file(argv[i]);
    }
    printf("%d files, %d runs\n", argc - 1, (argc - 1) * (ROUNDS + 1));
    return argc > 1 ? 0 : 1;
}
