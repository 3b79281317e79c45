// websocket_bench.mjs: the same as websocket_bench.c by npm's ws.
// `node websocket_bench.mjs PACKAGES serial|pipelined URL BYTES COUNT`
import { createRequire } from "node:module";

const [packages, way, url, bytes, many] = process.argv.slice(2);
const { WebSocket } = createRequire(`${packages}/`)("ws");
const window = way === "pipelined" ? 100 : 1;
const count = Number(many);
const warm = way === "serial" ? Math.floor(count / 4) + 1 : 0;
const text = "x".repeat(Number(bytes));
const socket = new WebSocket(url, { perMessageDeflate: false });
const times = [];
let sent = 0;
let got = 0;
let start = 0n;
let begun = 0n;

function fill() {
  while (sent < count + warm && sent - got < window) {
    start = process.hrtime.bigint();
    socket.send(text);
    sent++;
  }
}

socket.on("open", () => {
  begun = process.hrtime.bigint();
  fill();
});
socket.on("message", () => {
  got++;
  if (got > warm) {
    times.push(Number(process.hrtime.bigint() - start));
  }
  if (got < count + warm) {
    fill();
    return;
  }
  const elapsed = Number(process.hrtime.bigint() - begun);
  times.sort((left, right) => left - right);
  console.log(
    way === "pipelined"
      ? (count * 1e9) / elapsed
      : times[Math.floor(count / 2)] / 1e3,
  );
  socket.terminate();
});
