/* rest.c: memory that many calls took goes back when there are none for a
 * moment. A ping gives the turn that asks for that; where the server sends none
 * there is a deadline. It knows no call. */
#include "core/inside.h"

static void give_back(struct bell__session *session)
{
    bell__wheel_rest(&session->wheel);
    bell__kept_close(session);
    bell__table_rest(&session->table);
    bell__outbox_close(&session->outbox);
    bell__buf_close(&session->scratch);
    bell__buf_close(&session->holes);
    bell__buf_close(&session->given_up);
}

bool bell__session_rest(struct bell__session *session, int64_t now)
{
    if (session->table.count != 0) {
        session->busy_at = now;
        return false;
    }
    if (!session->holds || now - session->busy_at < BELL__REST_MS ||
        session->outbox.count != 0 || session->given_up.size != 0) {
        return false;
    }
    give_back(session);
    session->holds = false;
    return true;
}
