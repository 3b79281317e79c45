/* mock.h: `bellpull serve` as a child, for tests that need somebody to call. */
#ifndef TESTS_UNIT_MOCK_H
#define TESTS_UNIT_MOCK_H

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct mock {
    pid_t process; /* -1: it did not start */
    char url[256];
};

/* Starts it on a free port and waits until it listens; it dies with us. */
static inline struct mock mock_start(const char *program, const char *schema)
{
    struct mock mock = {.process = -1};
    int pipes[2];
    if (pipe(pipes) != 0) {
        return mock;
    }
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(pipes[1], STDOUT_FILENO);
        execl(program, program, "serve", schema, "--port", "0", (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    FILE *said = fdopen(pipes[0], "r");
    bool good =
        said != NULL && fgets(mock.url, (int)sizeof mock.url, said) != NULL;
    const char *at = good ? strstr(mock.url, "ws://") : NULL;
    if (at != NULL) {
        memmove(mock.url, at, strlen(at) + 1);
        mock.url[strcspn(mock.url, "\n")] = '\0';
        mock.process = child;
    }
    if (said != NULL) {
        fclose(said);
    }
    return mock;
}

static inline void mock_stop(const struct mock *mock)
{
    if (mock->process > 0) {
        kill(mock->process, SIGTERM);
        waitpid(mock->process, NULL, 0);
    }
}

#endif
