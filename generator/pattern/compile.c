/* compile.c: a tree of pieces to the instructions of schema.h. Repeats are
 * written out, so that no counting is left to the matcher. */
#include "pattern/tree.h"

#include <string.h>

/* Pieces written, also those that become no words: ((){1000}){1000}. */
enum { WORK_MAX = 100 * 1000 };

struct program {
    uint32_t words[BELL_PATTERN_WORDS_MAX];
    uint32_t count;
    uint32_t steps;
    uint32_t work;
    bool full;
};

static void put(struct program *program, uint32_t word)
{
    if (program->count == BELL_PATTERN_WORDS_MAX) {
        program->full = true;
        return;
    }
    program->words[program->count++] = word;
}

/* Gives the place of the instruction. */
static uint32_t step(struct program *program, bell_step kind)
{
    uint32_t at = program->count;
    program->steps++;
    put(program, kind);
    return at;
}

/* Two targets that are named later, by patch(). */
static uint32_t fork(struct program *program)
{
    uint32_t at = step(program, BELL_STEP_FORK);
    put(program, at + 3);
    put(program, 0);
    return at;
}

static void patch(struct program *program, uint32_t word)
{
    if (!program->full) {
        program->words[word] = program->count;
    }
}

static void jump(struct program *program, uint32_t target)
{
    step(program, BELL_STEP_JUMP);
    put(program, target);
}

static void put_class(struct program *program, const struct range *ranges)
{
    uint32_t count = 0;
    for (const struct range *at = ranges; at != NULL; at = at->next) {
        count++;
    }
    step(program, BELL_STEP_CLASS);
    put(program, count);
    for (const struct range *at = ranges; at != NULL; at = at->next) {
        put(program, at->first);
        put(program, at->last);
    }
}

static void emit(struct program *program, const struct piece *piece);

static void emit_either(struct program *program, const struct piece *piece)
{
    uint32_t choice = fork(program);
    emit(program, piece->left);
    uint32_t out = step(program, BELL_STEP_JUMP);
    put(program, 0);
    patch(program, choice + 2);
    emit(program, piece->right);
    patch(program, out + 1);
}

#define NO_FORK UINT32_MAX

/* x{2,4} is xx(x(x)?)?, and x{2,} is xxx*. */
static void emit_repeat(struct program *program, const struct piece *piece)
{
    for (int i = 0; i < piece->min && !program->full; i++) {
        emit(program, piece->left);
    }
    if (piece->max == REPEAT_ENDLESS) {
        uint32_t again = fork(program);
        emit(program, piece->left);
        jump(program, again);
        patch(program, again + 2);
        return;
    }
    uint32_t last = NO_FORK; /* each fork's target names the one before */
    for (int i = piece->min; i < piece->max && !program->full; i++) {
        uint32_t choice = fork(program);
        if (!program->full) {
            program->words[choice + 2] = last;
        }
        last = choice;
        emit(program, piece->left);
    }
    while (last != NO_FORK && !program->full) {
        uint32_t before = program->words[last + 2];
        patch(program, last + 2);
        last = before;
    }
}

static void emit(struct program *program, const struct piece *piece)
{
    program->full = program->full || ++program->work > WORK_MAX;
    if (program->full) {
        return;
    }
    switch (piece->kind) {
    case PIECE_EMPTY:
        break;
    case PIECE_POINT:
        step(program, BELL_STEP_POINT);
        put(program, piece->point);
        break;
    case PIECE_CLASS:
        put_class(program, piece->ranges);
        break;
    case PIECE_BEGIN:
        step(program, BELL_STEP_BEGIN);
        break;
    case PIECE_END:
        step(program, BELL_STEP_END);
        break;
    case PIECE_EDGE:
        step(program, BELL_STEP_EDGE);
        break;
    case PIECE_INSIDE:
        step(program, BELL_STEP_INSIDE);
        break;
    case PIECE_BOTH:
        emit(program, piece->left);
        emit(program, piece->right);
        break;
    case PIECE_EITHER:
        emit_either(program, piece);
        break;
    case PIECE_REPEAT:
        emit_repeat(program, piece);
        break;
    }
}

static bool finish(struct program *program, bell_string text,
                   struct bell__arena *arena, bell_pattern *pattern)
{
    size_t size = program->count * sizeof program->words[0];
    uint32_t *words = bell__arena_take(arena, size);
    bell_string copy = bell__arena_copy(arena, text);
    if (words == NULL || copy.text == NULL) {
        return false;
    }
    memcpy(words, program->words, size);
    *pattern = (bell_pattern){copy.text, words, program->count, program->steps};
    return true;
}

static bool compile(bell_string text, struct bell__arena *scratch,
                    struct bell__arena *arena, bell_pattern *pattern,
                    struct pattern_error *error)
{
    struct piece *piece = pattern_parse(text, scratch, error);
    struct program *program = bell__arena_take(scratch, sizeof *program);
    if (piece == NULL) {
        return false;
    }
    *error = (struct pattern_error){0, "out of memory"};
    if (program == NULL) {
        return false;
    }
    program->count = 0;
    program->steps = 0;
    program->work = 0;
    program->full = false;
    emit(program, piece);
    step(program, BELL_STEP_MATCH);
    if (program->full) {
        error->message =
            "this pattern is too long once its repeats are expanded";
        return false;
    }
    return finish(program, text, arena, pattern);
}

bool pattern_compile(bell_string text, struct bell__arena *arena,
                     bell_pattern *pattern, struct pattern_error *error)
{
    struct bell__arena scratch;
    bell__arena_open(&scratch, arena->memory, 0);
    bool good = compile(text, &scratch, arena, pattern, error);
    bell__arena_close(&scratch);
    return good;
}
