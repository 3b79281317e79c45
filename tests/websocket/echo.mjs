// echo.mjs: an echo server on npm's ws: what comes is said again in random
// fragments, with pings between; "close CODE REASON" and "stream COUNT" do what
// they say. `node echo.mjs FOLDER-OF-PACKAGES SEED` prints its url.
import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(`${process.argv[2]}/`)("ws");
let seed = Number(process.argv[3] ?? 1);

function draw(below) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}

function say(socket, bytes, binary) {
  const pieces = draw(4);
  let at = 0;
  for (let i = 0; i < pieces; i++) {
    const end = at + draw(bytes.length - at + 1);
    socket.send(bytes.subarray(at, end), { binary, fin: false });
    if (draw(2) === 0) {
      socket.ping(`ping ${i}`);
    }
    at = end;
  }
  socket.send(bytes.subarray(at), { binary, fin: true });
}

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: 0,
  maxPayload: 128 * 1024 * 1024,
  handleProtocols: (offered) => (offered.has("echo") ? "echo" : false),
});

server.on("connection", (socket) => {
  socket.on("error", () => undefined);
  socket.on("message", (bytes, binary) => {
    const words = binary || bytes.length > 100 ? [] : `${bytes}`.split(" ");
    if (words[0] === "close") {
      socket.close(Number(words[1]), words.slice(2).join(" "));
    } else if (words[0] === "stream") {
      for (let i = 0; i < Number(words[1]); i++) {
        socket.send(`item ${i}`);
      }
    } else {
      say(socket, bytes, binary);
    }
  });
});
server.on("listening", () => {
  console.log(`ws://127.0.0.1:${server.address().port}/`);
});
