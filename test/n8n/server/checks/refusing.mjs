import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedDelivery } from '../signed-delivery.mjs';
import { until } from '../until.mjs';
import { onDelivered } from '../workflows.mjs';

/** Longer than n8n takes to start a run. */
const QUIET_MS = 3_000;

/** A call of a trigger's URL starts nothing unless it is a new event of the engine. */
export async function refusalChecks({ check, server, engine, credential }) {
  let listening;
  let kept;
  const runs = async () => (await server.executions(listening)).length;
  const deliver = (request) => fetch(kept.url, request);
  const newEvent = () => ({
    id: `evt_${randomUUID()}`,
    type: 'message.delivered',
    created_at: new Date().toISOString(),
    data: { id: 'msg_1', text: 'Hello', reference: 'real-n8n' },
  });

  await check('a forged, stale or unsigned delivery is refused and starts no execution', async () => {
    listening = await server.createWorkflow('Guarded trigger', ...onDelivered(credential));
    await server.activate(listening);
    kept = (await server.staticData(listening))['node:Blueticks Trigger'].production;
    const event = newEvent();
    const good = signedDelivery(event, kept.secret);
    const without = (name) => {
      const { [name]: _left, ...headers } = good.headers;
      return { ...good, headers };
    };
    const refused = {
      'signed with another secret': signedDelivery(event, 'whsec_guessed'),
      'changed after it was signed': { ...good, body: good.body.replace('Hello', 'Hallo') },
      'from 330 s ago': signedDelivery(event, kept.secret, 330),
      'from 330 s ahead': signedDelivery(event, kept.secret, -330),
      'without a signature': without('blueticks-webhook-signature'),
      'without a timestamp': without('blueticks-webhook-timestamp'),
      'with another timestamp': {
        ...good,
        headers: {
          ...good.headers,
          'blueticks-webhook-timestamp': String(Math.floor(Date.now() / 1000) - 60),
        },
      },
      'without a body': { method: 'POST', headers: good.headers },
    };
    for (const [what, request] of Object.entries(refused)) {
      assert.equal((await deliver(request)).status, 401, what);
    }
    await sleep(QUIET_MS);
    assert.equal(await runs(), 0);
  });

  await check('a delivery that is repeated, later or at the same time, starts one execution', async () => {
    const [once, atOnce] = [newEvent(), newEvent()];
    assert.equal((await deliver(signedDelivery(once, kept.secret))).status, 200);
    await until('it runs', async () => (await runs()) === 1);
    for (const age of [0, 120]) {
      const answer = await deliver(signedDelivery(once, kept.secret, age));
      assert.deepEqual([answer.status, await answer.json()], [200, { ok: true, ran: false }]);
    }
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => (await deliver(signedDelivery(atOnce, kept.secret))).json()),
    );
    assert.equal(answers.filter(({ ran }) => ran).length, 1);
    await sleep(QUIET_MS);
    assert.equal(await runs(), 2);
    await server.deactivate(listening);
    await until('its webhook is removed', async () => (await engine.ask('/v1/webhooks')).data.length === 0);
  });
}
