// An engine in a process of its own, whose transport notes how late each message is handed over.
import { createRequire } from 'node:module';
import { Server } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const require = createRequire(import.meta.url);
// Another build, to compare it with this one.
const dist = process.env.BENCH_DIST ?? '../../dist';
const { startEngine } = require(`${dist}/engine/start.js`);
const { readConfig } = require(`${dist}/engine/config.js`);

const lateness = [];
const loop = monitorEventLoopDelay({ resolution: 1 });

/** When the API is open, which is before everything works that sends. */
let listeningAt;
const { listen } = Server.prototype;
Server.prototype.listen = function (...options) {
  return listen.apply(
    this.once('listening', () => (listeningAt ??= performance.now())),
    options,
  );
};

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
const key = await engine.localKey(process.env.BENCH_KEY_MODE ?? 'test');
process.send({ url: engine.url, key, sinceListeningMs: performance.now() - listeningAt });

process.on('message', async (ask) => {
  if (ask === 'lateness') process.send({ lateness: lateness.splice(0) });
  if (ask === 'loop') {
    process.send({ longestMs: loop.max / 1e6 });
    // Not before it is asked for: it costs processor time.
    loop.enable();
    loop.reset();
  }
  if (ask === 'processor') {
    const { user, system } = process.cpuUsage();
    process.send({ ms: (user + system) / 1000 });
  }
  if (ask === 'memory') {
    globalThis.gc?.();
    process.send({ rss: process.memoryUsage().rss });
  }
  if (ask === 'stop') {
    await engine.close();
    process.exit(0);
  }
});
