// An engine with a number that is linked to the simulated WhatsApp, for benchmarks.
import { startEngine } from './engine-process.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** An engine on `dataDir` that is linked to the simulator's phone +14155550100. */
export async function startLinkedEngine(simulator, dataDir, env = {}) {
  const phone = '+14155550100';
  await simulator.ask('/phones', { number: phone });
  const engine = await startEngine(dataDir, {
    BLUETICKS_WA_SOCKET_URL: simulator.url,
    BENCH_KEY_MODE: 'live',
    ...env,
  });
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
  return engine;
}
