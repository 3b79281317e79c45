/* main.ts: an agent and what ARCP does for it, from its registration to its
 * end: what its users ask, what it tells, what an administrator sees.
 *
 *     node main.js [URL [ENDPOINT]]
 *
 * URL is the server's, http://localhost:8001 if none is given. ENDPOINT is
 * where the agent listens: the server passes on there what others want of it.
 */
import { every } from "bellpull";

import {
  type AgentRegistration,
  APIClient,
  RESTClient,
  Role,
  RPCError,
  type SearchRequest,
  type SearchResponse,
} from "./gen/typescript/arcp/index.js";

const AGENT = "my-testing-agent";

/** Says how the server refused; throws where it could not be asked. */
function report(what: string, error: unknown): void {
  if (!(error instanceof RPCError)) {
    throw error;
  }
  console.log(`${what}: refused: ${error.code} ${error.message}`);
}

// ---- What anybody may ask --------------------------------------------------

async function showServer(api: APIClient): Promise<void> {
  const { status } = await api.healthGet();
  const { service, version } = await api.systemRoot();
  const { allowed_agent_types: types } = await api.publicAgentTypes();
  console.log(`server: ${service} ${version}, ${status}`);
  console.log(`types of agents: ${types.join(", ")}`);
}

async function discover(api: APIClient): Promise<void> {
  const found = await api.publicDiscover({
    query: {
      agent_type: "testing",
      capabilities: ["data-processing"],
      limit: 10,
    },
  });
  for (const { name } of found) {
    console.log(`found: ${name}`);
  }
}

function printFound(found: readonly SearchResponse[]): void {
  for (const { name, similarity, metrics } of found) {
    console.log(`  ${name}, similarity ${(similarity ?? 0).toFixed(2)}`);
    if (metrics !== null) {
      // The search was weighted.
      const { reputation_score: reputation = 0 } = metrics;
      console.log(`    reputation ${reputation.toFixed(2)}`);
    }
  }
}

async function search(api: APIClient): Promise<void> {
  const request: SearchRequest = {
    query: "data processing and file conversion",
    top_k: 5,
    min_similarity: 0.3,
  };
  const mine = await api.agentsSearch({ body: request });
  console.log(`search: ${mine.length} agents`);
  printFound(mine);
  const any = await api.publicSearch({
    body: {
      ...request,
      capabilities: ["data-processing"],
      agent_type: "testing",
      weighted: true,
    },
  });
  console.log(`public search, weighted: ${any.length} agents`);
  printFound(any);
}

// ---- An administrator ------------------------------------------------------

/** The token of the reply is shown from then on where an administrator's is
 * wanted, and so is an id of the client's own, by itself. */
async function logIn(
  api: APIClient,
  rest: RESTClient,
  username: string,
  password: string,
): Promise<void> {
  const { expires_in: seconds } = await api.authLogin({
    body: { username, password },
  });
  const good = rest.isAuthenticated(Role.admin) ? "yes" : "no";
  console.log(`logged in for ${seconds} s, authenticated: ${good}`);
}

/** Whether tokens are good ones; the client's own is shown without a word. */
async function checkToken(api: APIClient): Promise<void> {
  const words = (isValid: boolean): string => (isValid ? "valid" : "not valid");
  const mine = await api.tokensValidate();
  const other = await api.tokensValidateQuery({
    query: { token: "your-jwt-token" },
  });
  console.log(
    `tokens: mine is ${words(mine.valid)}, another is ${words(other.valid)}`,
  );
}

async function administer(api: APIClient, rest: RESTClient): Promise<void> {
  try {
    await logIn(api, rest, "somebody", "wrong");
  } catch (error) {
    report("login", error);
  }
  await logIn(api, rest, "ARCP", "ARCP");
  const { alive_agents: alive, total_agents: all } = await api.publicStats();
  console.log(`stats: ${alive} of ${all} agents alive`);
  await checkToken(api);
}

// ---- The agent -------------------------------------------------------------

/** All that an agent says of itself. */
function registration(id: string, endpoint: string): AgentRegistration {
  return {
    agent_id: id,
    name: id,
    agent_type: "testing",
    endpoint,
    capabilities: ["data-processing", "file-conversion", "text-analysis"],
    context_brief: "A testing agent for data processing, file conversion",
    version: "1.0.0",
    owner: "My Organization",
    public_key: "my-agent-public-key-that-is-long-enough-32-chars",
    communication_mode: "remote",
    metadata: new Map([["language", "typescript"]]),
    max_tokens: 2000,
    requirements: { minimum_memory_mb: 512, requires_internet: true },
  };
}

/** Two calls in one: with the agent's key comes a token for a moment, which the
 * registration shows; the token of its reply is shown from then on. */
async function register(api: APIClient, endpoint: string): Promise<void> {
  const { message } = await api.agentsRegister({
    body: registration(AGENT, endpoint),
    login: {
      body: {
        agent_id: AGENT,
        agent_type: "testing",
        agent_key: "test-agent-001",
      },
    },
  });
  console.log(`registered: ${message}`);
}

async function showAgent(api: APIClient): Promise<void> {
  const { name, status, endpoint, capabilities } = await api.agentsGet({
    path: { agent_id: AGENT },
    query: { include_metrics: true },
  });
  console.log(`agent: ${name}, ${status}, ${endpoint}`);
  console.log(`capabilities: ${capabilities.join(", ")}`);
  const alive = await api.agentsList({
    query: { agent_type: "testing", status: "alive" },
  });
  console.log(`agents alive: ${alive.length}`);
}

/** Every 30 s in a program that is no example. A heartbeat that failed ends
 * nothing: the next one comes. */
async function keepAlive(api: APIClient): Promise<void> {
  const path = { agent_id: AGENT };
  let beats = 0;
  await new Promise<void>((resolve) => {
    const stop = every(
      300,
      async (signal) => {
        await api.agentsHeartbeat({ path }, { signal });
        beats++;
        if (beats === 3) {
          stop();
          resolve();
        }
      },
      (error) => {
        console.error("arcp: heartbeat:", error);
      },
    );
  });
  console.log(`heartbeats: ${beats}`);
}

async function measure(api: APIClient): Promise<void> {
  const path = { agent_id: AGENT };
  await api.agentsUpdateMetrics({
    path,
    body: new Map<string, unknown>([
      ["total_requests", 150],
      ["success_rate", 0.98],
      ["custom_metric", "value"],
    ]),
  });
  const { total_requests: requests = 0, success_rate: rate = 0 } =
    await api.agentsGetMetrics({ path });
  console.log(
    `metrics: ${requests} requests, ${(100 * rate).toFixed(0)}% good`,
  );
}

/** Somebody wants to talk to the agent; the server asks it. */
async function connect(api: APIClient): Promise<void> {
  const path = { agent_id: AGENT };
  await api.publicGetAgent({ path });
  try {
    const { status, next_steps: next } = await api.publicConnect({
      path,
      body: {
        user_id: "user-123",
        user_endpoint: "https://my-app.example.com/back",
        display_name: "My Application",
        additional_info: new Map([["purpose", "data processing"]]),
      },
    });
    console.log(`connection: ${status}; next: ${next}`);
  } catch (error) {
    // An agent that does not listen is the server's answer 502.
    report("connection", error);
  }
}

/** All are asked about at the same time; each call has its own outcome. */
async function askAboutMany(api: APIClient): Promise<void> {
  const ids = [AGENT, "nobody", AGENT];
  const outcomes = await Promise.allSettled(
    ids.map((agent_id) => api.publicGetAgent({ path: { agent_id } })),
  );
  for (const [i, outcome] of outcomes.entries()) {
    const answer =
      outcome.status === "fulfilled"
        ? outcome.value.status
        : (outcome.reason as Error).message;
    console.log(`${ids[i]}: ${answer}`);
  }
}

async function unregister(api: APIClient): Promise<void> {
  const { message } = await api.agentsUnregister({ path: { agent_id: AGENT } });
  console.log(`unregistered: ${message}`);
}

// ---- All of it -------------------------------------------------------------

async function run(
  url = "http://localhost:8001",
  endpoint = "https://my-agent.example.com",
): Promise<void> {
  const rest = new RESTClient(url, "", {
    userAgent: "MyApp/1.0",
    deadlineMs: 30_000, // of a call, with all its tries
    restRetries: 3, // further ones, where that is safe
    retryMinMs: 1000, // the first waits so long at most,
    retryMaxMs: 60_000, // each further one twice as long,
    connectionsMax: 100, // and no more than so many at once,
    idleMax: 20, // of which so many stay open,
    idleMs: 4000, // for so long
  });
  const api = new APIClient(rest);
  try {
    await showServer(api);
    await administer(api, rest);
    await register(api, endpoint);
    await showAgent(api);
    await keepAlive(api);
    await measure(api);
    await discover(api);
    await search(api);
    await connect(api);
    await askAboutMany(api);
    await unregister(api);
  } finally {
    rest.close();
  }
}

try {
  await run(...process.argv.slice(2));
} catch (error) {
  console.error(`arcp: ${error instanceof Error ? error.message : "?"}`);
  process.exitCode = 1;
}
