/* fake.h: a server in memory, for tests of programs that use generated
 * clients: no socket, no thread, no waiting. A client whose options name a
 * fake connects to it; everything between the program and the socket is the
 * real thing: encoding, protocol, deadlines, reconnects.
 *
 * Time: the fake has a clock of its own, which moves only while its loop would
 * wait, and then at once: a call that nobody answers meets its deadline of 30
 * seconds in no time.
 *
 * Thread and ownership: as in bell.h. A fake lives longer than its clients. */
#ifndef BELL_FAKE_H
#define BELL_FAKE_H

#include <bell/bell.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One call that the fake expects, and what it does then. Texts are copied. */
typedef struct bell_fake_call {
    const char *method; /* its wire name */
    const char
        *params; /* JSON, as it goes out but for white space; NULL: any */
    const char *result;  /* JSON; NULL with code 0: no result */
    int32_t code;        /* not 0: an error with this code, or with
                            `disconnect` the close code of the connection */
    const char *message; /* of an error; NULL: "refused" */
    const char *data;    /* JSON that an error carries; NULL: none */
    bool temporary;      /* of an error */
    bool never;          /* it takes the call and never answers */
    bool disconnect;     /* it takes the call and drops the connection */
    int64_t delay_ms;    /* before it answers or drops */
    uint32_t times;      /* how often: 0 is once; UINT32_MAX: however often,
                            also never */
} bell_fake_call;

/* NULL allocator: malloc. */
BELL_API bell_status bell_fake_open(const bell_allocator *allocator,
                                    bell_fake **fake, bell_error *error);

/* After its clients. NULL is fine. */
BELL_API void bell_fake_close(bell_fake *fake);

/* The loop of all its clients: for bell_loop_run(). */
BELL_API bell_loop *bell_fake_loop(bell_fake *fake);

/* For bell_fake_expect(). */
BELL_API bell_status bell_fake_add(bell_fake *fake, const bell_fake_call *call,
                                   size_t call_size, bell_error *error);

/* Adds a call to those that are expected. A call is met by the first one that
 * fits it and is not used up; one that fits none is refused with code -1, and
 * bell_fake_trouble() says so. BELL_INVALID where the method is missing or a
 * text is no JSON. `error` may be NULL. */
static inline bell_status
bell_fake_expect(bell_fake *fake, const bell_fake_call *call, bell_error *error)
{
    return bell_fake_add(fake, call, sizeof *call, error);
}

/* Ends every connection: with a close code as a server would, or 0 as a broken
 * line. Clients may connect again. */
BELL_API void bell_fake_disconnect(bell_fake *fake, int32_t code,
                                   const char *reason);

/* While true nobody can connect; who is connected stays. */
BELL_API void bell_fake_offline(bell_fake *fake, bool offline);

/* Answers whoever connects with an error, as Centrifugo does: 109 for an
 * expired token. Code 0: connecting works again. */
BELL_API void bell_fake_refuse(bell_fake *fake, int32_t code,
                               const char *message);

/* Tells whoever connects or shows a new token that it is good for so many
 * seconds; 0: for ever. The fake itself ends nothing: with close code 3005
 * bell_fake_disconnect() does what servers do to those who are late. */
BELL_API void bell_fake_expire(bell_fake *fake, uint32_t seconds);

/* The token that a client has shown last, when it connected or since, cut at
 * 511 bytes; "" where it had none. Lent until the next one is shown. */
BELL_API const char *bell_fake_token(const bell_fake *fake);

/* Lets time pass, and does what is to do meanwhile. BELL_REENTRANT inside a
 * callback. */
BELL_API bell_status bell_fake_advance(bell_fake *fake, int64_t ms);

/* What did not go as expected, first of all a call that was not; else which
 * call never came. NULL: nothing. Lent until the next function of the fake. */
BELL_API const char *bell_fake_trouble(bell_fake *fake);

#ifdef __cplusplus
}
#endif

#endif
