/* socket_browser.ts: WebSockets where the platform has them. */
import type { Dial, Socket } from "./socket.js";

export const dial: Dial = (url, protocol) =>
  new WebSocket(url, protocol) as unknown as Socket;
