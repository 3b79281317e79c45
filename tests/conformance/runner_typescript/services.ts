/* services.ts: the generated clients, by the names of their services. */
import type { Caller } from "bellpull";
import type { Service } from "bellpull/schema";

import * as kinds from "./kinds/index.js";
import * as plain from "./plain/index.js";
import * as web from "./web/index.js";

/** A method, whatever it takes and gives. */
export type Call = (...given: unknown[]) => Promise<unknown>;

type Api = Readonly<Record<string, Call | undefined>>;

export const services: Readonly<Record<string, Service | undefined>> = {
  kinds: kinds.service,
  plain: plain.service,
  web: web.service,
};

/** The methods of the service's APIClient, each by its name in TypeScript. */
export function makeApi(name: string, caller: Caller): Api {
  const all = {
    kinds: kinds.APIClient,
    plain: plain.APIClient,
    web: web.APIClient,
  };
  const Client = all[name as keyof typeof all];
  const client = new Client(caller) as unknown as Record<string, Call>;
  return new Proxy(client, {
    get: (target, key) => {
      const method = typeof key === "string" ? target[key] : undefined;
      return method?.bind(target);
    },
  });
}
