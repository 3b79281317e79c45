/* liar.ts: an HTTP/1.1 server on raw sockets that lies: it counts what it reads
 * and answers the bytes that it is told. */
import {
  type AddressInfo,
  createServer,
  type Server,
  type Socket,
} from "node:net";

/** What came over one connection. */
export interface Heard {
  readonly connection: number;
  /** The request line and the head's other lines. */
  readonly lines: readonly string[];
  readonly path: string;
  body: string;
  /** All of its body came. */
  whole: boolean;
}

/** What is done when the head of a request is there, or all of it. */
export interface Lie {
  /** Before the body was read. */
  readonly atHead?: (socket: Socket) => void;
  readonly answer?: (socket: Socket, heard: Heard) => void;
}

/** Breaks the connection off. */
export function reset(socket: Socket): void {
  socket.resetAndDestroy();
}

export function say(...texts: (string | Uint8Array)[]): Lie {
  return {
    answer: (socket) => {
      for (const text of texts) {
        socket.write(
          typeof text === "string" ? Buffer.from(text, "latin1") : text,
        );
      }
    },
  };
}

/** The same, one byte at a time. */
export function bytewise(text: string): Lie {
  return {
    answer: (socket) => {
      const bytes = Buffer.from(text, "latin1");
      let at = 0;
      const next = () => {
        if (at < bytes.length && !socket.destroyed) {
          socket.write(bytes.subarray(at, ++at));
          setImmediate(next);
        }
      };
      next();
    },
  };
}

/** A whole answer. */
export function ok(body = "{}", head = ""): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${head}\r\n${body}`;
}

export function sayThen(text: string, end: (socket: Socket) => void): Lie {
  return {
    answer: (socket) => {
      socket.write(Buffer.from(text, "latin1"), () => {
        setTimeout(() => {
          end(socket);
        }, 10);
      });
    },
  };
}

export class Liar {
  readonly heard: Heard[] = [];
  readonly sockets: Socket[] = [];
  /** By the path; else 200 with {}. */
  readonly lies = new Map<string, Lie>();
  readonly #server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    this.#serve(socket);
  });

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return this;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.sockets) {
      socket.destroy();
    }
  }

  /** How many requests with that path came. */
  count(path: string): number {
    return this.heard.filter((each) => each.path === path).length;
  }

  #serve(socket: Socket): void {
    const connection = this.sockets.push(socket);
    let text = "";
    let current: Heard | undefined;
    socket.on("error", () => undefined);
    socket.on("end", () => {
      socket.end();
    });
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      for (;;) {
        if (current === undefined) {
          const end = text.indexOf("\r\n\r\n");
          if (end < 0) {
            return;
          }
          const lines = text.slice(0, end).split("\r\n");
          text = text.slice(end + 4);
          const path = (lines[0] ?? "").split(" ")[1] ?? "";
          current = { connection, lines, path, body: "", whole: false };
          this.heard.push(current);
          this.#lieOf(path).atHead?.(socket);
        }
        const size = lengthOf(current.lines);
        current.body = text.slice(0, size);
        if (text.length < size) {
          return;
        }
        text = text.slice(size);
        const heard = current;
        heard.whole = true;
        current = undefined;
        this.#lieOf(heard.path).answer?.(socket, heard);
      }
    });
  }

  #lieOf(path: string): Lie {
    return this.lies.get(path) ?? say(ok());
  }
}

function lengthOf(lines: readonly string[]): number {
  const line = lines.find((each) => /^content-length:/i.test(each)) ?? "";
  return Number(line.split(":")[1] ?? 0);
}
