/* words.c: a name as words: cut where the case changes and at whatever is no
 * letter or digit. It knows no language. */
#include "base/words.h"

static bool is_lower(int letter)
{
    return letter >= 'a' && letter <= 'z';
}

static bool is_upper(int letter)
{
    return letter >= 'A' && letter <= 'Z';
}

static bool is_digit(int letter)
{
    return letter >= '0' && letter <= '9';
}

/* The byte at an index, 0 behind the end. */
static int byte_at(bell_string text, size_t index)
{
    return index < text.size ? (unsigned char)text.text[index] : 0;
}

/* Decodes one code point of more than one byte; a byte that begins none stands
 * for itself. */
static uint32_t code_point(bell_string text, size_t *index)
{
    int first = byte_at(text, *index);
    size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    uint32_t point = (uint32_t)first;
    if (more != 0) {
        point &= 0x3fu >> more;
    }
    *index += 1;
    while (more > 0 && (byte_at(text, *index) & 0xc0) == 0x80) {
        point = point << 6 | (uint32_t)(byte_at(text, *index) & 0x3f);
        *index += 1;
        more--;
    }
    return point;
}

static char *put_code_point(char *at, uint32_t point)
{
    static const char digits[] = "0123456789abcdef";
    int shift = point > 0xffff ? 20 : 12;
    *at++ = 'u';
    for (; shift >= 0; shift -= 4) {
        *at++ = digits[point >> shift & 15];
    }
    return at;
}

/* Whether a word begins at an upper-case letter that follows a word's byte. */
static bool begins_word(bell_string name, size_t index)
{
    int before = byte_at(name, index - 1);
    if (is_upper(before)) {
        return is_lower(byte_at(name, index + 1));
    }
    return true;
}

/* Snake case first: it keeps the cuts, and the other cases come from it. */
static bell_string cut(bell_string name, struct bell__arena *arena)
{
    bell_string snake = {NULL, 0};
    if (name.size > SIZE_MAX / 4 - 4) {
        return snake;
    }
    char *start = bell__arena_bytes(arena, name.size * 4 + 4);
    if (start == NULL) {
        return snake;
    }
    char *at = start;
    bool pending = false; /* a cut before the next letter */
    size_t index = 0;
    while (index < name.size) {
        int letter = byte_at(name, index);
        bool wide = letter >= 0x80;
        if (!wide && !is_lower(letter) && !is_upper(letter) &&
            !is_digit(letter)) {
            pending = at != start;
            index++;
            continue;
        }
        if (is_upper(letter) && at != start && begins_word(name, index)) {
            pending = true;
        }
        if (at == start && is_digit(letter)) {
            *at++ = 'n';
        }
        if (pending) {
            *at++ = '_';
            pending = false;
        }
        if (wide) {
            at = put_code_point(at, code_point(name, &index));
            continue;
        }
        *at++ = (char)(is_upper(letter) ? letter - 'A' + 'a' : letter);
        index++;
    }
    if (at == start) {
        *at++ = 'n';
    }
    *at = '\0';
    snake.text = start;
    snake.size = (size_t)(at - start);
    return snake;
}

bell_string words_recase(bell_string snake, enum letter_case letters,
                         struct bell__arena *arena)
{
    bell_string out = {NULL, 0};
    char *start = bell__arena_bytes(arena, snake.size + 1);
    if (letters == CASE_SNAKE || start == NULL) {
        return letters == CASE_SNAKE ? snake : out;
    }
    char *at = start;
    bool raise = letters == CASE_PASCAL;
    for (size_t i = 0; i < snake.size; i++) {
        char letter = snake.text[i];
        if (letter == '_' && letters != CASE_UPPER) {
            raise = true;
            continue;
        }
        if (is_lower(letter) && (raise || letters == CASE_UPPER)) {
            letter = (char)(letter - 'a' + 'A');
        }
        raise = false;
        *at++ = letter;
    }
    *at = '\0';
    out.text = start;
    out.size = (size_t)(at - start);
    return out;
}

bell_string words_join(bell_string name, enum letter_case letters,
                       struct bell__arena *arena)
{
    bell_string snake = cut(name, arena);
    if (snake.text == NULL) {
        return snake;
    }
    return words_recase(snake, letters, arena);
}
