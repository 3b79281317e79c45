# responder.py: the other end of channel mode where that is a client itself: it
# is subscribed to the requests and publishes the replies. It knows no scenario.

import threading

import backend
import centrifugo
import probe

USER = "backend"
REQUESTS = "rpc.requests"
QUIET_SECONDS_MAX = 60


class Responder(threading.Thread):
    """Answers until the server is gone. While `free` is not set it takes
    requests and keeps its answers."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.line = probe.Probe(port, QUIET_SECONDS_MAX)
        self.free = threading.Event()
        self.free.set()
        self.taken = threading.Semaphore(0)
        self.correlation = None  # of the last request
        self.count = 1
        self.line.connect(centrifugo.token(USER, channels=[REQUESTS]))
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_what):
        self.free.set()
        self.line.cut()
        self.join()
        self.line.close()

    def run(self):
        try:
            while True:
                messages = self.line.next()
                if isinstance(messages, int):
                    return  # the server closed
                for message in messages:
                    self.take(message)
        except (EOFError, OSError):
            pass

    def take(self, message):
        if message == {}:
            self.line.send({})
            return
        push = message.get("push", {})
        if push.get("channel") != REQUESTS or "pub" not in push:
            return
        # Who asks is the server's word; whom to answer, the client's alone.
        asker = "user#" + push["pub"]["info"]["user"]
        request = push["pub"]["data"]
        if request.get("reply_to") != asker:
            return
        self.correlation = request["correlation_id"]
        self.taken.release()
        self.free.wait(QUIET_SECONDS_MAX)
        self.answer(asker, request)

    def answer(self, asker, request):
        method = backend.METHODS.get(request["method"])
        answer = method(request.get("params", {})) if method is not None \
            else {"error": {"code": 1001, "message": "unknown method"}}
        reply = {"correlation_id": request["correlation_id"]}
        if "error" in answer:
            reply["error"] = answer["error"]
        else:
            reply["result"] = answer.get("result", {}).get("data")
        self.count += 1
        self.line.send({"id": self.count, "publish": {
            "channel": asker, "data": reply}})
