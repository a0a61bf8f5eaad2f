// An engine with a number that is linked to the simulated WhatsApp, for benchmarks.
import { startEngine } from './engine-process.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The simulator's phone that the engine is linked to. */
export const PHONE = '+14155550100';

/** An engine on `dataDir` that is linked to the simulator's phone. */
export async function startLinkedEngine(simulator, dataDir, env = {}) {
  const engine = await startEngine(dataDir, {
    BLUETICKS_WA_SOCKET_URL: simulator.url,
    BENCH_KEY_MODE: 'live',
    ...env,
  });
  await linkNumber(engine, simulator, PHONE);
  return engine;
}

/** Links a phone of the simulator's as a new session, and waits until it is connected. */
export async function linkNumber(engine, simulator, phone) {
  await simulator.ask('/phones', { number: phone });
  const session = await engine.call('POST', '/v1/sessions', {});
  let qr = null;
  while (!qr) {
    await pause(100);
    qr = await engine.call('GET', `/v1/sessions/${session.id}/qr`).then(
      (answer) => answer.qr,
      () => null,
    );
  }
  await simulator.ask(`/phones/${encodeURIComponent(phone)}/link`, { qr });
  while ((await engine.call('GET', `/v1/sessions/${session.id}`)).state !== 'connected') await pause(100);
}

/** @returns messages a second, from the first POST until the server has acknowledged all and we have stored it. */
export async function sendAll(engine, numbers, count, text) {
  const from = performance.now();
  for (let done = 0; done < count; done += 1000) {
    const messages = Array.from({ length: Math.min(1000, count - done) }, (_, i) => ({
      type: 'text',
      to: numbers[(done + i) % numbers.length],
      text: `${text} ${done + i}`,
      link_preview: false,
    }));
    await engine.call('POST', '/v1/messages/batch', { messages });
  }
  // Not often: to ask is work too, and none of a send's.
  for (const status of ['queued', 'sending']) {
    while ((await engine.call('GET', `/v1/messages?status=${status}&limit=1`)).data.length > 0)
      await pause(100);
  }
  return (count * 1000) / (performance.now() - from);
}
