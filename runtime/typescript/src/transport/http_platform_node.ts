/* http_platform_node.ts: HTTP in Node, over sockets. */
import { timeline } from "./debug_node.js";
import { inheritSettings } from "./environment.js";
import type { HttpPlatform } from "./http.js";
import { NodeHttp } from "./http_node.js";
import { wrongProxy } from "./proxy.js";
import { wrongTls } from "./tls_node.js";

export const http: HttpPlatform = {
  make: (options) => new NodeHttp(options),
  lacks: [],
  wrong: ({ proxy, tls }) => wrongProxy(proxy) ?? wrongTls(tls),
  owns: [],
  soon: (run) => {
    setImmediate(run);
  },
  inherit: inheritSettings,
  get debug() {
    return timeline();
  },
};
