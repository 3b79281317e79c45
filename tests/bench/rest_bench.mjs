// rest_bench.mjs: the same as rest_raw.c by Node's http and https with an Agent,
// or by its fetch.
// `node rest_bench.mjs http|fetch URL CONNECTIONS COUNT BODY`
import http from "node:http";
import https from "node:https";

const [library, url, lines, many, body] = process.argv.slice(2);
const connections = Number(lines);
const count = Number(many);
const warm = 200;
const secure = url.startsWith("https:");
const headers = {
  Accept: "application/json",
  Authorization: "Bearer abcdefghijklmnopqrstuvwxyz0123456789",
  "Content-Type": "application/json",
};
const module = secure ? https : http;
const agent = new module.Agent({
  keepAlive: true,
  maxSockets: connections,
  rejectUnauthorized: false,
});
const options = {
  method: "POST",
  agent,
  headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
};

function byHttp() {
  return new Promise((resolve, reject) => {
    const request = module.request(`${url}/echo`, options, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve(Buffer.concat(parts)));
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function byFetch() {
  const answer = await fetch(`${url}/echo`, { method: "POST", headers, body });
  return answer.text();
}

const exchange = library === "fetch" ? byFetch : byHttp;

async function run(total) {
  let started = 0;
  const one = async () => {
    while (started < total) {
      started++;
      await exchange();
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
}

await run(warm);
const wall = process.hrtime.bigint();
const cpu = process.cpuUsage();
await run(count);
const spent = process.cpuUsage(cpu);
console.log(
  Number(process.hrtime.bigint() - wall) / 1e3 / count,
  (spent.user + spent.system) / count,
);
process.exit(0);
