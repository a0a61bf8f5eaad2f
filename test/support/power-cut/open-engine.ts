import { setTimeout as sleep } from 'node:timers/promises';
import { createEngine, type Engine } from '../../../engine';
import { readConfig } from '../../../engine/config';
import { EmbeddedPostgres } from '../../../engine/store/embedded/embedded-postgres';
import type { Expected } from './promises';

/** How long a message to the sandbox may take after a start on a busy machine. */
const PATIENCE_MS = 60_000;

/** A whole engine on a data folder, with a hurried sandbox. */
export function openEngine(dataDir: string, preparedData: string): Promise<Engine> {
  const config = readConfig(
    {
      BLUETICKS_DATA_DIR: dataDir,
      BLUETICKS_PORT: '0',
      BLUETICKS_SANDBOX_SPEED: '100',
      BLUETICKS_PACING: 'off',
      BLUETICKS_RATE_LIMIT: 'off',
      BLUETICKS_LOG_LEVEL: 'silent',
      BLUETICKS_WA_SOCKET_URL: 'ws://127.0.0.1:9/ws/chat',
    },
    {},
  );
  return createEngine(config, {}, new EmbeddedPostgres(dataDir, preparedData));
}

/** Starts a whole engine after a cut: everything that was accepted must go out, and so must a new message. */
export async function faultsOfEngine(
  dataDir: string,
  preparedData: string,
  expected: Expected,
): Promise<string[]> {
  const engine = await openEngine(dataDir, preparedData);
  try {
    const key = await engine.localKey('test');
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer may hold anything
    const call = async (method: string, path: string, body?: unknown): Promise<any> => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const response = await fetch(`${engine.url}${path}`, { method, headers, body: JSON.stringify(body) });
      return response.json();
    };
    const message = { type: 'text', to: '+15005551234', text: 'after', reference: 'after the cut' };
    await call('POST', '/v1/messages', message);
    const kept = [...expected.messages]
      .filter(([, messages]) => messages.kept)
      .map(([reference]) => reference);
    const unsent = new Set([message.reference, ...kept]);
    for (
      const deadline = Date.now() + PATIENCE_MS;
      unsent.size > 0 && Date.now() < deadline;
      await sleep(100)
    ) {
      for (const reference of unsent) {
        const { data } = await call(
          'GET',
          `/v1/messages?reference=${encodeURIComponent(reference)}&limit=200`,
        );
        const isSent = data.every(({ status }: { status: string }) => ['delivered', 'read'].includes(status));
        if (data.length > 0 && isSent) unsent.delete(reference);
      }
    }
    return [...unsent].map((reference) => `${reference} was not sent`);
  } finally {
    await engine.close();
  }
}
