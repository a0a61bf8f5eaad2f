import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OwnEngine } from '../own-engine.mjs';
import { QueueMode } from '../queue-mode.mjs';
import { until } from '../until.mjs';
import { askAndWait, onDelivered, scheduleMessage } from '../workflows.mjs';

/** n8n in queue mode: what the main process receives runs on a worker. */
export async function queueChecks({ check, paths, folder, packageFolder, say }) {
  const queue = new QueueMode(paths, folder, packageFolder);
  const engine = new OwnEngine(
    join(packageFolder, 'node_modules', 'n8n-nodes-blueticks'),
    join(folder, 'engine'),
  );
  say(() => queue.lastLines());
  try {
    await runChecks(check, queue, engine);
  } finally {
    await queue.stop();
    await engine.stop();
  }
}

async function runChecks(check, queue, engine) {
  let credential;
  let listening;
  const server = () => queue.main;

  await check('queue mode: n8n, a webhook process, a worker and a separate engine start', async () => {
    await queue.start();
    await engine.start();
    const data = engine.credential();
    const tested = await server().testCredential(data);
    assert.equal(tested.status, 'OK', tested.message);
    credential = await server().createCredential('Engine at a URL', data);
  });

  /** Runs a workflow by hand, checks that the worker ran it, and returns the result. */
  const onWorker = async (name, parts) => {
    const workflow = await server().createWorkflow(name, ...parts);
    const { executionId } = await server().run(workflow, 'Start');
    const done = await server().finished(executionId, 60_000);
    assert.ok(queue.ranOnWorker(executionId), `${executionId} did not run on the worker`);
    return done;
  };

  await check(
    'queue mode: a workflow schedules on the worker, and the delivery starts another there, once',
    async () => {
      listening = await server().createWorkflow('Listening', ...onDelivered(credential));
      await server().activate(listening);
      const scheduled = await onWorker('Scheduling', scheduleMessage(credential));
      assert.equal(scheduled.status, 'success', scheduled.error?.message);
      const [execution] = await until('it runs', async () => {
        const found = await server().executions(listening);
        return found.length > 0 ? found : undefined;
      });
      const done = await server().finished(execution.id);
      assert.equal(done.status, 'success', done.error?.message);
      assert.equal(done.output['Blueticks Trigger'][0].id, scheduled.output.Schedule[0].id);
      assert.ok(queue.ranOnWorker(execution.id));
    },
  );

  await check('queue mode: an event that one process accepted does not run again in another', async () => {
    const [webhook] = (await engine.ask('/v1/webhooks')).data;
    const path = `/v1/webhooks/${webhook.id}`;
    /** Lets the engine deliver the newest event again, to another process of n8n. */
    const deliverAgain = async (to) => {
      await engine.ask(path, 'PATCH', { url: webhook.url.replace(server().url, to.url) });
      const [{ id, last_attempt_at }] = (await engine.ask(`${path}/deliveries`)).data;
      await engine.ask(`${path}/deliveries/${id}/redeliver`, 'POST');
      const delivery = await until('it is delivered', async () => {
        const [newest] = (await engine.ask(`${path}/deliveries`)).data;
        return newest.status === 'delivered' && newest.last_attempt_at !== last_attempt_at
          ? newest
          : undefined;
      });
      assert.equal(delivery.response_status, 200);
    };
    await deliverAgain(queue.webhooks);
    await deliverAgain(queue.main);
    assert.equal((await server().executions(listening)).length, 1);

    // The other way round: a new event goes to the webhook process first.
    await engine.ask(path, 'PATCH', { url: webhook.url.replace(server().url, queue.webhooks.url) });
    await onWorker('Scheduling again', scheduleMessage(credential));
    const both = await until('it runs', async () => {
      const found = await server().executions(listening);
      return found.length === 2 ? found : undefined;
    });
    assert.equal((await server().finished(both[0].id)).status, 'success');
    assert.ok(queue.ranOnWorker(both[0].id));
    await deliverAgain(queue.main);
    await deliverAgain(queue.webhooks);
    assert.equal((await server().executions(listening)).length, 2);
    await engine.ask(path, 'PATCH', { url: webhook.url });
  });

  await check('queue mode: the worker asks, and continues with the answer', async () => {
    const done = await onWorker('Asking', askAndWait(credential, { to: '+15005550004' }));
    assert.equal(done.status, 'success', done.error?.message);
    assert.equal(done.output.After[0].text, 'yes');
  });

  await check('queue mode: "On This Machine" on a worker says what to set instead', async () => {
    const bundled = await server().createCredential('Bundled', { connection: 'bundled', mode: 'test' });
    const done = await onWorker('Bundled', scheduleMessage(bundled));
    assert.equal(done.status, 'error');
    assert.match(done.error.message, /This is an n8n worker in queue mode.*set "Engine" to "At a URL"/);
    assert.equal(existsSync(join(queue.worker.userFolder, '.n8n', 'blueticks', 'engine.log')), false);
  });

  await check('queue mode: deactivation removes the webhook', async () => {
    await server().deactivate(listening);
    await until('it is gone', async () => (await engine.ask('/v1/webhooks')).data.length === 0);
  });
}
