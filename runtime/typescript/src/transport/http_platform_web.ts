/* http_platform_web.ts: HTTP where the platform itself has fetch: browsers,
 * Bun, Deno. */
import type { HttpPlatform } from "./http.js";
import { WebHttp } from "./http_web.js";

export const http: HttpPlatform = {
  make: (options) => new WebHttp(options),
  lacks: [
    "connectDeadlineMs",
    "connectionsMax",
    "gzip",
    "headBytesMax",
    "idleMax",
    "idleMs",
    "inflatedBytesMax",
    "proxy",
    "tls",
    "userAgent",
  ],
  wrong: () => undefined,
  owns: ["host", "user-agent", "content-length"],
  soon: (run) => {
    setTimeout(run, 0);
  },
  inherit: (settings) => [settings],
  debug: undefined,
};
