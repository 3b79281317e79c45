/* tame_test.c: what others said is shown in one line, in order, and no half of
 * a character. */
#include "base/tame.h"

#include "base/error.h"
#include "unit/check.h"

static void is_tamed(const char *want, const char *said)
{
    char text[128];
    snprintf(text, sizeof text, "%s", said);
    bell__tame(text);
    CHECK_TEXT(want, text);
}

static void what_steers_becomes_a_space(void)
{
    is_tamed("", "");
    is_tamed("plain \xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x94",
             "plain \xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x94");
    is_tamed("a b c d", "a\nb\rc\td");
    for (int at = 0; at < 20; at++) { /* wherever it stands */
        char said[] = "0123456789abcdefghij";
        char want[sizeof said];
        memcpy(want, said, sizeof said);
        said[at] = at % 2 == 0 ? '\x7f' : '\x1f';
        want[at] = ' ';
        is_tamed(want, said);
    }
    is_tamed(" [31mred", "\x1b[31mred");
    is_tamed("del  x", "del \x7fx");
    is_tamed("c1  nel", "c1\xc2\x80\xc2\x9fnel");
    is_tamed("\xc2\xa0", "\xc2\xa0"); /* U+00A0 is a space of its own */
    is_tamed("lines  |", "lines\xe2\x80\xa8\xe2\x80\xa9|");
    is_tamed("turned  exe.txt", "turned\xe2\x80\xae\xe2\x80\xad"
                                "exe.txt");
    is_tamed("apart    |",
             "apart\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9|");
    is_tamed("marks   |", "marks\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c|");
    is_tamed("\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
             "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa");
}

static void what_is_no_text_is_shown_as_such(void)
{
    is_tamed("a?b", "a\xff"
                    "b");
    is_tamed("?x", "\xe9x"); /* Latin-1 */
    is_tamed("??|||", "\xc0\x80|||");
    is_tamed("???|||", "\xed\xa0\x80|||"); /* half of a surrogate pair */
}

static void half_a_character_goes(void)
{
    is_tamed("a", "a\xc3");
    is_tamed("a", "a\xe2");
    is_tamed("a", "a\xe2\x82");
    is_tamed("a", "a\xf0\x9f\x94");
    is_tamed("a?", "a\xff");
    CHECK_INT(3, bell__cut((bell_string){"abc", 3}, 3));
    CHECK_INT(2, bell__cut((bell_string){"abc", 3}, 2));
    CHECK_INT(1, bell__cut((bell_string){"a\xf0\x9f\x94\x94", 5}, 4));
    CHECK_INT(0, bell__cut((bell_string){"\xc3\xa9", 2}, 1));
    CHECK_INT(0, bell__cut((bell_string){NULL, 0}, 1));
}

static void an_error_ends_with_a_character(void)
{
    bell_error error;
    char text[300];
    memset(text, 'x', sizeof text);
    text[sizeof error.message - 2] = '\xc3';
    text[sizeof error.message - 1] = '\xa9';
    text[sizeof error.message] = '\0';
    bell__error_set(&error, BELL_REFUSED, BELL_ORIGIN_REPLY, "%s", text);
    CHECK_INT(sizeof error.message - 2, strlen(error.message));
    char name[80];
    memset(name, 'n', sizeof name);
    memcpy(name + sizeof error.method - 2, "\xc3\xa9", 2);
    bell__error_method(&error, name, sizeof name);
    CHECK_INT(sizeof error.method - 2, strlen(error.method));
}

int main(void)
{
    what_steers_becomes_a_space();
    what_is_no_text_is_shown_as_such();
    half_a_character_goes();
    an_error_ends_with_a_character();
    return check_report();
}
