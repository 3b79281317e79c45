/* environment.ts: variables that replace what is built in, in Node. Options and
 * schemas come before them. */
import type { Inheriting, Level } from "./socket.js";

const SECONDS_MOST = 1_000_000_000;
const PREFIX = "CENTRIFUGO_";
const RANKS = { error: 1, warn: 2, info: 3, debug: 4 };

const levels: Readonly<Record<string, Level>> = {
  debug: "debug",
  info: "info",
  warning: "warn",
  warn: "warn",
  error: "error",
};
const switches: Readonly<Record<string, Level>> = {
  true: "info",
  1: "info",
  false: "debug",
  0: "debug",
};

/** What they say. */
export interface Environment {
  readonly url: string | undefined;
  /** Of calls for which nobody else says one. */
  readonly deadlineMs: number | undefined;
  /** More than this is not handed to the log. */
  readonly level: Level;
  /** Of calls and good replies. */
  readonly callLevel: Level;
}

function readSeconds(text: string): number | undefined {
  const seconds = /^[0-9]+$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= SECONDS_MOST ? seconds * 1000 : undefined;
}

/** Case is of no matter; no letter beyond ASCII is folded. */
function find(
  words: Readonly<Record<string, Level>>,
  text: string,
): Level | undefined {
  const word = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

/** An empty variable says nothing.
 * @throws Error that names a variable, never its value. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): Environment {
  function read<T>(
    name: string,
    take: (text: string) => T | undefined,
    wanted: string,
  ): T | undefined {
    const text = variables[PREFIX + name] ?? "";
    const value = text === "" ? undefined : take(text);
    if (text !== "" && value === undefined) {
      throw new Error(`$${PREFIX}${name} is not ${wanted}`);
    }
    return value;
  }
  const deadlineMs = read(
    "ACK_TIMEOUT",
    readSeconds,
    "a number of seconds from 1 to 1000000000",
  );
  const level = read(
    "LOG_LEVEL",
    (text) => find(levels, text),
    "one of DEBUG, INFO, WARNING, ERROR",
  );
  const callLevel = read(
    "LOG_ALL_CALLS",
    (text) => find(switches, text),
    "true or false",
  );
  return {
    url: variables[`${PREFIX}URL`],
    deadlineMs,
    level: level ?? "debug",
    callLevel: callLevel ?? "debug",
  };
}

/** The url, and the settings with what the environment says; or with what is
 * wrong with that. */
export function inherit<Settings extends Inheriting>(
  url: string,
  settings: Settings,
): [string, Settings, string?] {
  try {
    const said = readEnvironment(process.env);
    const whole = url === "" ? (said.url ?? "") : url;
    return whole === ""
      ? [whole, settings, "url is missing (or set $CENTRIFUGO_URL)"]
      : [whole, follow(settings, said)];
  } catch (error) {
    return [url, settings, (error as Error).message];
  }
}

/** The same of settings alone. */
export function inheritSettings<Settings extends Inheriting>(
  settings: Settings,
): [Settings, string?] {
  try {
    return [follow(settings, readEnvironment(process.env))];
  } catch (error) {
    return [settings, (error as Error).message];
  }
}

function follow<Settings extends Inheriting>(
  settings: Settings,
  said: Environment,
): Settings {
  const { log, fallbackMs } = settings;
  const heard: Inheriting["log"] =
    log &&
    ((record) => {
      const level = record.level === "debug" ? said.callLevel : record.level;
      return RANKS[level] <= RANKS[said.level]
        ? log({ ...record, level })
        : undefined;
    });
  return {
    ...settings,
    log: heard,
    fallbackMs: said.deadlineMs ?? fallbackMs,
  };
}
