/* services.ts: the generated clients, by the names of their services. */
import type { CentrifugoRPCClient } from "bellpull";
import type { Service } from "bellpull/schema";

import * as kinds from "./kinds/index.js";
import * as plain from "./plain/index.js";

/** A method, whatever it takes and gives. */
export type Call = (...given: unknown[]) => Promise<unknown>;

type Api = Readonly<Record<string, Call | undefined>>;

export const services: Readonly<Record<string, Service | undefined>> = {
  kinds: kinds.service,
  plain: plain.service,
};

/** The methods of the service's APIClient, each by its name in TypeScript. */
export function makeApi(name: string, rpc: CentrifugoRPCClient): Api {
  const Client = name === "kinds" ? kinds.APIClient : plain.APIClient;
  const client = new Client(rpc) as unknown as Record<string, Call>;
  return new Proxy(client, {
    get: (target, key) => {
      const method = typeof key === "string" ? target[key] : undefined;
      return method?.bind(target);
    },
  });
}
