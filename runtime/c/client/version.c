/* version.c: which library this is, and which tables it reads. */
#include <bell/schema.h>

#if BELL_TABLE_VERSION != 6
#error "this runtime reads tables of version 6"
#endif

const char bell_tables_v6 = 1;

const char *bell_version(void)
{
    return BELL_VERSION;
}
