// The simulated WhatsApp of test/wire in a process of its own, for benchmarks.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Starts it, with `people` that read nothing until they are told to. */
export async function startSimulator(people) {
  const child = fork(path('../wire/simulator-child.ts'), [], {
    execArgv: ['-r', path('../support/servers/typescript-hook.cjs')],
  });
  const { url, control } = await new Promise((resolve) => child.once('message', resolve));
  const ask = async (path, body) => {
    const response = await fetch(control + path, body && { method: 'POST', body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`simulator: ${path}: ${answer.error}`);
    return answer;
  };
  const numbers = Array.from({ length: people }, (_, i) => `+1415556${1000 + i}`);
  for (const number of numbers) await ask('/contacts', { number });
  return {
    url,
    numbers,
    ask,
    async close() {
      child.kill();
      await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

/** Throws where a phone complained, or the server met something that it does not know. */
export async function checkComplaints(simulator) {
  const complaints = await simulator.ask('/complaints');
  if (complaints.length > 0)
    throw new Error(`simulator: ${complaints.length} complaints, such as ${complaints[0]}`);
}
