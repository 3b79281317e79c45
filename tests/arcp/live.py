#!/usr/bin/env python3
# live.py: every operation of schemas/arcp.yaml against a real ARCP 2.1.2, by
# generated code. It knows no language: a runner of the corpus makes the calls.
"""Usage: live.py LANGUAGE=RUNNER...

Prints which operations were seen to work in which languages, and compares that
with the table in docs/rest.md, where BELL_UPDATE_GOLDEN=1 writes it. Exit code
77 where there is no ARCP.
"""

import json
import os
import shlex
import subprocess
import sys
import time

import agent as agents
import server

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FINGERPRINT = {"X-Client-Fingerprint": "f-1"}


class Client:
    """A program of one language with one client, and one token at first."""

    def __init__(self, runner, url, token=None):
        self.process = subprocess.Popen(
            shlex.split(runner), text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        self.calls = 0
        command = {"do": "open", "service": "arcp", "mode": "rest", "url": url,
                   "deadline_ms": 20000}
        if token:
            command["token"] = token
        self.say(command)
        self.hear("connected")

    def say(self, command):
        """One command."""
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def hear(self, event, name=None):
        """The next answer of that kind."""
        for line in self.process.stdout:
            answer = json.loads(line)
            if answer["event"] == "broken":
                return answer
            if answer["event"] == event and answer.get("name") == name:
                return answer
        raise RuntimeError("the runner is gone")

    def call(self, method, params):
        """What came of a call: a result, or an error."""
        self.calls += 1
        name = "c%d" % self.calls
        self.say({"do": "call", "name": name, "method": method,
                  "params": json.dumps(params)})
        return self.hear("ended", name)

    def token(self, role, text):
        """The program sets the role's token."""
        self.say({"do": "token", "role": role, "token": text})
        return self.hear("token")["text"]

    def holds(self, role):
        """What the client says of the role's token."""
        self.say({"do": "holds", "role": role})
        return self.hear("token")["text"]

    def close(self):
        """The client ends well."""
        self.say({"do": "shut"})
        self.hear("shut")
        self.process.stdin.close()
        if self.process.wait(20) != 0:
            raise RuntimeError("the runner ended badly")


class Tour:
    """All operations in one language; `seen` are those that did as told."""

    def __init__(self, language, runner, url):
        self.language = language
        self.runner = runner
        self.url = url
        self.seen = set()
        self.wrong = []

    def client(self, token=None):
        """Another program."""
        return Client(self.runner, self.url, token)

    def expect(self, what, good, said):
        """Something beside an operation."""
        if not good:
            self.wrong.append("%s: %s: %s" % (self.language, what, said))

    def call(self, client, method, _want=None, _code=None, **params):
        """One operation; its result, or what came with the error."""
        answer = client.call(method, params)
        error = answer.get("error")
        if error is None and _code is None:
            text = answer.get("result")
            result = json.loads(text) if text else None
            try:
                good = _want is None or _want(result)
            except (KeyError, IndexError, TypeError):
                good = False
        else:
            result = error
            good = (error is not None and error["status"] == "refused" and
                    error["code"] == _code and
                    error["http"]["status"] == _code and
                    (_want is None or _want(error)))
        if good:
            self.seen.add(method)
        else:
            self.wrong.append("%s: %s: %s" % (self.language, method, answer))
        return result


def registration(agent, endpoint):
    """All that an agent says of itself."""
    return {
        "name": "Scanner", "agent_id": agent, "agent_type": "security",
        "endpoint": endpoint, "version": "1.0.0",
        "context_brief": "Finds known flaws in container images.",
        "capabilities": ["vulnerability_scan"], "owner": "Example",
        "public_key": "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4",
        "metadata": {"region": "eu", "cores": 8, "load": 0.5, "spare": False,
                     "tags": ["a", 1, None]},
        "requirements": {"minimum_memory_mb": 512},
        "communication_mode": "remote"}


def tour_public(tour):
    """What anybody may ask."""
    anybody = tour.client()
    call = tour.call
    call(anybody, "health.get", lambda said: said["status"] == "degraded")
    call(anybody, "system.root")
    call(anybody, "system.root_options")
    call(anybody, "dashboard.page",
         lambda page: "<html" in page.lower() and len(page) > 1000)
    call(anybody, "wellknown.jwks", lambda said: said["keys"] == [])
    call(anybody, "wellknown.jwks_options")
    call(anybody, "wellknown.configuration",
         lambda said: any(key.endswith("_supported") for key in said))
    call(anybody, "wellknown.configuration_options")
    call(anybody, "public.info")
    call(anybody, "public.stats")
    call(anybody, "public.agent_types")
    call(anybody, "security.health")
    call(anybody, "agents.heartbeat", _code=401, path={"agent_id": "a"})
    tour.seen.discard("agents.heartbeat")
    anybody.close()


def tour_agent(tour, agent, key, endpoint):
    """The whole life of one."""
    one = tour.client()
    call = tour.call
    path = {"agent_id": agent}
    wanted = call(one, "auth.request_temp_token",
                  lambda said: said["temp_token"],
                  body={"agent_id": agent, "agent_type": "security",
                        "agent_key": key})
    one.close()
    # The token of a reply of register is used by itself from then on.
    one = tour.client(wanted["temp_token"])
    call(one, "agents.register", lambda said: said["access_token"],
         headers={}, body=registration(agent, endpoint))
    call(one, "agents.heartbeat", lambda said: said["agent_id"] == agent,
         path=path)
    call(one, "agents.update_metrics", path=path,
         body={"success_rate": 0.98, "avg_response_time": 1.5})
    call(one, "agents.get_metrics", lambda said: said["success_rate"] == 0.98,
         path=path)
    mine = registration(agent, endpoint)
    call(one, "agents.get",
         lambda said: (said["metadata"] == mine["metadata"] and
                       said["requirements"]["minimum_memory_mb"] == 512),
         path=path, query={"include_metrics": True})
    call(one, "agents.list", lambda said: len(said) == 1,
         query={"agent_type": "security", "capabilities":
                ["vulnerability_scan"]})
    call(one, "agents.search", body={"query": "flaws in images", "top_k": 3})
    call(one, "agents.search_get", query={"query": "flaws & images",
                                          "capabilities": ["aa", "bb"]})
    call(one, "agents.report_metrics", path=path,
         query={"response_time": 0.25, "success": True})
    call(one, "agents.report_metrics_compat", path=path,
         query={"response_time": 0.5})
    call(one, "agents.notify_connection", path=path,
         body={"agent_id": agent, "agent_endpoint": endpoint})
    # Ids with slashes, percent signs and letters of others.
    for odd in ("a/b", "50%25", "ä €", "?x#y", "a b"):
        call(one, "agents.get", _code=404, path={"agent_id": odd}, query={})
    tour_watchers(tour, agent)
    tour_proofs(tour, one, agent)
    return one


def tour_watchers(tour, agent):
    """What people see of it."""
    anybody = tour.client()
    call = tour.call
    call(anybody, "public.discover",
         lambda said: said[0]["agent_id"] == agent,
         query={"limit": 5, "offset": 0})
    call(anybody, "public.search", body={"query": "flaws in images"})
    call(anybody, "public.get_agent", lambda said: said["agent_id"] == agent,
         path={"agent_id": agent})
    call(anybody, "public.connect", path={"agent_id": agent},
         body={"user_id": "u1", "user_endpoint": "http://127.0.0.1:9/u"})
    anybody.close()


def tour_proofs(tour, one, agent):
    """What is switched off at a server as it comes is refused as such."""
    call = tour.call
    call(one, "tokens.validate")
    call(one, "security.sbom_verify", _code=501, headers={},
         body={"agent_id": agent, "sbom_content": "{}"})
    call(one, "security.container_scan", _code=501, headers={},
         body={"agent_id": agent, "image": "example/scanner:1.0.0"})
    call(one, "security.attestation_challenge", _code=501,
         body={"agent_id": agent})
    call(one, "security.attestation_verify", _code=501,
         body={"agent_id": agent, "challenge_id": "att_0", "nonce": "n"})
    call(one, "security.attestation_status", _code=501,
         path={"agent_id": agent})


def tour_admin(tour):
    """Who logs in has a session that hangs on its fingerprint."""
    boss = tour.client()
    call = tour.call
    call(boss, "auth.login", lambda said: said["access_token"],
         headers=FINGERPRINT, body=server.ADMIN)
    for method in ("agents.stats", "auth.session_status", "auth.pin_status",
                   "dashboard.get_config", "health.detailed", "health.config",
                   "health.redis", "health.azure"):
        call(boss, method, lambda said, method=method:
             method != "auth.session_status" or said["expires"] > 1.7e9,
             headers=FINGERPRINT,
             **({"query": {}} if method == "dashboard.get_config" else {}))
    call(boss, "dashboard.set_config", headers=FINGERPRINT,
         body={"ui": {"refreshInterval": 60}})
    call(boss, "system.metrics", lambda text: "# HELP" in text,
         headers=FINGERPRINT)
    call(boss, "auth.set_pin", headers=FINGERPRINT, body={"pin": "73915"})
    call(boss, "auth.verify_pin", headers=FINGERPRINT, body={"pin": "73915"})
    minted = call(boss, "tokens.mint", headers=FINGERPRINT,
                  body={"user_id": "user_1", "agent_id": "agent_1",
                        "scopes": [], "role": "agent"})
    call(boss, "agents.stats", _code=401,
         headers={"X-Client-Fingerprint": "f-2"})
    call(boss, "auth.logout", headers=FINGERPRINT)
    boss.close()
    other = tour.client(minted["access_token"] if minted else "none")
    call(other, "tokens.validate_query", query={"token": "none"})
    call(other, "tokens.refresh", lambda said: said["access_token"])
    other.close()
    scraper = tour.client(server.SCRAPE)
    call(scraper, "system.scrape", lambda text: "# HELP" in text)
    scraper.close()


def tour_roles(tour, agent, key, endpoint):
    """One client with all tokens, each shown where it belongs."""
    one = tour.client()
    call = tour.call
    answer = one.call("agents.register", {
        "headers": {}, "body": registration(agent, endpoint),
        "login": {"body": {"agent_id": agent, "agent_type": "security",
                           "agent_key": "short"}}})
    tour.expect("a login that cannot be sent",
                answer.get("error", {}).get("path") ==
                "params.login.body.agent_key", answer)
    call(one, "agents.register", lambda said: said["access_token"],
         headers={}, body=registration(agent, endpoint),
         login={"body": {"agent_id": agent, "agent_type": "security",
                         "agent_key": key}})
    call(one, "agents.heartbeat", path={"agent_id": agent})
    call(one, "auth.login", headers={}, body=server.ADMIN)
    call(one, "agents.stats", headers={})
    call(one, "agents.get", path={"agent_id": agent}, query={})
    for role in ("temp", "agent", "admin"):
        said = one.holds(role).split()
        tour.expect("what is said of " + role,
                    said[0] == "yes" and int(said[1]) > 1.7e9, said)
    call(one, "auth.logout", headers={})
    tour.expect("a logout", one.holds("admin") == "no 0", one.holds("admin"))
    call(one, "agents.stats", _code=401, headers={})
    call(one, "agents.heartbeat", path={"agent_id": agent})
    tour.expect("a token is set", one.token("scrape", server.SCRAPE) == "", "")
    call(one, "system.scrape", lambda text: "# HELP" in text)
    call(one, "agents.unregister", path={"agent_id": agent})
    one.close()


def tour_phases(tour, agent, key, endpoint):
    """A server that looks at an agent before it takes it."""
    call = tour.call
    one = tour.client()
    wanted = call(one, "auth.request_temp_token",
                  body={"agent_id": agent, "agent_type": "security",
                        "agent_key": key})
    one.close()
    one = tour.client(wanted["temp_token"])
    begun = call(one, "auth.validate_compliance",
                 lambda said: said["validation_id"], headers={},
                 body={"agent_id": agent, "agent_type": "security",
                       "endpoint": endpoint,
                       "capabilities": ["vulnerability_scan"]})
    status = {"status": "pending"}
    for _ in range(60):
        status = call(one, "auth.validation_status",
                      path={"validation_id": begun["validation_id"]})
        if status["status"] != "pending":
            break
        time.sleep(0.25)
    one.close()
    one = tour.client(status.get("validated_token") or "none")
    call(one, "agents.register", lambda said: said["access_token"],
         headers={}, body=registration(agent, endpoint))
    call(one, "agents.heartbeat", path={"agent_id": agent})
    one.close()


def take(language, runner, program):
    """All of it, against servers of its own."""
    running = server.Server(program)
    tour = Tour(language, runner, running.url)
    agent = "scanner-1"
    try:
        tour_public(tour)
        one = tour_agent(tour, agent, server.KEYS[0],
                         agents.listen(agent))
        tour_admin(tour)
        tour.call(one, "agents.unregister",
                  lambda said: said["status"] == "success",
                  path={"agent_id": agent})
        one.close()
        tour_roles(tour, "scanner-2", server.KEYS[1],
                   agents.listen("scanner-2"))
    finally:
        running.stop()
    running = server.Server(program, ARCP_TPR="true",
                            ARCP_TPR_ENDPOINT_VALIDATION="false")
    tour.url = running.url
    try:
        tour_phases(tour, agent, server.KEYS[1], agents.listen(agent))
    finally:
        running.stop()
    return tour


def operations():
    """Their names, as the schema has them."""
    found = []
    with open(os.path.join(ROOT, "schemas", "arcp.yaml")) as file:
        rest = file.read().split("\nrest:\n")[1].split("\nmessages:\n")[0]
    for line in rest.splitlines():
        if line.startswith("  ") and line[2].isalpha() and line.endswith(":"):
            found.append(line.strip()[:-1])
    return found


def read_table(page):
    """The page, and in it the languages and the rows of the table."""
    with open(page) as file:
        lines = file.read().splitlines()
    first = next(i for i, line in enumerate(lines)
                 if line.startswith("| operation |"))
    last = first
    while last < len(lines) and lines[last].startswith("|"):
        last += 1
    cells = [[cell.strip() for cell in line.strip("|").split("|")]
             for line in lines[first:last]]
    rows = {row[0].strip("`"): row[1:] for row in cells[2:]}
    return lines, first, last, cells[0][1:], rows


def compare_table(tours, names):
    """What the page says otherwise than was seen."""
    page = os.path.join(ROOT, "docs", "rest.md")
    lines, first, last, languages, rows = read_table(page)
    wrong = []
    updates = os.environ.get("BELL_UPDATE_GOLDEN") == "1"
    table = {name: list(rows.get(name, ["?"] * len(languages)))
             for name in names}
    for tour in tours:
        column = [each.lower() for each in languages].index(tour.language)
        if not updates and all(row[column] == "?" for row in rows.values()):
            continue  # the page says nothing of it yet
        for name in names:
            seen = "yes" if name in tour.seen else "no"
            if table[name][column] != seen or name not in rows:
                wrong.append("docs/rest.md: %s, %s: %s was seen" %
                             (name, tour.language, seen))
            table[name][column] = seen
    wrong += ["docs/rest.md: there is no operation " + name
              for name in rows if name not in table]
    if updates:
        lines[first + 2:last] = ["| `%s` | %s |" % (name, " | ".join(row))
                                 for name, row in table.items()]
        with open(page, "w") as file:
            file.write("\n".join(lines) + "\n")
        return []
    return wrong


def main():
    program = server.find(ROOT)
    if program is None:
        print("SKIPPED: no ARCP; scripts/setup.sh --arcp installs one")
        sys.exit(77)
    tours = [take(*word.split("=", 1), program) for word in sys.argv[1:]]
    names = operations()
    print("| operation | %s |" % " | ".join(each.language for each in tours))
    print("|---|%s" % ("---|" * len(tours)))
    for name in names:
        print("| %s | %s |" % (name, " | ".join(
            "yes" if name in tour.seen else "no" for tour in tours)))
    wrong = [line for tour in tours for line in tour.wrong]
    wrong += compare_table(tours, names)
    for tour in tours:
        left = [name for name in names if name not in tour.seen]
        if left:
            wrong.append("%s: not seen: %s" % (tour.language, ", ".join(left)))
    for line in wrong:
        print(line, file=sys.stderr)
    if len(names) != 55:
        sys.exit("the schema has %d operations, not 55" % len(names))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
