/* sample.ts: the calls that users of the integration know, as its reference
 * shows them: only the import lines are ours. */
import { APIClient, CentrifugoRPCClient } from "./tasks/index.js";

const [, , url = "", token = "", userId = ""] = process.argv;
const rpc = new CentrifugoRPCClient(url, token, userId);

// Connection errors
try {
  await rpc.connect();
} catch (error) {
  console.error("Connection failed:", error);
}

{
  const result = await rpc.call('tasks.get_stats', { user_id: '123' });
  console.log(JSON.stringify(result));
}

const api = new APIClient(rpc);
const params = { user_id: 'nobody' };

{
  const result = await api.tasksGetStats({ user_id: '123' });
  console.log(result.total, result.completed, result.pending);
}

// RPC errors
try {
  const result = await api.tasksGetStats(params);
  console.log(result.total);
} catch (error) {
  if (error.code) {
    console.error(`RPC error ${error.code}: ${error.message}`);
  }
}

rpc.disconnect();
