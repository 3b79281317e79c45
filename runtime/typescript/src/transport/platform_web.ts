/* platform_web.ts: where the platform itself has WebSockets: browsers, Bun,
 * Deno. */
import type { Platform } from "./socket.js";
import { dialBy } from "./web_socket.js";

export const platform: Platform = {
  dial: dialBy((url) => new WebSocket(url)),
  lacks: ["headers", "origin", "proxy", "tls"],
  soon: (run) => {
    setTimeout(run, 0);
  },
  inherit: (url, settings) => [url, settings],
  wrong: () => undefined,
  wrongHeaders: () => undefined,
  debug: undefined,
};
