/* http_pool.ts: the connections to one host in Node: who has one, who waits for
 * one, and which are kept for later. It knows no requests. */
import type { Socket } from "node:net";

import type { Origin } from "../seam/exchange.js";
import type { HttpOptions } from "./http.js";
import { dialHttp } from "./http_dial.js";

/** Who wants a connection. */
export interface Taker {
  /** Gets it, and gives it back with release(), or destroys its socket. */
  take(line: Line): void;
  /** There was none to be had; nothing was sent. */
  refuse(text: string): void;
}

/** For whom a connection tells what happens. */
interface User {
  read(bytes: Buffer): void;
  /** The server sends no more. */
  ended(): void;
  /** It is over; the error, if it broke. */
  broke(error: Error | undefined): void;
}

/** A connection. */
export class Line {
  readonly socket: Socket;
  user: User | undefined;
  /** Since when it is idle, and how long it may be. */
  idleAt = 0;
  idleMs = 0;
  #error: Error | undefined;
  /** Something came that nobody asked for, or the end. */
  #isSpoilt = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", (error) => {
      this.#error = error;
    });
    socket.on("end", () => {
      this.#isSpoilt = true;
      if (this.user === undefined) {
        socket.destroy();
      } else {
        this.user.ended();
      }
    });
    socket.on("close", () => {
      this.user?.broke(this.#error);
    });
    socket.on("data", (bytes: Buffer) => {
      if (this.user === undefined) {
        this.#isSpoilt = true;
        socket.destroy();
      } else {
        this.user.read(bytes);
      }
    });
    socket.resume();
  }

  get isGood(): boolean {
    return !this.#isSpoilt && !this.socket.destroyed;
  }
}

/** After two rounds what lies in a socket has been read: the first may have
 * begun before it came. */
function afterReading(run: () => void): void {
  setImmediate(() => {
    setImmediate(run);
  });
}

export class Pool {
  readonly #to: Origin;
  readonly #options: HttpOptions;
  readonly #waiting: Taker[] = [];
  /** The newest last. */
  readonly #idle: Line[] = [];
  /** Lines whose takers wait until somebody has looked. */
  readonly #taken = new Map<Taker, Line>();
  readonly #dials = new Set<{ cancel(): void }>();
  readonly #lines = new Set<Line>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(to: Origin, options: HttpOptions) {
    this.#to = to;
    this.#options = options;
  }

  ask(taker: Taker): void {
    this.#waiting.push(taker);
    this.#serve();
  }

  forget(taker: Taker): void {
    const line = this.#taken.get(taker);
    if (line !== undefined) {
      this.#taken.delete(taker);
      this.#keep(line);
      this.#serve();
      return;
    }
    const place = this.#waiting.indexOf(taker);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
    }
  }

  /** The line carried a request and its answer. `idleMs`: how long the server
   * keeps it at least. */
  release(line: Line, idleMs: number): void {
    const { idleMax } = this.#options;
    line.idleMs = Math.min(this.#options.idleMs, idleMs);
    const isWanted = this.#waiting.length > 0 || this.#idle.length < idleMax;
    if (!line.isGood || !isWanted || line.idleMs <= 0) {
      line.socket.destroy();
      return;
    }
    this.#keep(line);
    this.#serve();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    this.#taken.clear();
    for (const dial of this.#dials) {
      dial.cancel();
    }
    for (const line of this.#lines) {
      line.socket.destroy();
    }
    this.#dials.clear();
  }

  #keep(line: Line): void {
    line.idleAt = performance.now();
    line.socket.unref();
    this.#idle.push(line);
    this.#timer ??= setTimeout(() => {
      this.#expire();
    }, this.#options.idleMs).unref();
  }

  #serve(): void {
    if (this.#isClosed) {
      return;
    }
    while (this.#waiting.length > 0) {
      const line = this.#idle.pop();
      const taker = line && this.#waiting.shift();
      if (line === undefined || taker === undefined) {
        break;
      }
      this.#give(line, taker);
    }
    const { connectionsMax } = this.#options;
    while (
      this.#dials.size < this.#waiting.length &&
      this.#dials.size + this.#lines.size < connectionsMax
    ) {
      this.#dial();
    }
  }

  /** A line that was kept may be over, and nobody has looked yet. */
  #give(line: Line, taker: Taker): void {
    line.socket.ref();
    this.#taken.set(taker, line);
    afterReading(() => {
      if (this.#taken.delete(taker)) {
        this.#hand(line, taker);
      }
    });
  }

  #hand(line: Line, taker: Taker): void {
    const isOld = performance.now() - line.idleAt >= line.idleMs;
    if (line.isGood && !isOld) {
      taker.take(line);
      return;
    }
    line.socket.destroy();
    this.#waiting.unshift(taker);
    this.#serve();
  }

  #dial(): void {
    const dial = dialHttp(
      this.#to,
      this.#options,
      (socket) => {
        this.#dials.delete(dial);
        this.#add(socket);
      },
      (text) => {
        this.#dials.delete(dial);
        this.#waiting.shift()?.refuse(text);
        this.#serve();
      },
    );
    this.#dials.add(dial);
  }

  #add(socket: Socket): void {
    const line = new Line(socket);
    this.#lines.add(line);
    socket.once("close", () => {
      this.#lines.delete(line);
      const place = this.#idle.indexOf(line);
      if (place >= 0) {
        this.#idle.splice(place, 1);
      }
      this.#serve();
    });
    const taker = this.#waiting.shift();
    if (taker !== undefined) {
      taker.take(line);
    } else {
      line.idleMs = this.#options.idleMs;
      this.#keep(line);
    }
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const line of [...this.#idle]) {
      if (now - line.idleAt >= line.idleMs) {
        line.socket.destroy();
      }
    }
    const next = this.#idle.map(({ idleAt, idleMs }) => idleAt + idleMs - now);
    if (next.length > 0) {
      const wait = Math.max(1, Math.min(...next));
      this.#timer = setTimeout(() => {
        this.#expire();
      }, wait).unref();
    }
  }
}
