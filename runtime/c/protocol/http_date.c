/* http_date.c: dates of HTTP, in the form of today and the two old ones:
 *
 *   Sun, 06 Nov 1994 08:49:37 GMT
 *   Sunday, 06-Nov-94 08:49:37 GMT
 *   Sun Nov  6 08:49:37 1994
 */
#include "protocol/http_date.h"

#include <string.h>

/* What is left to read; `text` NULL where something did not fit. */
struct reader {
    const char *text;
    size_t size;
};

struct date {
    int day;
    int month; /* from 1 */
    int year;
    int64_t seconds; /* of the day */
};

static bool next(struct reader *reader, char byte)
{
    bool fits = reader->size != 0 && reader->text[0] == byte;
    if (fits) {
        reader->text++;
        reader->size--;
    }
    return fits;
}

static bool is_letter(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/* The name of a day, which says nothing. */
static bool pass_name(struct reader *reader)
{
    size_t size = 0;
    while (size < reader->size && is_letter(reader->text[size])) {
        size++;
    }
    reader->text += size;
    reader->size -= size;
    return size >= 3;
}

/* So many digits. */
static bool digits(struct reader *reader, size_t count, int *value)
{
    *value = 0;
    for (size_t i = 0; i < count; i++) {
        if (reader->size <= i || reader->text[i] < '0' ||
            reader->text[i] > '9') {
            return false;
        }
        *value = *value * 10 + (reader->text[i] - '0');
    }
    reader->text += count;
    reader->size -= count;
    return true;
}

static bool month(struct reader *reader, struct date *date)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12 && reader->size >= 3; i++) {
        if (memcmp(reader->text, names + 3 * i, 3) == 0) {
            date->month = i + 1;
            reader->text += 3;
            reader->size -= 3;
            return true;
        }
    }
    return false;
}

/* A leap second is the next one. */
static bool clock_time(struct reader *reader, struct date *date)
{
    int hours;
    int minutes;
    int seconds;
    bool good = digits(reader, 2, &hours) && next(reader, ':') &&
                digits(reader, 2, &minutes) && next(reader, ':') &&
                digits(reader, 2, &seconds);
    if (!good || hours > 23 || minutes > 59 || seconds > 60) {
        return false;
    }
    date->seconds = (hours * 60 + minutes) * 60 + seconds;
    return true;
}

/* Behind "Sun, ", with ' ' and four digits or '-' and two. */
static bool read_new(struct reader *reader, struct date *date)
{
    if (!next(reader, ' ') || !digits(reader, 2, &date->day)) {
        return false;
    }
    char mark = next(reader, '-') ? '-' : ' ';
    if (mark == ' ' && !next(reader, ' ')) {
        return false;
    }
    bool good = month(reader, date) && next(reader, mark) &&
                digits(reader, mark == ' ' ? 4 : 2, &date->year);
    if (mark == '-') {
        date->year += date->year < 70 ? 2000 : 1900;
    }
    return good && next(reader, ' ') && clock_time(reader, date) &&
           reader->size == 4 && memcmp(reader->text, " GMT", 4) == 0;
}

/* Behind "Sun". */
static bool read_old(struct reader *reader, struct date *date)
{
    if (!next(reader, ' ') || !month(reader, date) || !next(reader, ' ')) {
        return false;
    }
    bool one = next(reader, ' ');
    return digits(reader, one ? 1 : 2, &date->day) && next(reader, ' ') &&
           clock_time(reader, date) && next(reader, ' ') &&
           digits(reader, 4, &date->year) && reader->size == 0;
}

/* Days since 1970, by the Gregorian calendar; a year begins in March. */
static int64_t days_of(const struct date *date)
{
    int64_t year = date->year - (date->month <= 2);
    int64_t from_march = (date->month + 9) % 12;
    int64_t days = year * 365 + year / 4 - year / 100 + year / 400;
    return days + (153 * from_march + 2) / 5 + date->day - 1 - 719468;
}

bool bell__http_date_read(bell_string text, int64_t *seconds)
{
    struct reader reader = {text.text, text.size};
    struct date date = {0};
    if (!pass_name(&reader)) {
        return false;
    }
    bool good = next(&reader, ',') ? read_new(&reader, &date)
                                   : read_old(&reader, &date);
    if (!good || date.day < 1 || date.day > 31) {
        return false;
    }
    *seconds = days_of(&date) * 86400 + date.seconds;
    return true;
}
