/* version.c: which library this is, and which tables it reads. */
#include <bell/schema.h>

#if BELL_TABLE_VERSION != 5
#error "this runtime reads tables of version 5"
#endif

const char bell_tables_v5 = 1;

const char *bell_version(void)
{
    return BELL_VERSION;
}
