/* messages.h: what the programs of this folder read and write: structs, their
 * tables and their texts. It knows no clock and no counter. */
#ifndef TESTS_BENCH_MESSAGES_H
#define TESTS_BENCH_MESSAGES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/codec_words.h"

typedef struct stats {
    int64_t total;
    int64_t completed;
    int64_t pending;
    int64_t failed;
    double rate;
} stats;
static const bell_field stats_fields[] = {
    FIELD(stats, total, &t_int64), FIELD(stats, completed, &t_int64),
    FIELD(stats, pending, &t_int64), FIELD(stats, failed, &t_int64),
    FIELD(stats, rate, &t_float64)};
static const bell_type t_stats = RECORD(stats, "Stats", stats_fields, 0);

/* clang-format off */
#define METRIC_NAMES(X) \
    X(cpu_user) X(cpu_system) X(cpu_idle) \
    X(cpu_wait) X(load_one) X(load_five) \
    X(load_fifteen) X(memory_used) X(memory_free) \
    X(swap_used) X(disk_read) X(disk_write) \
    X(network_in) X(network_out) X(latency_mean) \
    X(latency_high)
/* clang-format on */

typedef struct metrics {
#define X(name) double name;
    METRIC_NAMES(X)
#undef X
} metrics;
static const bell_field metrics_fields[] = {
#define X(name) FIELD(metrics, name, &t_float64),
    METRIC_NAMES(X)
#undef X
};
static const bell_type t_metrics =
    RECORD(metrics, "Metrics", metrics_fields, 0);

typedef struct session {
    bell_string id;
    bell_string tool;
    bool active;
    int64_t started_at;
    int64_t bytes_out;
} session;
static const bell_field session_fields[] = {
    FIELD(session, id, &t_string), FIELD(session, tool, &t_string),
    FIELD(session, active, &t_bool), FIELD(session, started_at, &t_int64),
    FIELD(session, bytes_out, &t_int64)};
static const bell_type t_session =
    RECORD(session, "Session", session_fields, 0);

static const bell_value status_values[] = {VALUE("online"), VALUE("offline"),
                                           VALUE("draining")};
static const bell_type t_status = {.kind = BELL_KIND_ENUM,
                                   .count = 3,
                                   .size = sizeof(bell_enum),
                                   .name = "Status",
                                   .values = status_values};

typedef struct tag_list {
    const bell_string *items;
    size_t count;
} tag_list;
typedef struct session_list {
    const session *items;
    size_t count;
} session_list;
static const bell_type t_tags =
    LIST(tag_list, "string[]", &t_string, bell_string);
static const bell_type t_sessions =
    LIST(session_list, "Session[]", &t_session, session);

typedef struct agent {
    bell_string id;
    bell_string name;
    bell_string host;
    bell_enum status;
    bool has_version;
    bell_string version;
    int64_t registered_at;
    tag_list tags;
    stats tasks;
    session_list sessions;
} agent;
static const bell_field agent_fields[] = {
    FIELD(agent, id, &t_string),
    FIELD(agent, name, &t_string),
    FIELD(agent, host, &t_string),
    FIELD(agent, status, &t_status),
    FIELD_HAS(agent, version, &t_string, BELL_STATE_OPTIONAL, has_version),
    FIELD(agent, registered_at, &t_int64),
    FIELD(agent, tags, &t_tags),
    FIELD(agent, tasks, &t_stats),
    FIELD(agent, sessions, &t_sessions)};
static const bell_type t_agent = RECORD(agent, "Agent", agent_fields, 0);

typedef struct agent_list {
    const agent *items;
    size_t count;
} agent_list;
typedef struct fleet {
    agent_list agents;
} fleet;
static const bell_type t_agents = LIST(agent_list, "Agent[]", &t_agent, agent);
static const bell_field fleet_fields[] = {FIELD(fleet, agents, &t_agents)};
static const bell_type t_fleet = RECORD(fleet, "Fleet", fleet_fields, 0);

static const char agent_text[] =
    "{\"id\":\"6f1c2a34-9d0e-4b57-8a61-2f3e4d5c6b7a\",\"name\":\"builder-07\","
    "\"host\":\"build07.example.org\",\"status\":\"online\","
    "\"version\":\"2.14.3\",\"registered_at\":1731926400123,"
    "\"tags\":[\"linux\",\"x86_64\",\"large-memory\",\"eu-central\"],"
    "\"tasks\":{\"total\":18234,\"completed\":18102,\"pending\":121,"
    "\"failed\":11,\"rate\":0.9927},\"sessions\":["
    "{\"id\":\"b1a7c0de-0001-4e00-9abc-def012345678\","
    "\"tool\":\"compile --jobs 8\",\"active\":true,"
    "\"started_at\":1731926500001,\"bytes_out\":1048576},"
    "{\"id\":\"b1a7c0de-0002-4e00-9abc-def012345678\","
    "\"tool\":\"run the tests of the day\",\"active\":false,"
    "\"started_at\":1731926500002,\"bytes_out\":7340032},"
    "{\"id\":\"b1a7c0de-0003-4e00-9abc-def012345678\","
    "\"tool\":\"package\",\"active\":true,"
    "\"started_at\":1731926500003,\"bytes_out\":912},"
    "{\"id\":\"b1a7c0de-0004-4e00-9abc-def012345678\","
    "\"tool\":\"upload to the mirror in the next rack\",\"active\":false,"
    "\"started_at\":1731926500004,\"bytes_out\":20971520},"
    "{\"id\":\"b1a7c0de-0005-4e00-9abc-def012345678\","
    "\"tool\":\"watch\",\"active\":true,"
    "\"started_at\":1731926500005,\"bytes_out\":0}]}";

static const char stats_text[] = "{\"total\":18234,\"completed\":18102,"
                                 "\"pending\":121,\"failed\":11,"
                                 "\"rate\":0.9927}";

static const char metrics_text[] =
    "{\"cpu_user\":12.345,\"cpu_system\":3.217,\"cpu_idle\":84.438,"
    "\"cpu_wait\":0.125,\"load_one\":1.37,\"load_five\":1.2218,"
    "\"load_fifteen\":0.9871,\"memory_used\":5234.25,"
    "\"memory_free\":10765.75,\"swap_used\":0,\"disk_read\":154.0625,"
    "\"disk_write\":88.91234567,\"network_in\":10234.517,"
    "\"network_out\":9876.543,\"latency_mean\":0.0034172,"
    "\"latency_high\":0.018263719}";

static inline void need(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "failed: %s\n", what);
        exit(1);
    }
}

/* `{"agents":[...]}` of so many, from malloc(). */
static inline bell_string make_fleet(size_t count)
{
    size_t each = sizeof agent_text - 1;
    char *text = malloc(count * (each + 1) + 20);
    need(text != NULL, "no memory");
    static const char head[] = "{\"agents\":[";
    char *end = text + sizeof head - 1;
    memcpy(text, head, sizeof head - 1);
    for (size_t i = 0; i < count; i++) {
        memcpy(end, agent_text, each);
        end[each] = ',';
        end += each + 1;
    }
    memcpy(end - 1, "]}", 2);
    return (bell_string){text, (size_t)(end + 1 - text)};
}

#endif
