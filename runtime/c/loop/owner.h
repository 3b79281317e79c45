/* owner.h: which thread a loop belongs to: the first that runs it. It knows no
 * loop. Asking costs no system call and no lock. */
#ifndef BELL__LOOP_OWNER_H
#define BELL__LOOP_OWNER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct bell__owner {
    _Atomic(uintptr_t) thread; /* 0: nobody has run it yet */
    atomic_int rounds;         /* that the thread is inside of */
};

/* No two threads that live have the same one; none has 0. */
static inline uintptr_t bell__owner_self(void)
{
    return (uintptr_t)pthread_self();
}

static inline bool bell__owner_is_other(const struct bell__owner *owner)
{
    uintptr_t thread =
        atomic_load_explicit(&owner->thread, memory_order_relaxed);
    return thread != 0 && thread != bell__owner_self();
}

/* The calling thread's from now on, where it is nobody's; false: it is another
 * thread's. */
static inline bool bell__owner_take(struct bell__owner *owner)
{
    uintptr_t self = bell__owner_self();
    uintptr_t thread =
        atomic_load_explicit(&owner->thread, memory_order_relaxed);
    return thread == self ||
           (thread == 0 && atomic_compare_exchange_strong_explicit(
                               &owner->thread, &thread, self,
                               memory_order_acquire, memory_order_relaxed));
}

/* Nobody's again. */
static inline void bell__owner_drop(struct bell__owner *owner)
{
    atomic_store_explicit(&owner->thread, 0, memory_order_release);
}

/* For an end: the calling thread's, unless another one is inside of a round. A
 * thread that ran the loop may be gone. */
static inline bool bell__owner_seize(struct bell__owner *owner)
{
    if (!bell__owner_is_other(owner)) {
        return true;
    }
    if (atomic_load_explicit(&owner->rounds, memory_order_acquire) != 0) {
        return false;
    }
    atomic_store_explicit(&owner->thread, bell__owner_self(),
                          memory_order_relaxed);
    return true;
}

/* A round begins, or ends; the thread's own. */
static inline void bell__owner_step(struct bell__owner *owner, int more)
{
    int rounds = atomic_load_explicit(&owner->rounds, memory_order_relaxed);
    atomic_store_explicit(&owner->rounds, rounds + more, memory_order_release);
}

#endif
