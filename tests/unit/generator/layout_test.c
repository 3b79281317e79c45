/* layout_test.c: how text is laid out: what each row of a language's manners
 * changes. */
#include "unit/check.h"

#include "base/memory.h"
#include "layout/layout.h"

static struct bell__buf out;
static struct bell__buf flat;

static bell_string written(void)
{
    bell_string text = {out.bytes, out.size};
    out.size = 0;
    return text;
}

#define CHECK_WRITTEN(want)                                                    \
    do {                                                                       \
        bell_string got_ = written();                                          \
        CHECK_BYTES((want), got_.text, got_.size);                             \
    } while (0)

static void check_quotes(void)
{
    static const struct {
        struct quote_style style;
        const char *text;
        const char *want;
    } facts[] = {
        {{.escapes = QUOTE_OCTAL},
         "a\"\\\n\t\xc3\xa9\x7f'",
         "\"a\\\"\\\\\\n\\t\\303\\251\\177'\""},
        {{.escapes = QUOTE_OCTAL}, "?\?/?", "\"?\?/?\""},
        {{.escapes = QUOTE_OCTAL, .trigraphs = true},
         "?\?/??",
         "\"?\\?/?\\?\""},
        {{.escapes = QUOTE_HEX},
         "a\t\"\xc3\xa9\x01",
         "\"a\\t\\\"\\xc3\\xa9\\x01\""},
        {{.escapes = QUOTE_UNITS},
         "\xe2\x82\xac\xf0\x9f\x94\x94\x01\x7f",
         "\"\\u20ac\\ud83d\\udd14\\u0001\\u007f\""},
        {{.escapes = QUOTE_POINTS},
         "\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x94\x01",
         "\"\\xe9\\u20ac\\U0001f514\\x01\""},
        {{.escapes = QUOTE_RAW},
         "\xc3\xa9\x7f\x1f/",
         "\"\xc3\xa9\x7f\\u001f/\""},
        {{.escapes = QUOTE_HEX},
         "it's \"a\" \"b\"",
         "\"it's \\\"a\\\" \\\"b\\\"\""},
        {{.escapes = QUOTE_HEX, .single = true},
         "it's \"a\" \"b\"",
         "'it\\'s \"a\" \"b\"'"},
        {{.escapes = QUOTE_HEX, .single = true}, "'\"", "\"'\\\"\""},
        {{.escapes = QUOTE_HEX}, "", "\"\""},
    };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        CHECK(quote_write(&out, bell_str(facts[i].text), &facts[i].style));
        CHECK_WRITTEN(facts[i].want);
    }
}

static void check_keys(void)
{
    struct quote_style style = {.escapes = QUOTE_HEX};
    struct quote_style more = {.escapes = QUOTE_HEX, .names = {"_$", 2}};
    CHECK(quote_write_key(&out, BELL_STR("aB1"), &style));
    CHECK_WRITTEN("aB1");
    CHECK(quote_write_key(&out, BELL_STR("1a"), &more));
    CHECK_WRITTEN("\"1a\"");
    CHECK(quote_write_key(&out, BELL_STR(""), &more));
    CHECK_WRITTEN("\"\"");
    CHECK(quote_write_key(&out, BELL_STR("a_$1"), &style));
    CHECK_WRITTEN("\"a_$1\"");
    CHECK(quote_write_key(&out, BELL_STR("a_$1"), &more));
    CHECK_WRITTEN("a_$1");
}

static void check_comments(void)
{
    static const bell_string apart[] = {{"??", 2}, {"type:", 5}};
    struct comment_style slashes = {BELL_STR("/* "), BELL_STR(" * "),
                                    BELL_STR(" */"), apart, 2};
    struct comment_style hashes = {
        BELL_STR("# "), BELL_STR("# "), {"", 0}, apart, 2};
    CHECK(comment_write(&out, BELL_STR("a */ b /* c ?\?/ d\\"), &slashes, 80));
    CHECK_WRITTEN("/* a * / b / * c ? ?/ d\\. */");
    CHECK(comment_write(&out, BELL_STR("type: ignore # */"), &hashes, 80));
    CHECK_WRITTEN("# t ype: ignore #  */");
    hashes.apart_count = 0;
    CHECK(comment_write(&out, BELL_STR("type: ignore ?\?"), &hashes, 80));
    CHECK_WRITTEN("# type: ignore ?\?");
    CHECK(
        comment_write(&out, BELL_STR("one two three four five"), &slashes, 24));
    CHECK_WRITTEN("/* one two three four\n * five */");
    CHECK(comment_write(&out, BELL_STR("one two three four\n\nfive"), &hashes,
                        80));
    CHECK_WRITTEN("# one two three four\n#\n# five");
}

/* What one line becomes by a style. */
static const struct folded {
    const char *what;
    struct fold_style style;
    const char *text;
    const char *want;
} folds[] = {
    {"nothing said", {.step = 2}, "f(\na,\nb,\n)\n", "f(a, b)\n"},
    {"a wider step",
     {.step = 4},
     "  call(a_first_argument, another_argument, {a: 1})\n",
     "  call(\n      a_first_argument,\n      another_argument,\n"
     "      {a: 1},\n  )\n"},
    {"together on a line",
     {.step = 4, .together = true},
     "call(a_first_argument, another_argument, x)\n",
     "call(\n    a_first_argument, another_argument, x\n)\n"},
    {"together, where they do not fit",
     {.step = 4, .together = true},
     "call(a_first_argument, another_argument, and_one_more)\n",
     "call(\n    a_first_argument,\n    another_argument,\n"
     "    and_one_more,\n)\n"},
    {"braces without spaces", {.step = 2}, "a{\nb,\n}\n", "a{b}\n"},
    {"braces with spaces",
     {.step = 2, .padded = true},
     "a{\nb,\n}\n",
     "a{ b }\n"},
    {"less is less",
     {.step = 2},
     "if this_is_a_number<another_number && b > c_is_a_thing\n",
     "if this_is_a_number<another_number && b > c_is_a_thing\n"},
    {"less is a bracket",
     {.step = 2, .angles = true},
     "const a: a_type_of_length<ofThis, andThat, andMore>\n",
     "const a: a_type_of_length<\n  ofThis,\n  andThat,\n  andMore\n>\n"},
    {"a bar is a bar",
     {.step = 2},
     "type = one_word_of_length | another_one | a_third_one\n",
     "type = one_word_of_length | another_one | a_third_one\n"},
    {"a bar is between types",
     {.step = 2, .bars = true},
     "type = one_word_of_length | another_one | a_third_one\n",
     "type =\n  | one_word_of_length\n  | another_one\n  | a_third_one\n"},
    {"numbers alone",
     {.step = 2},
     "w: [1111111111, 2222222222, 3333333333, 44444]\n",
     "w: [\n  1111111111,\n  2222222222,\n  3333333333,\n  44444,\n]\n"},
    {"numbers share lines",
     {.step = 2, .numbers = true},
     "w: [1111111111, 2222222222, 3333333333, 44444]\n",
     "w: [\n  1111111111, 2222222222, 3333333333,\n  44444,\n]\n"},
    {"a list of objects",
     {.step = 2},
     "[{a: 1, b: 2}, {a: 1, b: 2}]\n",
     "[{a: 1, b: 2}, {a: 1, b: 2}]\n"},
    {"a table of objects",
     {.step = 2, .tables = true},
     "[{a: 1, b: 2}, {a: 1, b: 2}]\n",
     "[\n  {a: 1, b: 2},\n  {a: 1, b: 2},\n]\n"},
    {"a long text stays",
     {.step = 2},
     "pattern: \"a text that does not fit on a line\"\n",
     "pattern: \"a text that does not fit on a line\"\n"},
    {"a long text leaves its key",
     {.step = 2, .texts = true},
     "pattern: \"a text that does not fit on a line\"\n",
     "pattern:\n  \"a text that does not fit on a line\"\n"},
};

static void check_folds(void)
{
    for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++) {
        struct layout layout = layout_unsaid;
        layout.width = 42;
        layout.fold = folds[i].style;
        int failed = check_failed;
        CHECK(fold_write(&out, bell_str(folds[i].text), &flat, &layout));
        CHECK_WRITTEN(folds[i].want);
        if (check_failed != failed) {
            fprintf(stderr, "  of: %s\n", folds[i].what);
        }
    }
}

static void check_fills(void)
{
    static const char line[] = "word_one = first_name +\nanother_name +\n"
                               "call(first_argument, other)\n";
    struct layout layout = layout_unsaid;
    layout.width = 42;
    CHECK(fill_write(&out, bell_str(line), &flat, &layout));
    CHECK_WRITTEN("word_one = first_name +\nanother_name +\n"
                  "call(first_argument, other)\n");
    layout.fill.continued = BELL_STR(" \\");
    CHECK(fill_write(&out, bell_str(line), &flat, &layout));
    CHECK_WRITTEN("word_one = first_name + \\\nanother_name + \\\n"
                  "call(first_argument, other)\n");
    layout.width = 24;
    layout.fill.hang = 2;
    CHECK(fill_write(&out, BELL_STR("a_function(argument_1, argument_2)\n"),
                     &flat, &layout));
    CHECK_WRITTEN("a_function(argument_1,\n           argument_2)\n");
    CHECK(fill_write(&out, BELL_STR("a_function(argument_three, argument_2)\n"),
                     &flat, &layout));
    CHECK_WRITTEN("a_function(\n  argument_three,\n  argument_2)\n");
}

int main(void)
{
    bell__buf_open(&out, &bell__memory_default, 0);
    bell__buf_open(&flat, &bell__memory_default, 0);
    check_quotes();
    check_keys();
    check_comments();
    check_folds();
    check_fills();
    bell__buf_close(&flat);
    bell__buf_close(&out);
    return check_report();
}
