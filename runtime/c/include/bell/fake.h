/* fake.h: an in-memory server for testing programs that use generated clients,
 * without sockets, threads or waiting. A client whose options name a fake
 * connects to it. Everything between the program and the socket is the real
 * code: encoding, protocol, deadlines, reconnects.
 *
 * Time: the fake has its own clock. Whenever its loop would wait, the clock
 * jumps ahead instead, so a call without an answer reaches its deadline of 30
 * seconds immediately.
 *
 * Threads and ownership: as in bell.h. Close all clients of a fake before the
 * fake. */
#ifndef BELL_FAKE_H
#define BELL_FAKE_H

#include <bell/bell.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A call that the fake expects, and how it responds. Strings are copied. The
 * params of an endpoint of rest are {"path":...,"query":...,"headers":...,
 * "body":...}, of these the parts in which something is; its error is an answer
 * with that status, whose body is `data`, or an object with the message. */
typedef struct bell_fake_call {
    const char *method; /* its wire name */
    const char
        *params; /* JSON as it is sent, except for white space; NULL: any */
    const char *result;  /* JSON; NULL with code 0: no result */
    int32_t code;        /* not 0: responds with this error code, or with
                            `disconnect`, the close code of the connection */
    const char *message; /* of an error; NULL: "refused" */
    const char *data;    /* JSON data of an error; NULL: none */
    bool temporary;      /* of an error */
    bool never;          /* accepts the call and never answers */
    bool disconnect;     /* accepts the call and drops the connection: of
                            rest, that of this call alone */
    int64_t delay_ms;    /* wait before it answers or drops */
    uint32_t times;      /* how many calls to expect: 0 means one; UINT32_MAX:
                            any number, including none */
} bell_fake_call;

/* Makes a fake. NULL allocator: malloc. */
BELL_API bell_status bell_fake_open(const bell_allocator *allocator,
                                    bell_fake **fake, bell_error *error);

/* Frees the fake; its clients must be closed first. NULL is fine. */
BELL_API void bell_fake_close(bell_fake *fake);

/* The loop of all clients of the fake, for bell_loop_run(). */
BELL_API bell_loop *bell_fake_loop(bell_fake *fake);

/* Used by bell_fake_expect(). */
BELL_API bell_status bell_fake_add(bell_fake *fake, const bell_fake_call *call,
                                   size_t call_size, bell_error *error);

/* Adds a call to the expected ones. An incoming call is matched with the first
 * expected call that fits and is not used up; a call that fits none is refused
 * with code -1, and bell_fake_trouble() reports it. Returns BELL_INVALID if the
 * method is missing or a string is not valid JSON. `error` may be NULL. */
static inline bell_status
bell_fake_expect(bell_fake *fake, const bell_fake_call *call, bell_error *error)
{
    return bell_fake_add(fake, call, sizeof *call, error);
}

/* Ends every connection: with a close code, like a server, or with code 0, like
 * a broken connection. Clients may connect again. */
BELL_API void bell_fake_disconnect(bell_fake *fake, int32_t code,
                                   const char *reason);

/* While true, no client can connect; existing connections stay. */
BELL_API void bell_fake_offline(bell_fake *fake, bool offline);

/* Answers connecting clients with an error, as Centrifugo does: for example,
 * 109 for an expired token. With code 0 clients can connect again. */
BELL_API void bell_fake_refuse(bell_fake *fake, int32_t code,
                               const char *message);

/* Tells clients, when they connect or send a new token, that the token is valid
 * for this many seconds; 0: forever. The fake does not end a connection whose
 * token has expired; bell_fake_disconnect() with close code 3005 does what
 * servers do then. */
BELL_API void bell_fake_expire(bell_fake *fake, uint32_t seconds);

/* Adds a rule of what goes wrong with calls, in the words of `bellpull serve
 * --fault`: [NAME=]KIND[:ARG][@COUNT|@RATE%], such as "drop", "late:2s@3" (the
 * first three calls) or "tasks.list=error:404:gone@5%" (one call in twenty).
 * The first rule that fits decides. NAME is a method, or connect or refresh.
 * KIND is one of
 *
 *     error[:CODE[:MESSAGE]]  close[:CODE[:REASON]]   late[:TIME]
 *     silent                  drop                    duplicate[:TIMES]
 *     reorder[:PLACES]        wrong-type[:MEMBER]     unknown-variant:MEMBER
 *     cut-frame               freeze[:TIME]           burst[:ANSWERS]
 *
 * The call itself must be expected as usual. Returns BELL_INVALID if the words
 * are wrong. `error` may be NULL. */
BELL_API bell_status bell_fake_fault(bell_fake *fake, const char *rule,
                                     bell_error *error);

/* Seeds the draws of rates (default 1): the same seed gives the same run. */
BELL_API void bell_fake_seed(bell_fake *fake, uint64_t seed);

/* The last token that a client sent, when it connected or later, cut at 511
 * bytes; "" if there was none. Valid until the next token arrives. */
BELL_API const char *bell_fake_token(const bell_fake *fake);

/* Lets time pass and runs everything that is due in that time. Returns
 * BELL_REENTRANT inside a callback. */
BELL_API bell_status bell_fake_advance(bell_fake *fake, int64_t ms);

/* Returns what did not go as expected: the first unexpected call, or else an
 * expected call that never came; NULL if all went well. Valid until the next
 * call of a function of the fake. */
BELL_API const char *bell_fake_trouble(bell_fake *fake);

#ifdef __cplusplus
}
#endif

#endif
