/* nearest.c: edit distance with swaps, bounded in length. It knows no names. */
#include "base/nearest.h"

#include <stdio.h>

enum { NAME_BYTES_MAX = 48, FAR = NAME_BYTES_MAX + 1 };

static char lower(char letter)
{
    if (letter >= 'A' && letter <= 'Z') {
        return (char)(letter - 'A' + 'a');
    }
    return letter == '-' ? '_' : letter;
}

static size_t least(size_t one, size_t two)
{
    return one < two ? one : two;
}

/* The distance of optimal string alignment; case and -/_ do not count. */
static size_t distance(bell_string one, bell_string two)
{
    size_t rows[3][NAME_BYTES_MAX + 1];
    for (size_t column = 0; column <= two.size; column++) {
        rows[0][column] = column;
    }
    for (size_t row = 1; row <= one.size; row++) {
        size_t *now = rows[row % 3];
        const size_t *above = rows[(row + 2) % 3];
        const size_t *twice = rows[(row + 1) % 3];
        char letter = lower(one.text[row - 1]);
        now[0] = row;
        for (size_t column = 1; column <= two.size; column++) {
            char other = lower(two.text[column - 1]);
            size_t best = above[column - 1] + (letter == other ? 0 : 1);
            best = least(best, above[column] + 1);
            best = least(best, now[column - 1] + 1);
            if (row > 1 && column > 1 &&
                letter == lower(two.text[column - 2]) &&
                other == lower(one.text[row - 2])) {
                best = least(best, twice[column - 2] + 1);
            }
            now[column] = best;
        }
    }
    return rows[one.size % 3][two.size];
}

/* A third of the letters may be wrong, at least one, never all. */
static size_t bound(size_t size)
{
    size_t third = size < 6 ? 1 : size / 3;
    return third > 3 ? 3 : third;
}

void nearest_open(struct nearest *nearest, bell_string wanted)
{
    nearest->wanted = wanted;
    nearest->best = (bell_string){NULL, 0};
    nearest->distance = FAR;
}

void nearest_offer(struct nearest *nearest, bell_string name)
{
    bell_string wanted = nearest->wanted;
    if (wanted.size == 0 || wanted.size > NAME_BYTES_MAX || name.size == 0 ||
        name.size > NAME_BYTES_MAX) {
        return;
    }
    size_t apart = wanted.size > name.size ? wanted.size - name.size
                                           : name.size - wanted.size;
    if (apart > bound(wanted.size) || apart >= nearest->distance) {
        return;
    }
    size_t got = distance(wanted, name);
    if (got > bound(wanted.size) || got >= wanted.size ||
        got >= nearest->distance) {
        return;
    }
    nearest->best = name;
    nearest->distance = got;
}

const char *nearest_hint(const struct nearest *nearest,
                         char room[NEAREST_BYTES_MAX])
{
    if (nearest->best.size == 0) {
        return "";
    }
    snprintf(room, NEAREST_BYTES_MAX, " (did you mean %.*s?)",
             (int)nearest->best.size, nearest->best.text);
    return room;
}
