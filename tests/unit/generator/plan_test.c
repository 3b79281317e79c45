/* plan_test.c: which paths a plan takes, and what a diff shows. */
#include "unit/check.h"

#include <stdlib.h>

#include "base/memory.h"
#include "output/write.h"

static struct bell__arena arena;

static void check_paths(void)
{
    static const char *const good[] = {"a", "c/tasks/tasks.h", "a..b/.x"};
    static const char *const bad[] = {"",       "/a",   "a/",  "a//b",
                                      "..",     "a/..", ".",   "./a",
                                      "a/../b", "a\nb", "a\\b"};
    struct plan plan;
    plan_open(&plan, &arena);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CHECK(plan_add(&plan, bell_str(good[i]), BELL_STR("x")));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(!plan_add(&plan, bell_str(bad[i]), BELL_STR("x")));
    }
    CHECK_INT(3, plan.count);
    CHECK_TEXT("a", plan.first->path.text);
}

static void check_diff(const char *before, const char *after, const char *want)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    CHECK(diff_print(out, BELL_STR("f"), bell_str(before), bell_str(after),
                     &arena));
    fclose(out);
    CHECK_TEXT(want, text);
    free(text);
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    check_paths();
    check_diff("a\nb\nc\n", "a\nx\nc\n",
               "--- f\n+++ f (generated)\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
    check_diff("", "a\n", "--- f\n+++ f (generated)\n@@ -0,0 +1,1 @@\n+a\n");
    check_diff("a\n", "", "--- f\n+++ f (generated)\n@@ -1,1 +0,0 @@\n-a\n");
    check_diff("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nx\n5\n6\n",
               "--- f\n+++ f (generated)\n@@ -2,5 +2,6 @@\n 2\n 3\n 4\n+x\n"
               " 5\n 6\n");
    bell__arena_close(&arena);
    return check_report();
}
