/* main.ts: the smallest program that calls. It asks how many tasks a user has
 * and shows what an error looks like. With a USER it calls in channel mode: by
 * publications, whose replies come on that user's own channel.
 *
 *     node main.js [URL [TOKEN [USER]]]      URL: else $CENTRIFUGO_URL
 */
import {
  APIClient,
  CentrifugoRPCClient,
  type ClientOptions,
  RPCError,
  type TaskStatsResult,
} from "./gen/typescript/tasks/index.js";

function show(stats: TaskStatsResult): void {
  const { total, completed, pending, by_state: states } = stats;
  console.log(`total ${total}, completed ${completed}, pending ${pending}`);
  for (const [state, count] of states ?? []) {
    console.log(`  ${state}: ${count}`);
  }
}

/** Counts one user's tasks; throws where the server could not be asked. */
async function count(api: APIClient, user: string): Promise<void> {
  console.log(`tasks.get_stats {user_id: "${user}"}`);
  try {
    show(await api.tasksGetStats({ user_id: user }));
  } catch (error) {
    if (!(error instanceof RPCError)) {
      throw error;
    }
    console.log(`refused: ${error.code} ${error.message}`);
  }
}

/** Gives a function that tells the user how the connection goes; the client
 * connects again by itself. */
function onStateChange(): NonNullable<ClientOptions["onStateChange"]> {
  let lost = false;
  return (change) => {
    if (change.event === "lost") {
      lost = true;
      const { reason, nextTryMs } = change;
      console.error(`tasks: offline: ${reason}; next try in ${nextTryMs} ms`);
    } else if (change.event === "connected" && lost) {
      lost = false;
      console.error(`tasks: online again as client ${change.client}`);
    }
  };
}

async function run(url = "", token = "", user?: string): Promise<void> {
  const rpc = new CentrifugoRPCClient(url, token, user ?? "", {
    mode: user === undefined ? "native" : "channel",
    onStateChange: onStateChange(),
  });
  try {
    await rpc.connect();
    const api = new APIClient(rpc);
    await count(api, "123");
    await count(api, "nobody");
  } finally {
    rpc.disconnect();
  }
}

try {
  await run(...process.argv.slice(2));
} catch (error) {
  console.error(`tasks: ${error instanceof Error ? error.message : "?"}`);
  process.exitCode = 1;
}
