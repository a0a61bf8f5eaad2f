import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../until.mjs';
import { onDelivered } from '../workflows.mjs';

const WORKFLOWS = 20;
const EVENTS = 200;
const WITHIN_MS = 10_000;

/** Many events for many active workflows at the same time. */
export async function floodChecks({ check, server, engine, credential }) {
  const workflows = [];
  const executions = async () => {
    const lists = await Promise.all(workflows.map((workflow) => server.executions(workflow, 100)));
    return lists.flat();
  };
  const reference = (at) => `flood-${at % WORKFLOWS}`;

  await check(`${EVENTS} events within ${WITHIN_MS / 1000} s each start their workflow once`, async () => {
    for (let at = 0; at < WORKFLOWS; at += 1) {
      const parts = onDelivered(credential, { reference: reference(at) });
      const workflow = await server.createWorkflow(`Flood ${at}`, ...parts);
      await server.activate(workflow);
      workflows.push(workflow);
    }
    const messages = Array.from({ length: EVENTS }, (_, at) => ({
      type: 'text',
      to: `+1415555${String(1000 + at)}`,
      text: `Message ${at}`,
      reference: reference(at),
    }));
    const { data: sent } = await engine.ask('/v1/messages/batch', 'POST', { messages });
    assert.equal(sent.length, EVENTS);
    const found = await until(
      'all have run',
      async () => {
        // Ask rarely, and ignore a 503: n8n is busy.
        await sleep(2_000);
        const list = await executions().catch(() => []);
        return list.length >= EVENTS && list.every(({ status }) => status === 'success') ? list : undefined;
      },
      240_000,
    );
    const items = [];
    for (const { id } of found) items.push((await server.finished(id)).output['Blueticks Trigger'][0]);
    assert.deepEqual(items.map(({ id }) => id).sort(), sent.map(({ id }) => id).sort());
    const times = items.map(({ event_created_at }) => Date.parse(event_created_at));
    const spread = Math.max(...times) - Math.min(...times);
    assert.ok(spread <= WITHIN_MS, `the events took ${spread} ms`);
    const last = Math.max(...found.map(({ stoppedAt }) => Date.parse(stoppedAt)));
    console.log(
      `      events within ${spread} ms, runs over ${last - Math.min(...times)} ms after the first`,
    );
  });

  await check(`the same ${EVENTS} events, delivered again, start nothing`, async () => {
    const { data: webhooks } = await engine.ask('/v1/webhooks');
    const delivered = [];
    for (const { id } of webhooks) {
      const { data } = await engine.ask(`/v1/webhooks/${id}/deliveries?limit=200`);
      for (const delivery of data) {
        await engine.ask(`/v1/webhooks/${id}/deliveries/${delivery.id}/redeliver`, 'POST');
        delivered.push(delivery);
      }
    }
    assert.equal(delivered.length, EVENTS);
    // If a busy n8n does not answer within 10 s, the engine tries again a minute later.
    const areDelivered = async () => {
      await sleep(1_000);
      const lists = await Promise.all(
        webhooks.map(async ({ id }) => (await engine.ask(`/v1/webhooks/${id}/deliveries?limit=200`)).data),
      );
      return lists.flat().every(({ status }) => status === 'delivered');
    };
    await until('all are delivered', areDelivered, 240_000);
    await sleep(3_000);
    assert.equal((await executions()).length, EVENTS);
    for (const workflow of workflows) await server.deactivate(workflow);
    assert.deepEqual((await engine.ask('/v1/webhooks')).data, []);
  });
}
