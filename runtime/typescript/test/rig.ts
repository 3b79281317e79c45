/* rig.ts: a real Centrifugo on 127.0.0.1, and the backend that it asks. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SECRET = "test-hmac-secret";
const API_KEY = "test-api-key";
const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** The program, or undefined where there is none: then tests are skipped. */
export function findCentrifugo(): string | undefined {
  const named = process.env.BELLPULL_CENTRIFUGO;
  const own = join(root, "build/servers/centrifugo");
  return [named, own].find((path) => path !== undefined && existsSync(path));
}

/** What node:test is told: with CI=true a missing server is a failure. */
export const skip =
  findCentrifugo() === undefined && process.env.CI !== "true"
    ? "no Centrifugo (scripts/setup.sh --centrifugo)"
    : false;

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

export function token(claims: object): string {
  const body = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  const mac = createHmac("sha256", SECRET).update(body).digest("base64url");
  return `${body}.${mac}`;
}

export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** A request of Centrifugo's to the backend. */
export interface Asked {
  readonly method: string;
  readonly user: string;
  readonly channel: string;
  /** The params' JSON as it came. */
  readonly data: string;
}

export type Answer = (asked: Asked) => string | Promise<string>;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const piece of request) {
    body += String(piece);
  }
  return body;
}

/** The text of a member of a flat object: JSON.parse would round. */
function rawMember(body: string, name: string): string {
  const start = body.indexOf(`"${name}":`);
  return start < 0 ? "" : body.slice(start + name.length + 3, -1);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket().listen(0, "127.0.0.1", () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => {
        resolve(port);
      });
    });
  });
}

export class Rig {
  port = 0;
  /** Answers rpc; the whole answer of the proxy's contract. */
  answer: Answer = () => '{"result":{}}';
  /** Answers publications of clients. */
  publish: Answer = () => '{"result":{}}';
  #process: ChildProcess | undefined;
  #folder = "";
  readonly #changes: object;
  readonly #backend = createServer((request, response) => {
    void this.#serve(request).then((text) => {
      response.setHeader("Content-Type", "application/json").end(text);
    });
  });

  constructor(changes: object = {}) {
    this.#changes = changes;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/connection/websocket`;
  }

  async #serve(request: IncomingMessage): Promise<string> {
    const body = await bodyOf(request);
    const asked = JSON.parse(body) as Record<string, string | undefined>;
    const answer = request.url === "/publish" ? this.publish : this.answer;
    return answer({
      method: asked.method ?? "",
      user: asked.user ?? "",
      channel: asked.channel ?? "",
      data: rawMember(body, "data"),
    });
  }

  async open(): Promise<this> {
    const backend = `http://127.0.0.1:${await listen(this.#backend)}`;
    this.#folder = await mkdtemp(join(tmpdir(), "bell-"));
    const config = join(this.#folder, "config.json");
    const settings = {
      address: "127.0.0.1",
      usage_stats_disable: true,
      health: true,
      api_key: API_KEY,
      token_hmac_secret_key: SECRET,
      client_concurrency: 16,
      allow_user_limited_channels: true,
      allow_publish_for_client: true,
      proxy_rpc_endpoint: `${backend}/rpc`,
      proxy_rpc_timeout: "10s",
      proxy_publish: true,
      proxy_publish_endpoint: `${backend}/publish`,
      proxy_publish_timeout: "10s",
      ...this.#changes,
    };
    await writeFile(config, JSON.stringify(settings));
    for (let tries = 0; ; tries++) {
      this.port = await freePort();
      try {
        await this.start();
        return this;
      } catch (error) {
        // Somebody else may have taken the port meanwhile.
        if (tries === 4) {
          throw error;
        }
      }
    }
  }

  /** Starts the server on its port, also after stop(). */
  async start(): Promise<void> {
    const config = join(this.#folder, "config.json");
    const program = findCentrifugo() ?? "centrifugo";
    const environment = Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !name.startsWith("CENTRIFUGO_"),
      ),
    );
    const child = spawn(program, ["-c", config, "-p", String(this.port)], {
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      let said = "";
      child.stderr.on("data", (text: Buffer) => {
        said += text.toString();
        if (said.includes("serving websocket")) {
          resolve();
        }
      });
      child.once("exit", () => {
        reject(new Error(`centrifugo ended: ${said}`));
      });
    });
  }

  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null) {
      return;
    }
    await new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill(signal);
    });
  }

  async close(): Promise<void> {
    await this.stop();
    await new Promise((resolve) => {
      this.#backend.close(resolve);
      this.#backend.closeAllConnections();
    });
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Calls the server's API. */
  async api(method: string, body: object): Promise<void> {
    await fetch(`http://127.0.0.1:${this.port}/api/${method}`, {
      method: "POST",
      headers: { "X-API-Key": API_KEY },
      body: JSON.stringify(body),
    });
  }
}
