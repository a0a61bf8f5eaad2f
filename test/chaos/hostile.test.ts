import { Agent, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { EngineProcess } from '../support/engine/engine-process';
import { tempFolder } from '../support/servers/temp-folder';
import { HostileRequests, type HostileRequest, type OpenApi } from './hostile/hostile-requests';
import { growthOf, sampleMemory, type MemorySample } from './hostile/memory-curve';
import { attackRaw } from './hostile/raw-attacks';
import { chaosSeed, SeededRandom } from './seeded-random';
import { fullOrShort } from './size';

/** HOSTILE_REQUESTS asks for another number. */
const REQUESTS = Number(process.env['HOSTILE_REQUESTS'] ?? fullOrShort(100_000, 250));
const AT_ONCE = 16;
const RAW_SHARE = 0.03;
const SAMPLES = 30;
/** With this much of JavaScript, an engine that keeps a kilobyte of each request would not live to the end. */
const HEAP_LIMIT_MB = 160;
const MOST_GROWTH_MB = 24;
/** The client refuses to send it, or the engine closed the connection on purpose. */
const EXPECTED = ['ECONNRESET', 'EPIPE', 'ERR_INVALID_CHAR', 'ERR_UNESCAPED_CHARACTERS'];
/** Longer than the engine waits for whatever it waits for. */
const HUNG_MS = 60_000;

interface Answer {
  status: number;
  text: string;
}

function ask(url: string, agent: Agent, { method, path, headers, body }: HostileRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body ? { 'content-length': String(body.length) } : {};
    const asked = httpRequest(url + path, {
      method,
      agent,
      headers: { ...headers, ...length },
      timeout: HUNG_MS,
    });
    asked.on('timeout', () => asked.destroy(new Error('hung')));
    asked.on('error', reject);
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text })).on('error', reject);
    });
    asked.end(body ?? undefined);
  });
}

/** What is wrong with an answer; null for one as the contract has it. */
function faultOf({ status, text }: Answer): string | null {
  if (status < 400) return null;
  // HEAD has no body.
  if (text === '') return status >= 500 && status !== 503 ? String(status) : null;
  const { error } = JSON.parse(text) as { error?: { code?: string; message?: string; request_id?: string } };
  if (!error?.code || !error.message || !error.request_id) return `${status} without an error: ${text}`;
  if (status >= 500 && !(status === 503 && error.code === 'unavailable')) return `${status} ${text}`;
  return null;
}

it('an engine answers hostile requests, falls over none, and forgets them all', async () => {
  const random = new SeededRandom(chaosSeed());
  const folder = await tempFolder('hostile');
  const engine = await EngineProcess.prepare(
    join(folder.path, 'data'),
    join(folder.path, 'hand-overs'),
    {
      BLUETICKS_RATE_LIMIT: '9999999',
      BLUETICKS_SANDBOX_SPEED: '1000',
      BLUETICKS_WA_SOCKET_URL: 'ws://127.0.0.1:9/ws/chat',
      // Whatever is asked for, nothing leaves this machine.
      BLUETICKS_WEBHOOK_TARGETS: '127.0.0.1:9',
      BLUETICKS_MAX_SESSIONS: '3',
      BLUETICKS_MAX_WEBHOOKS: '20',
    },
    {},
    [`--max-old-space-size=${HEAP_LIMIT_MB}`],
  );
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    await engine.start();
    const { url, pid } = engine;
    const test = await engine.createKey('test');
    const live = await engine.createKey('live');
    const keys = [...Array.from({ length: 20 }, () => test), live, `bt_test_${'x'.repeat(43)}`, 'nonsense'];
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
    const requests = new HostileRequests(document, random, keys);
    const statuses: Record<string, number> = {};
    const count = (what: string | number): void => void (statuses[what] = (statuses[what] ?? 0) + 1);
    const faults: string[] = [];
    const samples: MemorySample[] = [];
    let done = 0;
    let longestMs = 0;

    const next = async (): Promise<void> => {
      done += 1;
      if (done % Math.ceil(REQUESTS / SAMPLES) === 0) samples.push(await sampleMemory(pid, url, done));
      if (random.happens(RAW_SHARE)) {
        count('raw');
        return attackRaw(url, random, test);
      }
      const request = requests.next();
      const askedAt = performance.now();
      try {
        const answer = await ask(url, agent, request);
        count(answer.status);
        longestMs = Math.max(longestMs, Math.round(performance.now() - askedAt));
        if (answer.status < 300) requests.learn(answer.text);
        const fault = faultOf(answer);
        if (fault)
          faults.push(`${request.method} ${request.path} ${String(request.body)}: ${fault}`.slice(0, 2_000));
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        count(code ?? message);
        if (!EXPECTED.includes(code ?? '')) faults.push(`${request.method} ${request.path}: ${message}`);
      }
    };
    const client = async (): Promise<void> => {
      while (done < REQUESTS && faults.length < 20) await next();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));

    const { status } = await fetch(`${url}/healthz`);
    const growth = { heap: growthOf(samples, 'heap'), rss: growthOf(samples, 'rss') };
    const curve = samples.map(({ requests: n, heap, rss }) => `${n}: ${heap}/${rss}`).join(', ');
    process.stdout.write(
      `chaos: ${done} hostile requests: ${JSON.stringify(statuses)}; heap/rss in MB: ${curve}; growth ${JSON.stringify(growth)}; longest answer ${longestMs} ms\n`,
    );
    expect(faults).toEqual([]);
    expect([status, engine.pid]).toEqual([200, pid]);
    expect(growth.heap).toBeLessThan(MOST_GROWTH_MB);
  } finally {
    agent.destroy();
    await engine.kill();
    await folder.remove();
  }
}, 3_600_000);
