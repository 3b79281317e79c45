/* socket_node.ts: WebSockets in Node, by the package ws. */
import { WebSocket } from "ws";

import type { Dial, Socket } from "./socket.js";

export const dial: Dial = (url, protocol, options) =>
  new WebSocket(url, protocol, {
    maxPayload: options.messageBytesMax,
    perMessageDeflate: false,
    ...(options.origin === undefined ? {} : { origin: options.origin }),
  }) as Socket;
