/* main.c: a user's program, compiled against what was installed. It calls
 * nobody: it shows that headers, library and tables fit. */
#include <stdio.h>

#include "tasks.h"

int main(void)
{
    printf("%s %s %s\n", tasks_service.name, tasks_service.version,
           bell_version());
    return tasks_service.tables == &bell_tables_v6 ? 0 : 1;
}
