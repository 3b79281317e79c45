/* version.c: which library this is, and which tables it reads. */
#include <bell/schema.h>

#if BELL_TABLE_VERSION != 2
#error "this runtime reads tables of version 2"
#endif

const char bell_tables_v2 = 1;

const char *bell_version(void)
{
    return BELL_VERSION;
}
