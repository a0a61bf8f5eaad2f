// An engine in a process of its own, whose transport notes how late each message is handed over.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { startEngine } = require('../../dist/engine/start.js');
const { readConfig } = require('../../dist/engine/config.js');

const lateness = [];
const startedAt = performance.now();

/** The text of a measured message is the moment it is due, in epoch milliseconds. */
function noting(factory) {
  return (session, clock) => {
    const transport = factory(session, clock);
    const send = transport.send.bind(transport);
    transport.send = (message) => {
      const due = Number(message.content.text);
      if (due > 0) lateness.push(Date.now() - due);
      return send(message);
    };
    return transport;
  };
}

const engine = await startEngine(readConfig(), { wrapTransport: noting });
const startMs = performance.now() - startedAt;
const key = await engine.localKey(process.env.BENCH_KEY_MODE ?? 'test');
process.send({ url: engine.url, key, startMs, sinceProcessStartMs: performance.now() });

process.on('message', async (ask) => {
  if (ask === 'lateness') process.send({ lateness: lateness.splice(0) });
  if (ask === 'memory') {
    globalThis.gc?.();
    process.send({ rss: process.memoryUsage().rss });
  }
  if (ask === 'stop') {
    await engine.close();
    process.exit(0);
  }
});
