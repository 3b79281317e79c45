/* wake.h: what rings a loop from another thread or a signal handler: an
 * eventfd, or a pipe where there is none. It knows no loop. */
#ifndef BELL__LOOP_WAKE_H
#define BELL__LOOP_WAKE_H

struct bell__wake {
    int heard; /* readable when somebody rang; -1: not open */
    int rung;  /* written by who rings; may be the same */
};

/* 0, or an errno. */
int bell__wake_open(struct bell__wake *wake);
void bell__wake_close(struct bell__wake *wake);

/* Writes to `rung`, or to a duplicate of it. Async-signal-safe; errno stays. */
void bell__wake_ring(int rung);

/* Takes all rings so far. */
void bell__wake_hear(const struct bell__wake *wake);

#endif
