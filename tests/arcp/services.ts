/* services.ts: the service of a whole server, for the runner of the corpus. */
import type { Caller } from "bellpull";
import type { Service } from "bellpull/schema";

import * as arcp from "./arcp/index.js";

/** A method, whatever it takes and gives. */
export type Call = (...given: unknown[]) => Promise<unknown>;

type Api = Readonly<Record<string, Call | undefined>>;

export const services: Readonly<Record<string, Service | undefined>> = {
  arcp: arcp.service,
};

/** The methods of its APIClient, each by its name in TypeScript. */
export function makeApi(_name: string, caller: Caller): Api {
  const client = new arcp.APIClient(caller) as unknown as Record<string, Call>;
  return new Proxy(client, {
    get: (target, key) => {
      const method = typeof key === "string" ? target[key] : undefined;
      return method?.bind(target);
    },
  });
}
