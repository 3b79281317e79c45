/* render_test.c: templates: what they write, and what they are told. */
#include "unit/check.h"

#include "base/memory.h"
#include "render/template.h"

static const struct outline_field item_fields[] = {
    {"name", "text", ""},   {"items", "list item", ""}, {"good", "bool", ""},
    {"size", "number", ""}, {"none", "item", ""},       {"bag", "bag", ""},
};

static const struct outline outlines[] = {
    {"item", "a thing with things in it", item_fields, 6},
    {"bag", "texts of any names", NULL, 0},
    {0},
};

static struct bell__arena arena;

static struct node *item(const char *name, bool good)
{
    struct node *map = node_make(&arena, NODE_MAP);
    node_set(map, "name", node_make_text(&arena, bell_str(name)));
    node_set(map, "items", node_make(&arena, NODE_LIST));
    node_set(map, "good", node_make_bool(&arena, good));
    node_set(map, "size", node_make_number(&arena, 7));
    node_set(map, "none", node_make(&arena, NODE_NULL));
    struct node *bag = node_make(&arena, NODE_MAP);
    node_set(bag, "color", node_make_text(&arena, BELL_STR("red")));
    node_set(map, "bag", bag);
    return map;
}

static struct node *tree(void)
{
    struct node *root = item("HTTPRoot", true);
    struct node *list = root->first->next;
    struct node *inner = item("b", false);
    node_append(list, item("a", true));
    node_append(list, inner);
    node_append(inner->first->next, item("c", true));
    return root;
}

/* "no" is the only other file. */
static const struct source *load(void *context, bell_string name)
{
    static struct source other = {{"other", 5}, {"${item.size}\n", 13}};
    static struct source loop = {{"loop", 4}, {"%% include \"loop\"\n", 18}};
    const struct source *main_source = context;
    if (name.size == 5) {
        return &other;
    }
    if (name.size == 4 && name.text[0] == 'l') {
        return &loop;
    }
    return name.size == 4 ? main_source : NULL;
}

/* What "main" extends. */
static const struct source *original(void *context, bell_string name)
{
    static const char text[] =
        "a\n%% block one\n  one ${item.name}\n%% end\n"
        "%% for i in item.items\n%% block two\n"
        "%% block inner #0123\n${i.name}\n%% end\n!\n%% end\n%% end\n"
        "%% def f(i: item)\n<${i.size}>\n%% end\n";
    static struct source base = {{"base", 4}, {text, sizeof text - 1}};
    (void)context;
    return name.size == 4 ? &base : NULL;
}

/* A language with everything that can be said. */
static const struct layout manners = {
    .width = 80,
    .comment = {{"/* ", 3}, {" * ", 3}, {" */", 3}, NULL, 0},
    .text = {.escapes = QUOTE_UNITS, .single = true, .names = {"_$", 2}},
    .fold = {.step = 2,
             .angles = true,
             .bars = true,
             .numbers = true,
             .tables = true,
             .texts = true,
             .padded = true},
    .fill = {.hang = 4},
};

static void offer(void *context, struct nearest *nearest)
{
    (void)context;
    nearest_offer(nearest, BELL_STR("other"));
}

/* The output, or the first message. */
static bell_string run(const char *text)
{
    struct diags diags;
    struct source source = {BELL_STR("t"), bell_str(text)};
    struct template_loader loader = {load, original, offer, &source, &manners};
    struct bell__buf out;
    diags_open(&diags, &arena);
    bell__buf_open(&out, &bell__memory_default, 64 << 20);
    struct template *template =
        template_load(&loader, BELL_STR("main"), (struct place){0}, outlines,
                      "item", &arena, &diags);
    bell_string result = {"", 0};
    if (template != NULL && template_run(template, tree(), &out, &diags)) {
        bell_string bytes = {out.bytes, out.size};
        result = bell__arena_copy(&arena, bytes);
    } else if (diags.first != NULL) {
        char line[400];
        int size =
            snprintf(line, sizeof line, "%s %u:%u %.*s", diags.first->code,
                     (unsigned)diags.first->place.line,
                     (unsigned)diags.first->place.column,
                     (int)diags.first->message.size, diags.first->message.text);
        bell_string told = {line, (size_t)size};
        result = bell__arena_copy(&arena, told);
    }
    bell__buf_close(&out);
    return result;
}

static const struct fact {
    const char *what;
    const char *text;
    const char *want;
} facts[] = {
    {"text stays", "a\n b", "a\n b"},
    {"a hole", "<${item.name}>\n", "<HTTPRoot>\n"},
    {"a number", "${item.size}", "7"},
    {"filters in a row", "${item.name | snake | upper}", "HTTP_ROOT"},
    {"a filter that counts", "${item.name | size}", "8"},
    {"a quoted hole", "$${x} $$ $", "${x} $$ $"},
    {"a literal", "${\"a\\n\\\"\" | json}", "\"a\\n\\\"\""},
    {"JSON's quotes", "${\"a\\tb\" | json}", "\"a\\tb\""},
    {"a statement leaves no line", "a\n  %% if item.good\nb\n%% end\nc\n",
     "a\nb\nc\n"},
    {"not, and, or",
     "%% if not item.good or (item.size and item.none)\nx\n"
     "%% elif item.items and item.name\ny\n%% end\n",
     "y\n"},
    {"else", "%% if item.none\nx\n%% else\ny\n%% end\n", "y\n"},
    {"a loop", "%% for i in item.items\n${i.name}\n%% end\n", "a\nb\n"},
    {"sep ends all but the last",
     "%% for i in item.items sep \",\"\n${i.name}\n%% end\n", "a,\nb\n"},
    {"an empty sep is a line",
     "%% for i in item.items sep \"\"\n${i.name}\n%% end\n", "a\n\nb\n"},
    {"an empty loop's else",
     "%% for i in item.none.items\nx\n%% else\nnone\n%% end\n", "none\n"},
    {"let ends with its block",
     "%% if item.good\n%% let n = item.name | snake\n${n}\n%% end\n",
     "http_root\n"},
    {"a def may call itself",
     "%% call all(item)\n%% def all(i: item)\n${i.name}\n"
     "%% for j in i.items\n  %% call all(j)\n%% end\n%% end\n",
     "HTTPRoot\n  a\n  b\n    c\n"},
    {"a def in a hole", "<${n(item)}>\n%% def n(i: item)\n${i.size}\n%% end\n",
     "<7>\n"},
    {"a text of any name", "${item.bag.color | upper}${item.bag.size}\n",
     "RED\n"},
    {"one that is not there",
     "%% if item.bag.smell\nx\n%% elif item.none.bag.color\ny\n%% else\nz\n"
     "%% end\n",
     "z\n"},
    {"an include", "%% include \"other\"\n", "7\n"},
    {"a remark", "%% # nothing\n", ""},
    {"a short fill is a line", "%% fill\nf(a,\nb)\n%% end\n", "f(a, b)\n"},
    {"a long fill lines up",
     "%% fill\nint a_function_of_some_length(int first_argument,\n"
     "int second_argument,\nint third);\n%% end\n",
     "int a_function_of_some_length(int first_argument, int second_argument,\n"
     "                              int third);\n"},
    {"a brace behind = hangs",
     "%% fill\nstatic const struct something_long a_name_of_length = {.a = 1,\n"
     ".text = \"a, b\",\n.c = 3};\n%% end\n",
     "static const struct something_long a_name_of_length = {\n"
     "    .a = 1, .text = \"a, b\", .c = 3};\n"},
    {"a plain text", "${\"a-b.c_1\" | plain}", "a-b.c_1"},
    {"one that is not plain", "<${\"a b\" | plain}${\"-\" | plain}>", "<>"},
    {"cells stand in columns",
     "%% align\n\ta\tint\t`x`\n\tlong\t[]int\t`y`\n\t// no cell\n"
     "\tb\tint\n\n\tcc\tint\n%% end\nx\ty\n",
     "\ta    int   `x`\n\tlong []int `y`\n\t// no cell\n"
     "\tb int\n\n\tcc int\nx\ty\n"},
    {"a cell's width is in code points",
     "%% align\n\xc3\xa9\xc3\xa9\t1\na\t2\n%% end\n",
     "\xc3\xa9\xc3\xa9 1\na  2\n"},
    {"a short fold is a line", "%% fold\n  f(\na,\nb,\n): C<D> {\n%% end\n",
     "  f(a, b): C<D> {\n"},
    {"a long fold has an item a line",
     "%% fold\n  aFunctionOfSomeLength(firstArgument: Something,\n"
     "second?: Other<Thing>): Promise<Whatever> {\n%% end\n",
     "  aFunctionOfSomeLength(\n    firstArgument: Something,\n"
     "    second?: Other<Thing>,\n  ): Promise<Whatever> {\n"},
    {"angles have no last comma",
     "%% fold\nconst aTableWithALongName: of.Methods<WithSomeLongParameters,\n"
     "AndALongResult> = {\n%% end\n",
     "const aTableWithALongName: of.Methods<\n  WithSomeLongParameters,\n"
     "  AndALongResult\n> = {\n"},
    {"brackets in brackets",
     "%% fold\n  list: () => [{\nname: \"a, (b\", size: 1\n}],\n%% end\n",
     "  list: () => [{ name: \"a, (b\", size: 1 }],\n"},
    {"a list of objects is a table",
     "%% fold\nx: [{\na: 1, b: 2\n}, {\na: 1, b: 2\n}],\n%% end\n",
     "x: [\n  { a: 1, b: 2 },\n  { a: 1, b: 2 },\n],\n"},
    {"types behind bars",
     "%% fold\nexport type ALongName = \"first of some\" |\n"
     "\"second of some\" | \"third of some\" | Rest;\n%% end\n",
     "export type ALongName =\n"
     "  \"first of some\" | \"second of some\" | \"third of some\" | Rest;\n"},
    {"more types behind bars",
     "%% fold\n  aProperty: SomethingOfSomeLength<WithThisThing, AndThatThing> "
     "|\n"
     "SomethingElse | AndMore |\nnull;\n%% end\n",
     "  aProperty:\n    | SomethingOfSomeLength<WithThisThing, AndThatThing>\n"
     "    | SomethingElse\n    | AndMore\n    | null;\n"},
    {"types that meet in brackets",
     "%% fold\ntype A = ({ aTag: \"some long name\" } & Omit<Unknown, \"a\">\n"
     "& AnotherThingOfLengthThatIsLonger) | B;\n%% end\n",
     "type A =\n  | ({ aTag: \"some long name\" } & Omit<Unknown, \"a\"> &\n"
     "      AnotherThingOfLengthThatIsLonger)\n  | B;\n"},
    {"numbers share lines",
     "%% fold\nw: [11111111, 22222222, 33333333, 44444444, 55555555, "
     "66666666,\n"
     "77777777, -8, 999.5],\n%% end\n",
     "w: [\n  11111111, 22222222, 33333333, 44444444, 55555555, 66666666, "
     "77777777, -8,\n  999.5,\n],\n"},
    {"a long text leaves its key",
     "%% fold\npattern: \"a text that is so long that it does not even fit on "
     "the "
     "line of its key\",\n%% end\n",
     "pattern:\n  \"a text that is so long that it does not even fit on the "
     "line of "
     "its key\",\n"},
    {"brackets out of order stay", "%% fold\nf(a]\n%% end\n", "f(a]\n"},
    {"quotes as the language has them", "${\"a'b\\\"c\\\"d\\\\\" | quoted}",
     "'a\\'b\"c\"d\\\\'"},
    {"a key as the language has it", "${\"a_$1\" | key} ${\"1a\" | key}",
     "a_$1 \"1a\""},
    {"a comment as the language has it",
     "  ${\"one two three four five\" | commented(24)}",
     "  /* one two three four\n   * five */"},
    {"a comment of the language's width", "${\"one\" | commented}",
     "/* one */"},
    {"a comment cannot be left",
     "${\"a */ b /* c d\\\\\" | comment(\"/* \", \" * \", \" */\")}",
     "/* a * / b / * c d\\. */"},
    {"a comment breaks at its width, and is indented",
     "  ${\"one two three four five six\" | comment(\"// \", \"// \", \"\", "
     "24)}",
     "  // one two three four\n  // five six"},

    {"an unknown variable", "${itm.name}",
     "E504 1:3 there is no variable "
     "`itm` (did you mean item?)"},
    {"an unknown field", "x\n${item.nmae}",
     "E505 2:8 an item has no field `nmae` (did you mean name?)"},
    {"a branch that is never run", "%% if item.none\n${item.nmae}\n%% end\n",
     "E505 2:8 an item has no field `nmae` (did you mean name?)"},
    {"an unknown filter", "${item.name | snak}",
     "E506 1:15 there is no filter `snak` (did you mean snake?)"},
    {"a filter without its words", "${item.name | comment(\"a\")}",
     "E506 1:15 too few values for `comment`"},
    {"a filter on a list", "${item.items | snake}",
     "E506 1:16 only text and numbers can be passed to `snake`, but this is a "
     "list of item"},
    {"a list in a hole", "${item.items}",
     "E507 1:3 only text and numbers can be written, but this is a list of "
     "item"},
    {"a loop over text", "%% for i in item.name\n%% end\n",
     "E507 1:13 a loop needs a list, but this is a text"},
    {"a field of a text", "${item.name.size}",
     "E505 1:13 a text has no fields, so no `size`"},
    {"a field of a list", "${item.items.name}",
     "E505 1:14 a list of item has no fields, so no `name`"},
    {"a field of a text of any name", "${item.bag.color.size}",
     "E505 1:18 a text has no fields, so no `size`"},
    {"a bag in a hole", "${item.bag}",
     "E507 1:3 only text and numbers can be written, but this is a bag"},
    {"an unclosed hole", "${item.name", "E501 1:12 expected `}` or `|`"},
    {"an empty hole", "${}", "E501 1:3 expected a value"},
    {"an unclosed text", "${\"a}", "E501 1:6 expected a closing quote"},
    {"a missing end", "%% if item.good\n",
     "E501 1:4 there is no `%% end` for this"},
    {"an end too many", "%% end\n", "E501 1:4 there is no open block to end"},
    {"an unknown statement", "%% while x\n",
     "E503 1:4 there is no statement `while`"},
    {"a statement spelled wrong", "%% edn\n",
     "E503 1:4 there is no statement `edn` (did you mean end?)"},
    {"words behind the end", "%% if item.good\n%% end if\n",
     "E501 2:8 expected the end of the line"},
    {"a file that is not there", "%% include \"x\"\n",
     "E502 1:12 there is no template `x`"},
    {"a file spelled wrong", "%% include \"othher\"\n",
     "E502 1:12 there is no template `othher` (did you mean other?)"},
    {"a file that includes itself", "%% include \"loop\"\n",
     "E501 1:12 too many includes; does a file include itself?"},
    {"a def of another type",
     "%% call f(item.name)\n%% def f(i: item)\n"
     "%% end\n",
     "E508 1:11 an item is needed for `i`, but this is a text"},
    {"a def that is not there", "%% call f(item)\n",
     "E508 1:9 there is no def `f`"},
    {"a variable twice", "%% let a = item\n%% let a = item\n",
     "E504 2:4 there is already a `a`"},
    {"a block is its lines", "%% block b\nx\n%% end\ny\n", "x\ny\n"},
    {"a file that extends", "%% # why\n\n%% extends\n",
     "a\n  one HTTPRoot\na\n!\nb\n!\n"},
    {"a replaced block", "%% extends\n%% block one\nnew\n%% end\n",
     "a\nnew\na\n!\nb\n!\n"},
    {"it sees what the original saw",
     "%% extends\n%% block two\n${i.name | upper}\n%% end\n",
     "a\n  one HTTPRoot\nA\nB\n"},
    {"around what was there",
     "%% extends\n%% block two\n<\n  %% original\n>\n%% end\n",
     "a\n  one HTTPRoot\n<\n  a\n  !\n>\n<\n  b\n  !\n>\n"},
    {"an inner block, and its outer one's original",
     "%% extends\n%% block two\n%% original\n>\n%% end\n"
     "%% block inner #99\n.\n%% end\n",
     "a\n  one HTTPRoot\n.\n!\n>\n.\n!\n>\n"},
    {"a def of its own, and one of the original",
     "%% extends\n%% block one\n%% call g(item)\n%% end\n"
     "%% block two\n%% end\n%% def g(i: item)\n(${f(i)})\n%% end\n",
     "a\n(<7>)\n"},
    {"a block of the copy of a block",
     "%% extends\n%% block two\n%% block inner\n-\n%% end\n%% end\n",
     "a\n  one HTTPRoot\n-\n-\n"},

    {"a block that is not there", "%% extends\n%% block to\n%% end\n",
     "E511 2:10 base has no block `to` (did you mean two?)"},
    {"a block twice", "%% block b\n%% end\n%% block b\n%% end\n",
     "E511 3:10 there is already a block `b`"},
    {"a block replaced twice",
     "%% extends\n%% block one\n%% end\n%% block one\n%% end\n",
     "E511 4:10 block `one` is already replaced"},
    {"a block that is gone with its outer one",
     "%% extends\n%% block two\n%% end\n%% block inner\n%% end\n",
     "E511 4:10 block `inner` is inside block `two`, which is replaced as a "
     "whole"},
    {"text outside of blocks", "%% extends\nx\n",
     "E511 2:1 in a file with `extends`, text must be inside a block"},
    {"a statement outside of blocks", "%% extends\n%% if item\n%% end\n",
     "E501 2:4 a file with `extends` can contain only `block` and `def`"},
    {"extends twice", "%% extends\n%% extends\n",
     "E501 2:4 a file with `extends` can contain only `block` and `def`"},
    {"extends too late", "x\n%% extends\n",
     "E501 2:4 `extends` must be the first statement of a file"},
    {"extends with a word", "%% extends base\n",
     "E501 1:12 expected the end of the line"},
    {"a block without a name", "%% block\n%% end\n",
     "E501 1:9 expected `block NAME`"},
    {"a block without an end", "%% extends\n%% block one\n",
     "E501 2:4 there is no `%% end` for this"},
    {"original outside", "%% original\n",
     "E511 1:4 `original` can only be used in a block that replaces another"},
    {"original twice",
     "%% extends\n%% block one\n%% original\n%% original\n%% end\n",
     "E511 4:4 `original` can be used only once in a block"},
    {"a field of a replacement",
     "%% extends\n%% block two\n${i.nmae}\n%% end\n",
     "E505 3:5 an item has no field `nmae` (did you mean name?)"},
    {"a variable that the block does not see",
     "%% extends\n%% block one\n${i.name}\n%% end\n",
     "E504 3:3 there is no variable `i`"},
    {"the mistake behind one that cannot be read",
     "%% for i in item.\n${i.nmae}${}\n%% end\n",
     "E501 1:18 expected a field's name behind `.`"},
    {"a call that never ends",
     "%% call f(item)\n%% def f(i: item)\n%% call f(i)\n%% end\n",
     "E509 3:9 calls are nested too deeply"},
};

static void check_bounds(void)
{
    /* Calls itself twice: 2 to the 64th runs, were there no bound. */
    bell_string told = run("%% call f(item)\n%% def f(i: item)\nx\n"
                           "%% call g(i)\n%% end\n%% def g(i: item)\n"
                           "%% call f(i)\n%% call f(i)\n%% end\n");
    CHECK(told.size > 4 && memcmp(told.text, "E509", 4) == 0);
    char deep[4096];
    size_t size = 0;
    for (int i = 0; i < 200; i++) {
        memcpy(deep + size, "%% if item\n", 11);
        size += 11;
    }
    deep[size] = '\0';
    told = run(deep);
    CHECK(told.size > 4 && memcmp(told.text, "E501", 4) == 0);
    memset(deep, '(', 2000);
    memcpy(deep, "%% if ", 6);
    deep[2000] = '\0';
    told = run(deep);
    CHECK(told.size > 4 && memcmp(told.text, "E501", 4) == 0);
}

static size_t count_mistakes(const char *text)
{
    struct diags diags;
    struct source source = {BELL_STR("t"), bell_str(text)};
    struct template_loader loader = {load, original, offer, &source, &manners};
    diags_open(&diags, &arena);
    template_load(&loader, BELL_STR("main"), (struct place){0}, outlines,
                  "item", &arena, &diags);
    return diags.count;
}

/* One mistake does not hide the next. */
static void check_all_told(void)
{
    CHECK_INT(4, count_mistakes("${item.}\n%% for i in item.items x\n"
                                "${i.nmae}\n%% end\n${}\n"));
    CHECK_INT(3, count_mistakes("%% extends\n%% block on\n${i.}\n"
                                "%% original\n%% end\n%% block one\n"
                                "${itm}\n%% end\n"));
    CHECK_INT(3, count_mistakes("%% if\n%% call item\n%% end\n"
                                "%% include x\n"));
}

/* Chains do not nest without bound, and a long line is read once. */
static void check_chains(void)
{
    enum { ROOM = 1 << 20 };
    static char text[ROOM];
    size_t size = (size_t)snprintf(text, sizeof text, "%%%% if item\n");
    for (int i = 0; i < 1000; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "%%%% elif item\n");
    }
    snprintf(text + size, sizeof text - size, "%%%% end\n");
    bell_string told = run(text);
    CHECK(told.size > 4 && memcmp(told.text, "E501", 4) == 0);
    size = (size_t)snprintf(text, sizeof text, "%%%% if item");
    for (int i = 0; i < 1000; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, " or item");
    }
    snprintf(text + size, sizeof text - size, "\n%%%% end\n");
    told = run(text);
    CHECK(told.size > 4 && memcmp(told.text, "E501", 4) == 0);
    for (size = 0; size + 8 < ROOM; size += 7) {
        memcpy(text + size, "${item}", 8);
    }
    CHECK_INT(ROOM / 7, count_mistakes(text));
}

/* Doubles its text 60 times: what lies in between is bounded as the output
 * is. */
static void check_doubling(void)
{
    static const char head[] = "%% def d(a: text)\n${a}${a}\n%% end\n${";
    char text[512];
    size_t size = (size_t)snprintf(text, sizeof text, "%s", head);
    for (int i = 0; i < 60; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "d(");
    }
    size += (size_t)snprintf(text + size, sizeof text - size, "\"x\"");
    memset(text + size, ')', 60);
    memcpy(text + size + 60, "}", 2);
    bell_string told = run(text);
    CHECK(told.size > 4 && memcmp(told.text, "E509", 4) == 0);
}

/* Loops in loops over many things, with nothing in them. */
static void check_steps(void)
{
    struct node *list = node_make(&arena, NODE_LIST);
    for (int i = 0; i < 400; i++) {
        node_append(list, node_make(&arena, NODE_NULL));
    }
    struct node *root = item("many", true);
    root->first->next->first = list->first;
    struct diags diags;
    struct source source = {
        BELL_STR("t"),
        BELL_STR("%% for a in item.items\n%% for b in item.items\n"
                 "%% for c in item.items\n%% end\n%% end\n%% end\n")};
    struct template_loader loader = {load, original, offer, &source, &manners};
    struct bell__buf out;
    diags_open(&diags, &arena);
    bell__buf_open(&out, &bell__memory_default, 0);
    struct template *template =
        template_load(&loader, BELL_STR("main"), (struct place){0}, outlines,
                      "item", &arena, &diags);
    CHECK(template != NULL);
    CHECK(!template_run(template, root, &out, &diags));
    CHECK_INT(1, diags.count);
    bell__buf_close(&out);
}

/* What a turn of a loop makes goes with it: many turns in little room. */
static void check_turns(void)
{
    enum { TURNS = 10000, ROOM = 16 * 1024 };
    struct node *root = item("many", true);
    struct node *list = root->first->next;
    list->first = NULL;
    list->last = NULL;
    list->count = 0;
    for (int i = 0; i < TURNS; i++) {
        node_append(list, node_make(&arena, NODE_NULL));
    }
    struct diags diags;
    struct source source = {
        BELL_STR("t"),
        BELL_STR("%% def f(a: text)\n%% let b = a | upper\n%% end\n"
                 "%% for i in item.items\n%% let c = \"x\" | upper\n"
                 "%% call f(c)\n%% end\n")};
    struct template_loader loader = {load, original, offer, &source, &manners};
    struct bell__buf out;
    diags_open(&diags, &arena);
    bell__buf_open(&out, &bell__memory_default, ROOM);
    struct template *template =
        template_load(&loader, BELL_STR("main"), (struct place){0}, outlines,
                      "item", &arena, &diags);
    CHECK(template != NULL && template_run(template, root, &out, &diags));
    CHECK_INT(0, diags.count);
    bell__buf_close(&out);
}

/* Brackets that never close: each looks for its end, and not far. */
static void check_long(const char *layout)
{
    enum { ROOM = 1 << 18 };
    static char text[ROOM];
    size_t size = (size_t)snprintf(text, sizeof text, "%%%% %s\n", layout);
    while (size + 16 < ROOM) {
        size += (size_t)snprintf(text + size, sizeof text - size, "(a,\n");
    }
    snprintf(text + size, sizeof text - size, "%%%% end\n");
    CHECK(run(text).size > ROOM / 2);
}

/* Each prefix of a template is a template or an error, never a crash. */
static void check_prefixes(void)
{
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        size_t size = strlen(facts[i].text);
        for (size_t cut = 0; cut < size; cut++) {
            char text[512];
            memcpy(text, facts[i].text, cut);
            text[cut] = '\0';
            bell_string result = run(text);
            CHECK(result.text != NULL);
        }
    }
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        bell_string got = run(facts[i].text);
        int before = check_failed;
        CHECK_BYTES(facts[i].want, got.text, got.size);
        if (check_failed != before) {
            fprintf(stderr, "  in: %s\n", facts[i].what);
        }
    }
    check_bounds();
    check_all_told();
    check_chains();
    check_doubling();
    check_long("fill");
    check_long("fold");
    check_steps();
    check_turns();
    check_prefixes();
    bell__arena_close(&arena);
    return check_report();
}
