# parity_cases.py: what is said to both servers: the mock and a real
# Centrifugo. A case is a name, how its line begins, and what is sent on it.

import base64
import hashlib
import hmac
import json
import time

SECRET = b"test-hmac-secret"
LATER = 3600


# ---- Tokens ----

def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(head, claims, secret=SECRET, digest=hashlib.sha256):
    body = encode(head) + "." + encode(claims)
    return body + "." + encode(
        hmac.new(secret, body.encode(), digest).digest())


def token(alg="HS256", head=None, **claims):
    """A good one, but for what is said."""
    claims = {"sub": "42", "exp": int(time.time()) + LATER, **claims}
    claims = {key: value for key, value in claims.items()
              if value is not ...}
    head = {"alg": alg, "typ": "JWT"} if head is None else head
    return sign(json.dumps(head).encode(), json.dumps(claims).encode(),
                digest=DIGESTS.get(alg, hashlib.sha256))


DIGESTS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384,
           "HS512": hashlib.sha512}


def now(seconds=0):
    return int(time.time()) + seconds


# ---- Protobuf ----

def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def text(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def framed(*messages):
    return b"".join(varint(len(message)) + message for message in messages)


def p_connect(name, id=1):
    return framed(number(1, id) + text(4, text(1, name)))


def p_rpc(id, method, data=None):
    body = b"" if data is None else text(1, data)
    body += b"" if method is None else text(2, method)
    return framed(number(1, id) + text(13, body))


# ---- JSON ----

STATS = '"method":"tasks.get_stats","data":{"user_id":"123"}'


def rpc(inside=STATS, id=2):
    return f'{{"id":{id},"rpc":{{{inside}}}}}'


def touch(id):
    return rpc('"method":"tasks.touch","data":{"user_id":"1"}', id)


def connect(given, id=1):
    return json.dumps({"id": id, "connect": {"token": given}})


class Frame(bytes):
    """Sent as it is: whole frames, head and all."""


class Ends(list):
    """The server ends such a line at once: nothing is sent behind."""


def frame(payload=b"", first=0x81, mask=0x80, size=None):
    payload = payload.encode() if isinstance(payload, str) else payload
    length = len(payload) if size is None else size
    head = bytes([first])
    head += (bytes([mask | length]) if length < 126
             else bytes([mask | 126]) + length.to_bytes(2, "big")
             if length < 65536
             else bytes([mask | 127]) + length.to_bytes(8, "big"))
    return Frame(head + (b"\0\0\0\0" if mask else b"") + payload)


def sized(size):
    """A command that is a frame of so many bytes."""
    before = '{"id":2,"rpc":{"method":"tasks.touch","data":{"user_id":"'
    return before + "x" * (size - len(before) - 4) + '"}}}'


# Before connect: the first frame of all is the case's own.
FIRST = {
    "connect": lambda: [connect(token())],
    "connect with name, version, data, headers and subs": lambda: [json.dumps(
        {"id": 1, "connect": {"token": token(), "name": "n", "version": "v",
                              "data": {"a": 1}, "headers": {"k": "v"},
                              "subs": {}}})],
    "connect and calls in one frame": lambda: [
        connect(token()) + "\n" + rpc() + "\n" + touch(3)],
    "a failed connect and calls in one frame": lambda: [
        connect(token(exp=now(-5))) + "\n" + rpc()],
    "a wrong connect and calls in one frame": lambda: [
        connect("garbage") + "\n" + rpc()],
    "connect with id 0": lambda: [connect(token(), 0)],
    "connect with the greatest id": lambda: [connect(token(), 4294967295)],
    "connect without an id": lambda: [json.dumps(
        {"connect": {"token": token()}})],
    "connect without a token": lambda: ['{"id":1,"connect":{}}'],
    "connect, token null": lambda: ['{"id":1,"connect":{"token":null}}'],
    "connect, token empty": lambda: [connect("")],
    "connect, token a number": lambda: ['{"id":1,"connect":{"token":5}}'],
    "connect, name a number": lambda: [json.dumps(
        {"id": 1, "connect": {"token": token(), "name": 5}})],
    "connect, data null": lambda: [json.dumps(
        {"id": 1, "connect": {"token": token(), "data": None}})],
    "connect, unknown members": lambda: [json.dumps(
        {"id": 1, "connect": {"token": token(), "more": [1, {"a": None}]},
         "other": {"x": 1}})],
    "connect null": lambda: ['{"id":1,"connect":null}'],
    "connect a list": lambda: ['{"id":1,"connect":[]}'],
    "connect twice in one object": lambda: [
        '{"id":1,"connect":{},"connect":{"token":"' + token() + '"}}'],
    "rpc before connect": lambda: [rpc()],
    "send before connect": lambda: ['{"send":{"data":{}}}'],
    "pong before connect": lambda: ["{}"],
    "nonsense before connect": lambda: ["nonsense"],
    "an empty frame before connect": lambda: [""],
    "null before connect": lambda: ["null"],
}

TOKENS = {
    "token garbage": lambda: "garbage",
    "token of two parts": lambda: "a.b",
    "token of four parts": lambda: token() + ".x",
    "token, wrong signature": lambda: token()[:-6] + "AAAAAA",
    "token of another secret": lambda: sign(
        b'{"alg":"HS256"}', b'{"sub":"42"}', b"another"),
    "token HS384": lambda: token("HS384"),
    "token HS512": lambda: token("HS512"),
    "token that says HS384, signed as HS256": lambda: token(
        head={"alg": "HS384"}),
    "token none": lambda: encode(b'{"alg":"none"}') + "." +
    encode(b'{"sub":"42"}') + ".",
    "token RS256": lambda: token("RS256"),
    "token without alg": lambda: token(head={"typ": "JWT"}),
    "token, typ another": lambda: token(head={"alg": "HS256", "typ": "x"}),
    "token, alg in small letters": lambda: token(head={"alg": "hs256"}),
    "token, header unknown members": lambda: token(
        head={"alg": "HS256", "kid": "k", "x": {"y": []}}),
    "token, header no JSON": lambda: sign(b"nonsense", b'{"sub":"42"}'),
    "token, claims no JSON": lambda: sign(b'{"alg":"HS256"}', b"nonsense"),
    "token, claims a list": lambda: sign(b'{"alg":"HS256"}', b"[]"),
    "token, padded": lambda: "=.".join(token().split(".")),
    "token, no sub": lambda: token(sub=...),
    "token, sub empty": lambda: token(sub=""),
    "token, sub a number": lambda: token(sub=42),
    "token, sub null": lambda: token(sub=None),
    "token, no exp": lambda: token(exp=...),
    "token, exp 0": lambda: token(exp=0),
    "token, exp null": lambda: token(exp=None),
    "token, exp a fraction": lambda: token(exp=now(LATER) + 0.5),
    "token, exp a fraction that is over": lambda: token(exp=now(-2) + 0.5),
    "token, exp as a text": lambda: token(exp=str(now(LATER))),
    "token, exp another text": lambda: token(exp="soon"),
    "token, exp with an exponent": lambda: sign(
        b'{"alg":"HS256"}', b'{"sub":"42","exp":4.1e9}'),
    "token, exp over": lambda: token(exp=now(-5)),
    "token, exp negative": lambda: token(exp=-5),
    "token, exp far away": lambda: token(exp=now(500 * 86400)),
    "token, exp true": lambda: token(exp=True),
    "token, nbf before": lambda: token(nbf=now(-60)),
    "token, nbf to come": lambda: token(nbf=now(60)),
    "token, nbf a fraction": lambda: token(nbf=now(60) + 0.5),
    "token, nbf a text": lambda: token(nbf="x"),
    "token, iat to come": lambda: token(iat=now(600)),
    "token, iat a text": lambda: token(iat="x"),
    "token, jti a number": lambda: token(jti=5),
    "token, aud a text": lambda: token(aud="me"),
    "token, aud a list": lambda: token(aud=["me", "you"]),
    "token, aud a number": lambda: token(aud=5),
    "token, iss": lambda: token(iss="somebody"),
    "token with a channel": lambda: token(channel="news"),
    "token with an empty channel": lambda: token(channel=""),
    "token with a channel that is a number": lambda: token(channel=5),
    "token, unknown claims": lambda: token(more={"a": [1]}, info={"n": 1}),
    "token, expire_at": lambda: token(expire_at=now(100)),
    "token, expire_at 0": lambda: token(expire_at=0),
    "token, expire_at over": lambda: token(expire_at=now(-5)),
    "token, expire_at a fraction": lambda: token(expire_at=now(100) + 0.5),
}

# Behind a connect that was good.
CALLS = {
    "rpc": [rpc()],
    "rpc by binary opcode": [frame(rpc(), first=0x82)],
    "rpc, no method": [rpc('"data":{}')],
    "rpc, method empty": [rpc('"method":"","data":{}')],
    "rpc, method null": [rpc('"method":null')],
    "rpc, method a number": [rpc('"method":5')],
    "rpc, method a list": [rpc('"method":["tasks.touch"]')],
    "rpc, unknown method": [rpc('"method":"nix.gar"'), touch(3)],
    "rpc, method with a colon": [rpc('"method":"a:b"')],
    "rpc, method of a lone surrogate": [rpc(r'"method":"\ud800"'), touch(3)],
    "rpc, method with a NUL": [rpc(r'"method":"tasks\u0000x"'), touch(3)],
    "rpc, method escaped": [rpc(r'"method":"tasks\u002etouch",'
                                '"data":{"user_id":"1"}')],
    "rpc, method with a bad escape": [rpc(r'"method":"a\x"'), touch(3)],
    "rpc, method not UTF-8": [rpc('"method":"a').encode()[:-2] + b'\xff"}}',
                              touch(3)],
    "rpc, method of 2000 letters": [rpc(f'"method":"{"m" * 2000}"'), touch(3)],
    "rpc, no data": [rpc('"method":"tasks.touch"')],
    "rpc, data null": [rpc('"method":"tasks.touch","data":null')],
    "rpc, data a list": [rpc('"method":"tasks.touch","data":[]')],
    "rpc, data a text": [rpc('"method":"tasks.touch","data":"x"')],
    "rpc, data of a wrong type": [rpc(
        '"method":"tasks.get_stats","data":{"user_id":5}')],
    "rpc, an example's error": [rpc(
        '"method":"tasks.get_stats","data":{"user_id":"nobody"}')],
    "rpc, unknown members": [
        '{"id":2,"rpc":{"method":"tasks.touch","x":{"y":[1]},'
        '"data":{"user_id":"1","z":null}},"more":[{}]}'],
    "rpc, members twice": [
        '{"id":9,"id":2,"rpc":{"method":"nix","method":"tasks.touch",'
        '"data":{"user_id":"1"}}}'],
    "rpc, capitals": ['{"ID":2,"Rpc":{"METHOD":"tasks.touch",'
                      '"Data":{"user_id":"1"}}}'],
    "rpc with white space": [
        ' \t{ "id" : 2 , "rpc" : { "method" : "tasks.touch" , "data" : '
        '{"user_id":"1"} } } \r'],
    "rpc, data not UTF-8": [
        rpc('"method":"tasks.touch","data":{"user_id":"')
        .encode()[:-2] + b'\xff"}}}', touch(3)],
    "rpc, data deep": [rpc('"method":"tasks.create","data":{"title":"t",'
                           '"owner":null,"details":' + "[" * 100 + "]" * 100 +
                           "}"), touch(3)],
    "rpc, data as deep as the mock's codec goes not": [
        rpc('"method":"tasks.create","data":{"title":"t","owner":null,'
            '"details":' + "[" * 300 + "]" * 300 + "}"), touch(3)],
    "rpc with a control character": [rpc('"method":"a\tb"')],
    "rpc a number": ['{"id":2,"rpc":7}'],
    "rpc a text": ['{"id":2,"rpc":"x"}'],
    "rpc null": ['{"id":2,"rpc":null}'],
    "rpc a list": ['{"id":2,"rpc":[]}'],
    "rpc empty": ['{"id":2,"rpc":{}}'],
    "rpc without an id": ['{"rpc":{"method":"tasks.touch"}}'],
    "id 0": [rpc(id=0)],
    "id null": [rpc(id="null")],
    "id negative": [rpc(id=-1)],
    "id too great": [rpc(id=4294967296)],
    "id the greatest": [rpc(id=4294967294)],
    "id a text": [rpc(id='"2"')],
    "id with a fraction": [rpc(id="2.0")],
    "id with an exponent": [rpc(id="2e0")],
    "id with a zero before": [rpc(id="02")],
    "id true": [rpc(id="true")],
    "one id twice": [rpc() + "\n" + rpc()],
    "several commands": [rpc() + "\n" + touch(3) + "\n" + rpc(id=4)],
    "several commands, CR LF": [rpc() + "\r\n" + touch(3)],
    "several commands, a line end at the end": [rpc() + "\n" + touch(3) + "\n"],
    "two line ends at the end": [rpc() + "\n\n"],
    "a blank line between": [rpc() + "\n\n" + touch(3)],
    "a blank line first": ["\n" + rpc()],
    "a line of spaces": ["  \n" + rpc()],
    "a line end inside a command": ['{"id":2,\n"rpc":{}}'],
    "more behind a command": [rpc() + "garbage"],
    "two commands on one line": [rpc() + touch(3)],
    "two requests in one command": [
        '{"id":2,"rpc":{"method":"tasks.touch","data":{"user_id":"1"}},'
        '"refresh":{"token":""}}'],
    "the known of two requests": [
        '{"id":2,"unheard":{},"rpc":{"method":"tasks.touch",'
        '"data":{"user_id":"1"}}}'],
    "a good command, then a fatal one, then a good one": [
        rpc() + "\n{}\n" + touch(3), touch(4)],
    "a fatal command, then others": ["{}", rpc(), touch(3)],
    "connect again": [connect("x", 2)],
    "connect again, no token": ['{"id":2,"connect":{}}'],
    "an unknown command": ['{"id":2,"unheard":{}}'],
    "a command without a request": ['{"id":2}'],
    "ping": ['{"id":2,"ping":{}}'],
    "send": ['{"send":{"data":{}}}'],
    "send with an id": ['{"id":2,"send":{"data":{}}}'],
    "send null": ['{"send":null}'],
    "a pong nobody asked for": ["{}"],
    "an empty frame": [""],
    "a line end": ["\n"],
    "spaces": ["   "],
    "nonsense": ["nonsense"],
    "a number": ["7"],
    "a list": ["[]"],
    "a text": ['"x"'],
    "null": ["null"],
    "an object that does not end": ['{"id":2,"rpc":{}'],
    "a comma too many": ['{"id":2,"rpc":{},}'],
    "64 KiB": [sized(65536)],
    "64 KiB and a byte": Ends([sized(65537)]),
    "64 KiB and a byte in two pieces": Ends([
        frame("x" * 40000, first=0x01), frame("x" * 25537, first=0x80)]),
    # ---- What belongs to channels ----
    "subscribe": ['{"id":2,"subscribe":{"channel":"news"}}'],
    "subscribe, no channel": ['{"id":2,"subscribe":{}}'],
    "subscribe, channel a number": ['{"id":2,"subscribe":{"channel":5}}'],
    "unsubscribe": ['{"id":2,"unsubscribe":{"channel":"news"}}'],
    "unsubscribe, no channel": ['{"id":2,"unsubscribe":{}}'],
    "publish": ['{"id":2,"publish":{"channel":"news","data":{}}}'],
    "publish, no data": ['{"id":2,"publish":{"channel":"news"}}'],
    "publish, no channel": ['{"id":2,"publish":{"data":{}}}'],
    "presence": ['{"id":2,"presence":{"channel":"news"}}'],
    "presence, no channel": ['{"id":2,"presence":{}}'],
    "presence_stats": ['{"id":2,"presence_stats":{"channel":"news"}}'],
    "history": ['{"id":2,"history":{"channel":"news"}}'],
    "history, no channel": ['{"id":2,"history":{}}'],
    "sub_refresh": ['{"id":2,"sub_refresh":{"channel":"news","token":"x"}}'],
    "sub_refresh, no channel": ['{"id":2,"sub_refresh":{}}'],
    # ---- Frames ----
    "a frame that is not masked": Ends([frame(rpc(), mask=0)]),
    "a message in three frames": [
        frame(rpc()[:10], first=0x01), frame(rpc()[10:20], first=0x00),
        frame(rpc()[20:], first=0x80)],
    "a ping between two frames of a message": [
        frame(rpc()[:10], first=0x01), frame("p", first=0x89),
        frame(rpc()[10:], first=0x80)],
    "a ping": [frame("hello", first=0x89)],
    "a ping of 125 bytes": [frame("x" * 125, first=0x89)],
    "a ping of 126 bytes": Ends([frame("x" * 126, first=0x89)]),
    "a ping that is not final": Ends([frame("x", first=0x09)]),
    "a pong": [frame("x", first=0x8A)],
    "RSV1": Ends([frame(rpc(), first=0xC1)]),
    "RSV2": Ends([frame(rpc(), first=0xA1)]),
    "RSV3": Ends([frame(rpc(), first=0x91)]),
    "opcode 3": Ends([frame("x", first=0x83)]),
    "opcode 11": Ends([frame("x", first=0x8B)]),
    "text inside a message": Ends([frame("x", first=0x01), frame("x")]),
    "a continuation of nothing": Ends([frame("x", first=0x80)]),
    "much wrong with one frame": Ends([frame("x", first=0xF3, mask=0)]),
    "close 1000": Ends([frame(b"\x03\xe8bye", first=0x88)]),
    "close without a code": Ends([frame(b"", first=0x88)]),
    "close of one byte": Ends([frame(b"\x03", first=0x88)]),
    "close 3000": Ends([frame(b"\x0b\xb8", first=0x88)]),
    "close 1005": Ends([frame(b"\x03\xed", first=0x88)]),
    "close 999": Ends([frame(b"\x03\xe7", first=0x88)]),
    "close 5000": Ends([frame(b"\x13\x88", first=0x88)]),
    "close 1000, not UTF-8": Ends([frame(b"\x03\xe8\xff", first=0x88)]),
    "a length with a zero before": [
        Frame(b"\x81\xfe\x00\x0a\0\0\0\0" + b'{"id":2}  ')],
    "a length of 2 to 63": Ends([
        Frame(b"\x81\xff\x80\0\0\0\0\0\0\0\0\0\0\0" + b"x")]),
}

REFRESH = {
    "refresh": lambda: [f'{{"id":2,"refresh":{{"token":"{token()}"}}}}'],
    "refresh without exp": lambda: [
        f'{{"id":2,"refresh":{{"token":"{token(exp=...)}"}}}}'],
    "refresh, no token": lambda: ['{"id":2,"refresh":{}}'],
    "refresh, token empty": lambda: ['{"id":2,"refresh":{"token":""}}'],
    "refresh, token null": lambda: ['{"id":2,"refresh":{"token":null}}'],
    "refresh, token a number": lambda: ['{"id":2,"refresh":{"token":5}}'],
    "refresh, garbage": lambda: ['{"id":2,"refresh":{"token":"x"}}'],
    "refresh, expired": lambda: [
        f'{{"id":2,"refresh":{{"token":"{token(exp=now(-5))}"}}}}'],
    "refresh, another user": lambda: [
        f'{{"id":2,"refresh":{{"token":"{token(sub="7")}"}}}}'],
    "refresh, expire_at over": lambda: [
        f'{{"id":2,"refresh":{{"token":"{token(expire_at=now(-5))}"}}}}'],
    "refresh without an id": lambda: [
        f'{{"refresh":{{"token":"{token()}"}}}}'],
}

# In binary, behind a connect that was good.
BINARY = {
    "rpc": [p_rpc(2, "tasks.get_stats", '{"user_id":"123"}')],
    "rpc, no data": [p_rpc(2, "tasks.touch")],
    "rpc, no method": [p_rpc(2, None, "{}")],
    "rpc, unknown method": [p_rpc(2, "nix"), p_rpc(3, "nix")],
    "rpc, an error": [p_rpc(2, "tasks.get_stats", '{"user_id":"nobody"}')],
    "rpc, data no JSON": [p_rpc(2, "tasks.touch", "nonsense"),
                          p_rpc(3, "nix")],
    "rpc, data that would end the command": [
        p_rpc(2, "tasks.touch", '{"user_id":"1"}},"id":7,"x":{"y":1}'),
        p_rpc(3, "nix")],
    "rpc, data with line ends": [
        p_rpc(2, "tasks.touch", '{\n"user_id"\r\n:"1"\n}')],
    "rpc, data empty": [p_rpc(2, "tasks.touch", "")],
    "rpc, data not UTF-8": [p_rpc(2, "tasks.touch", b'{"user_id":"\xff"}'),
                            p_rpc(3, "nix")],
    "rpc, method not UTF-8": [p_rpc(2, b"\xff\xfe"), p_rpc(3, "nix")],
    "rpc, unknown fields": [framed(
        number(1, 2) + text(13, text(2, "tasks.touch") +
                            text(1, '{"user_id":"1"}') + text(9, "more") +
                            number(20, 7)) + text(40, "x") + number(41, 1))],
    "rpc, fields of fixed size": [framed(
        number(1, 2) + varint(50 << 3 | 5) + b"\1\2\3\4" +
        varint(51 << 3 | 1) + b"12345678" +
        text(13, text(2, "tasks.touch") + text(1, '{"user_id":"1"}')))],
    "rpc, a group": [framed(
        number(1, 2) + varint(50 << 3 | 3) + number(1, 1) +
        varint(50 << 3 | 4) + text(13, text(2, "nix")))],
    "rpc, an empty field": [framed(number(1, 2) + text(13, b""))],
    "field 0": [framed(number(0, 2) + number(1, 2) + text(13, b""))],
    "id of the wrong kind": [framed(text(1, "2") + text(13, b""))],
    "rpc of the wrong kind": [framed(number(1, 2) + number(13, 5))],
    "id twice": [framed(number(1, 9) + number(1, 2) + text(13, b""))],
    "id over 32 bits": [framed(number(1, (1 << 32) + 2) + text(13, b""))],
    "id of eleven bytes": [framed(b"\x08" + b"\xff" * 10 + b"\1")],
    "id 0": [framed(number(1, 0) + text(13, b""))],
    "no id": [framed(text(13, b""))],
    "several commands": [p_rpc(2, "nix") + p_rpc(3, "nix") +
                         p_rpc(4, "nix")],
    "a pong nobody asked for": [framed(b"")],
    "an empty frame": [b""],
    "a frame that is cut": [p_rpc(2, "nix")[:-2]],
    "a size that is too large": [b"\xff\xff\xff\x7f"],
    "a size that does not end": [b"\xff" * 12],
    "nonsense": [b"nonsense"],
    "connect again": [p_connect("x", 2)],
    "send": [framed(text(12, text(1, "{}")))],
    "ping": [framed(number(1, 2) + text(11, b""))],
    "subscribe": [framed(number(1, 2) + text(5, text(1, "news")))],
    "refresh, garbage": [framed(number(1, 2) + text(14, text(1, "x")))],
    "by text opcode": [frame(p_rpc(2, "nix"), first=0x81)],
}

UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade",
           "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}


def asked(method="GET", path="/connection/websocket", without=(), **more):
    headers = {name: value for name, value in UPGRADE.items()
               if name not in without}
    headers.update({name.replace("_", "-"): value
                    for name, value in more.items()})
    return method, path, headers


HTTP = {
    "upgrade": asked(),
    "upgrade, another path": asked(path="/elsewhere"),
    "upgrade, a query": asked(path="/connection/websocket?x=1"),
    "upgrade, binary by its query": asked(
        path="/connection/websocket?format=protobuf"),
    "upgrade, binary by its other query": asked(
        path="/connection/websocket?a=b&cf_protocol=protobuf"),
    "upgrade by POST": asked("POST"),
    "upgrade, no Upgrade": asked(without=["Upgrade"]),
    "upgrade, no Connection": asked(without=["Connection"]),
    "upgrade, Connection of two words": asked(
        Connection="keep-alive, Upgrade"),
    "upgrade, version 8": asked(Sec_WebSocket_Version="8"),
    "upgrade, no key": asked(without=["Sec-WebSocket-Key"]),
    "upgrade, key too short": asked(Sec_WebSocket_Key="AAAA"),
    "upgrade, centrifuge-json": asked(
        Sec_WebSocket_Protocol="centrifuge-json"),
    "upgrade, centrifuge-protobuf": asked(
        Sec_WebSocket_Protocol="centrifuge-protobuf"),
    "upgrade, unknown subprotocol": asked(Sec_WebSocket_Protocol="chat"),
    "upgrade, two subprotocols": asked(
        Sec_WebSocket_Protocol="chat, centrifuge-protobuf"),
    "upgrade, compression": asked(
        Sec_WebSocket_Extensions="permessage-deflate"),
    "upgrade, no Origin": asked(),
    "upgrade, an Origin that is allowed": asked(
        Origin="http://localhost:3000"),
    "upgrade, another Origin": asked(Origin="http://evil.example"),
    "upgrade, an Origin that is null": asked(Origin="null"),
}
