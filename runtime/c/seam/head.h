/* head.h: the header lines of an answer, as its frame shows them: one name and
 * value after the other. It knows no status line and what no name means. */
#ifndef BELL__SEAM_HEAD_H
#define BELL__SEAM_HEAD_H

#include <bell/bell.h>

/* The next header of `head`, whose lines were checked when they came; *at is 0
 * before the first. The value is without spaces around it. False: no more. */
bool bell__head_next(bell_string head, size_t *at, bell_string *name,
                     bell_string *value);

/* How many headers there are. */
size_t bell__head_count(bell_string head);

/* Whether it is this name or word, in any case of letters (RFC 9110 5.1). */
bool bell__head_is(bell_string text, const char *word);

/* How many headers of that name say something; *value is the first's. */
size_t bell__head_find(bell_string head, const char *name, bell_string *value);

/* Whether a list of words, parted by commas, has the word, in any case. */
bool bell__head_has(bell_string list, const char *word);

/* Whether the list of that name has the word. Several headers of one name are
 * one list (RFC 9110 5.3). */
bool bell__head_lists(bell_string head, const char *name, const char *word);

#endif
