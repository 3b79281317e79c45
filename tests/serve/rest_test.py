#!/usr/bin/env python3
# rest_test.py: `bellpull serve` as a server of REST: routes, parts of requests,
# who may ask, and what goes wrong on demand.
#
#   rest_test.py BELLPULL

import base64
import hashlib
import hmac
import http.client
import json
import os
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "live"))
from line import Line, Server  # noqa: E402
from probe import Probe  # noqa: E402

BELLPULL = sys.argv[1]

SCHEMA = r"""
bellpull: 1
service: shop
types:
  Colour: {enum: [red, green], closed: true}
  Item: {fields: {id: string, count?: int32, note?: string | null}}
  Problem: {fields: {detail: string, field?: string}}
rpc:
  ring: {result: int64, examples: [{result: 7}]}
rest:
  items.get:
    GET: "/items/{item_id}"
    result: Item
    errors: {404: {name: no_item, data: Problem}, 410: gone for good}
    examples:
      - {result: {id: any}}
      - {path: {item_id: a/b}, result: {id: slash}}
      - {path: {item_id: lost},
         error: {code: 404, message: lost, data: {detail: lost, field: id}}}
      - {path: {item_id: old}, error: {code: 410}}
  items.best: {GET: /items/best, result: Item, examples: [{result: {id: best}}]}
  items.file: {GET: "/items/{item_id}.json", result: json,
               examples: [{result: 1}, {path: {item_id: a.json}, result: 2}]}
  parts.get: {GET: "/items/{item_id}/x-{part}-{rest}", result: json,
              examples: [{result: 0},
                         {path: {item_id: i, part: p, rest: q-r}, result: 1}]}
  items.search:
    GET: /items
    query: {text: string, size?: {type: int32, max: 50}, tags?: 'string[]',
            numbers?: 'int64[]', flag?: bool, colour?: Colour, at?: datetime,
            price?: {type: decimal, as: number},
            wait?: {type: duration, unit: s}}
    headers: {trace?: {type: string, wire: X-Trace},
              version?: {type: int32, wire: X-Version}}
    result: json
    examples:
      - {result: other}
      - {query: {text: 'a b&ü', size: 5, tags: [x, 'y,z'], numbers: [1, -2],
                 flag: true, colour: red, at: 2024-02-29T10:00:00Z,
                 price: 1.50, wait: 1.5},
         headers: {X-Trace: t 1, X-Version: 7}, result: all}
  items.create: {POST: /items, body: {name: string, count?: int32},
                 result: Item,
                 examples: [{result: {id: new}},
                            {body: {name: n, count: 1}, result: {id: n1}}]}
  items.remove: {DELETE: "/items/{item_id}"}
  me: {GET: /me, auth: bearer, result: Item}
  metrics: {GET: /metrics, result: text, examples: [{result: "a \"b\"\nü\n"}]}
  encoded: {GET: /a%20b/~c, result: int64, examples: [{result: 1}]}
"""


def token(secret, expires):
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")
    head = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(
        json.dumps({"sub": "42", "exp": int(expires)}).encode())
    sign = hmac.new(secret.encode(), head, hashlib.sha256).digest()
    return (head + b"." + part(sign)).decode()


class Rest(unittest.TestCase):
    options = []

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.server = self.serve(*self.options)
        self.line = None

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def serve(self, *options, schema=SCHEMA):
        server = Server(BELLPULL, self.write("shop.yaml", schema), *options)
        self.addCleanup(server.close)
        return server

    def ask(self, verb, target, body=None, server=None, **headers):
        """Status, headers and body of the answer."""
        server = server or self.server
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        line.request(verb, target, body, {name.replace("_", "-"): value
                                          for name, value in headers.items()})
        reply = line.getresponse()
        data = reply.read()
        line.close()
        return reply.status, reply.headers, data

    def value(self, verb, target, *rest, **headers):
        status, head, data = self.ask(verb, target, *rest, **headers)
        self.assertEqual(200, status, data)
        self.assertEqual("application/json", head["Content-Type"])
        return json.loads(data)

    def problem(self, status, *asked, **headers):
        got, head, data = self.ask(*asked, **headers)
        self.assertEqual(status, got, data)
        self.assertEqual("application/problem+json", head["Content-Type"])
        told = json.loads(data)
        self.assertEqual(status, told["status"])
        return told


class Routes(Rest):
    def test_the_route_that_says_most_is_meant(self):
        for target, want in (("/items/best", "best"), ("/items/worst", "any"),
                             ("/items/bes%74", "best"),
                             ("/items/best%2F", "any"),
                             ("/items/a%2Fb", "slash"),
                             ("/items/a%2fb", "slash"),
                             ("/items/best?x=1", "best")):
            self.assertEqual(want, self.value("GET", target)["id"], target)

    def test_text_around_parameters(self):
        for target, want in (("/items/a.json", 1), ("/items/a.json.json", 2),
                             ("/items/i/x-p-q-r", 1), ("/items/i/x-p-q", 0),
                             ("/a%20b/~c", 1), ("/%61%20%62/%7Ec", 1)):
            self.assertEqual(want, self.value("GET", target), target)

    def test_no_such_endpoint(self):
        for target in ("/", "/items/", "/items/a/b", "/items/i/x-p-",
                       "/items/i/x--q", "/Items/a", "/nothing", "/items//x-p-q",
                       "/items%2Fa"):
            self.problem(404, "GET", target)

    def test_another_verb(self):
        for verb, target, allow in (
                ("POST", "/items/a", "GET, DELETE"),
                ("PUT", "/items", "GET, POST"),
                ("get", "/metrics", "GET"), ("OPTIONS", "/me", "GET")):
            status, head, _ = self.ask(verb, target)
            self.assertEqual((405, allow), (status, head["Allow"]), target)

    def test_head_is_get_without_a_body(self):
        status, head, data = self.ask("HEAD", "/items/best")
        self.assertEqual((200, "13", b""),
                         (status, head["Content-Length"], data))

    def test_hostile_paths_take_no_time(self):
        for target in ("/items/i/x-" + "-" * 8000,
                       "/items/" + ".json" * 3000 + "x",
                       "/items/i/x-" + "a-" * 4000 + "/"):
            self.ask("GET", target)
        self.assertEqual("best", self.value("GET", "/items/best")["id"])

    def test_one_port_for_all(self):
        probe = Probe(self.server.port)
        self.addCleanup(probe.close)
        probe.send({"id": 1, "connect": {}})
        probe.next()
        for method, want in (("ring", {"id": 2, "rpc": {"data": 7}}),
                             ("items.best", {"id": 2, "error": {
                                 "code": 404, "message": "method not found"}})):
            probe.send({"id": 2, "rpc": {"method": method}})
            self.assertEqual([want], probe.next())
        self.assertTrue(self.server.said.startswith("listening on ws://"))
        self.assertEqual(f"listening on http://127.0.0.1:{self.server.port}/\n",
                         self.server.process.stdout.readline())

    def test_endpoints_alone(self):
        schema = SCHEMA.replace("rpc:\n  ring: {result: int64, "
                                "examples: [{result: 7}]}\n", "")
        server = self.serve(schema=schema)
        self.assertTrue(server.said.startswith("listening on http://"))
        self.problem(404, "GET", "/connection/websocket", server=server)

    def test_a_line_is_used_again_and_in_order(self):
        line = Line(self.server.port)
        self.addCleanup(line.socket.close)
        line.write(b"GET /items/best HTTP/1.1\r\nHost: x\r\n\r\n"
                   b"GET /a%20b/~c HTTP/1.1\r\nHost: x\r\n\r\n")
        data = b""
        while data.count(b"HTTP/1.1 200") < 2 or not data.endswith(b"1"):
            data += line.socket.recv(4096)
        self.assertLess(data.index(b'"best"'), data.rindex(b"HTTP/1.1 200"))


class Parts(Rest):
    def test_every_kind_of_parameter(self):
        target = ("/items?text=a+b%26%C3%BC&size=5&tags=x&tags=y%2Cz&numbers=1"
                  "&numbers=-2&flag=true&colour=red&unknown=1&price=1.50"
                  "&wait=1.5"
                  "&at=2024-02-29T12%3A00%3A00%2B02%3A00")
        self.assertEqual("all", self.value("GET", target, X_Trace="t 1",
                                           x_version="7"))
        self.assertEqual("other", self.value("GET", target, X_Trace="t 2",
                                             x_version="7"))

    def test_what_does_not_fit_is_told_with_its_path(self):
        for target, path in (
                ("/items", "params.query.text"),
                ("/items?text=x&size=51", "params.query.size"),
                ("/items?text=x&size=5.5", "params.query.size"),
                ("/items?text=x&size=", "params.query.size"),
                ("/items?text=x&size=[1]", "params.query.size"),
                ("/items?text=x&size=null", "params.query.size"),
                ("/items?text=x&size=1,%22flag%22:true", "params.query.size"),
                ("/items?text=x&flag=1", "params.query.flag"),
                ("/items?text=x&colour=blue", "params.query.colour"),
                ("/items?text=x&numbers=1&numbers=y",
                 "params.query.numbers[1]"),
                ("/items?text=x&at=soon", "params.query.at")):
            told = self.problem(422, "GET", target)
            self.assertEqual(path, told["path"], target)
            self.assertTrue(told["detail"].startswith(path + ": "), told)
            self.assertNotIn("(byte", told["detail"])
        told = self.problem(422, "GET", "/items?text=x", X_Version="a")
        self.assertEqual("params.headers.X-Version", told["path"])

    def test_texts_that_look_like_json_are_texts(self):
        for text in ("5", "true", "null", "%22", "%5B1%5D", "", "%FF"):
            self.assertEqual("other", self.value("GET", "/items?text=" + text))

    def test_a_body_is_read_as_its_type(self):
        self.assertEqual("n1", self.value(
            "POST", "/items", '{"count": 1e0, "name": "n"}')["id"])
        self.assertEqual("new", self.value(
            "POST", "/items", '{"name":"m"}')["id"])
        for body, path in (('{"name":1}', "params.body.name"),
                           ("{}", "params.body.name"), ("[]", "params.body"),
                           (None, "params.body"), ("null", "params.body")):
            told = self.problem(422, "POST", "/items", body)
            self.assertEqual(path, told["path"], body)
        for body in ('{"name":', "}", '{"name":"n"} x', '","x":{}'):
            self.problem(400, "POST", "/items", body)

    def test_results(self):
        status, head, data = self.ask("DELETE", "/items/a")
        self.assertEqual((204, b""), (status, data))
        self.assertEqual({}, dict(head))
        status, head, data = self.ask("GET", "/metrics")
        self.assertEqual((200, "text/plain; charset=utf-8", 'a "b"\nü\n'),
                         (status, head["Content-Type"], data.decode()))

    def test_errors_of_examples(self):
        status, head, data = self.ask("GET", "/items/lost")
        self.assertEqual(404, status)
        self.assertEqual({"detail": "lost", "field": "id"}, json.loads(data))
        self.assertEqual("gone for good",
                         self.problem(410, "GET", "/items/old")["detail"])


class Access(Rest):
    options = ["--secret", "s", "--allow-origin", "http://page.invalid"]

    def test_a_token_is_wanted(self):
        for words in (None, "", "Basic x", "Bearer", "Bearer ",
                      "Bearer " + token("other", time.time() + 60),
                      "Bearer " + token("s", time.time() - 60)):
            headers = {"Authorization": words} if words is not None else {}
            self.problem(401, "GET", "/me", **headers)
            self.assertEqual("Bearer", self.ask(
                "GET", "/me", **headers)[1]["WWW-Authenticate"])
        good = token("s", time.time() + 60)
        self.value("GET", "/me", Authorization="Bearer " + good)
        self.value("GET", "/me", Authorization="bearer " + good)

    def test_any_token_is_good_without_a_secret(self):
        server = self.serve()
        self.problem(401, "GET", "/me", server=server)
        self.assertEqual(200, self.ask("GET", "/me", server=server,
                                       Authorization="Bearer x")[0])

    def test_pages(self):
        self.problem(403, "GET", "/items/best", Origin="http://other.invalid")
        page = {"Origin": "http://page.invalid"}
        status, head, _ = self.ask("GET", "/items/best", **page)
        self.assertEqual((200, page["Origin"]),
                         (status, head["Access-Control-Allow-Origin"]))
        status, head, _ = self.ask(
            "OPTIONS", "/items", Access_Control_Request_Method="POST",
            Access_Control_Request_Headers="content-type", **page)
        self.assertEqual((204, "GET, POST", "content-type"), (
            status, head["Access-Control-Allow-Methods"],
            head["Access-Control-Allow-Headers"]))


class Wrong(Rest):
    def test_faults(self):
        server = self.serve(
            "--fault", "items.best=error:429:slow down@1",
            "--fault", "items.best=error@1", "--fault", "items.best=drop@1",
            "--fault", "items.best=close@1",
            "--fault", "items.best=wrong-type@1",
            "--fault", "items.best=late:50ms")
        told = self.problem(429, "GET", "/items/best", server=server)
        self.assertEqual("slow down", told["detail"])
        self.problem(503, "GET", "/items/best", server=server)
        for _ in range(2):
            with self.assertRaises((http.client.HTTPException, OSError)):
                self.ask("GET", "/items/best", server=server)
        self.assertNotEqual({"id": "best"}, json.loads(
            self.ask("GET", "/items/best", server=server)[2]))
        begun = time.monotonic()
        self.ask("GET", "/items/best", server=server)
        self.assertGreaterEqual(time.monotonic() - begun, 0.05)

    def test_an_answer_that_is_cut(self):
        server = self.serve("--fault", "items.best=cut-frame:20")
        line = Line(server.port)
        self.addCleanup(line.socket.close)
        line.write(b"GET /items/best HTTP/1.1\r\nHost: x\r\n\r\n")
        data = b""
        while more := line.socket.recv(4096):
            data += more
        self.assertEqual(b"HTTP/1.1 200 OK\r\nCon", data)

    def test_an_answer_that_comes_twice(self):
        server = self.serve("--fault", "items.best=duplicate")
        line = Line(server.port)
        self.addCleanup(line.socket.close)
        line.write(b"GET /items/best HTTP/1.1\r\nHost: x\r\n\r\n")
        data = b""
        while data.count(b'{"id":"best"}') < 2:
            data += line.socket.recv(4096)

    def test_a_script_and_a_record(self):
        script = self.write("script.yaml", """
- {method: items.get, params: {path: {item_id: a}}, result: {id: first}}
- {method: items.create, error: {code: 409, message: taken}}
- {method: items.search, params: {query: {text: x}}, result: said,
   times: always}
""")
        record = os.path.join(self.folder.name, "record")
        server = self.serve("--script", script, "--record", record)
        for want in ("first", "any"):
            self.assertEqual(want, self.value(
                "GET", "/items/a", server=server)["id"])
        self.assertEqual("taken", self.problem(
            409, "POST", "/items", '{"name":"n"}', server=server)["detail"])
        self.assertEqual("said", self.value(
            "GET", "/items?text=x", server=server))
        self.assertEqual(0, server.end())
        with open(record, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        self.assertEqual(["items.get", "items.get", "items.create",
                          "items.search"], [one["method"] for one in lines])
        self.assertEqual({"path": {"item_id": "a"}}, lines[0]["params"])
        self.assertEqual([1, 2, 3, 4], [one["client"] for one in lines])
        expect = self.serve("--expect", record)
        self.ask("GET", "/items/a", server=expect)
        self.assertEqual(6, expect.end())

    def test_a_script_that_is_wrong(self):
        for step, words in (
                ("{method: items.get, params: {query: {}}}", "no such part"),
                ("{method: items.get, params: {path: {item_id: 5}}}",
                 "params.path.item_id"),
                ("{method: items.gets}", "there is no such method")):
            with self.assertRaises(RuntimeError) as failed:
                self.serve("--script", self.write("script.yaml", "- " + step))
            self.assertIn(words, str(failed.exception))

    def test_a_schema_is_read_again(self):
        self.assertEqual("best", self.value("GET", "/items/best")["id"])
        self.write("shop.yaml", SCHEMA.replace("{id: best}", "{id: better}"))
        self.server.process.send_signal(1)
        while "has been read again" not in self.server.errors():
            time.sleep(0.01)
        self.assertEqual("better", self.value("GET", "/items/best")["id"])

    def test_a_proxy_serves_no_endpoint(self):
        server = self.serve("--rpc-proxy")
        self.assertEqual(405, self.ask("GET", "/items/best", server=server)[0])
        self.assertIn(b"method not found", self.ask(
            "POST", "/rpc", '{"method":"items.best"}', server=server)[2])

    def test_bad_requests(self):
        for text, status in ((b"GET /items/best HTTP/3\r\n\r\n", b"400"),
                             (b"GET items HTTP/1.1\r\n\r\n", b"400"),
                             (b"POST /items HTTP/1.1\r\nContent-Length: 1\r\n"
                              b"Content-Length: 2\r\n\r\n{}", b"400"),
                             (b"GET /items/best HTTP/1.1\r\nA: " + b"x" * 20000
                              + b"\r\n\r\n", b"431")):
            line = Line(self.server.port)
            line.write(text)
            data = line.socket.recv(4096)
            line.socket.close()
            self.assertTrue(data.startswith(b"HTTP/1.1 " + status), data)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
