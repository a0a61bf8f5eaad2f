import assert from 'node:assert/strict';
import { until } from '../until.mjs';
import { editMessage, onDelivered, scheduleMessage } from '../workflows.mjs';

/** Messages and their trigger, before and after a restart of n8n. */
export async function sendingChecks({ check, server, engine, credential }) {
  let listening;
  let scheduling;
  let scheduledId;

  await check('a workflow that starts on message.delivered is activated', async () => {
    listening = await server.createWorkflow('Listening', ...onDelivered(credential));
    await server.activate(listening);
    const { data } = await engine.ask('/v1/webhooks');
    assert.equal(data.length, 1);
    assert.ok(data[0].url.startsWith(`${server.url}/webhook/`), data[0].url);
  });

  await check('a workflow schedules a message', async () => {
    scheduling = await server.createWorkflow('Scheduling', ...scheduleMessage(credential));
    const { executionId } = await server.run(scheduling, 'Start');
    const done = await server.finished(executionId);
    assert.equal(done.status, 'success', done.error?.message);
    const [message] = done.output.Schedule;
    assert.equal(message.status, 'scheduled');
    assert.equal(message.to, '+15005550001');
    scheduledId = message.id;
  });

  await check('the message is in the list, and another workflow edits it', async () => {
    const list = await server.choices(credential, 'searchMessages', {
      resource: 'message',
      operation: 'update',
    });
    assert.ok(list.some(({ value, name }) => value === scheduledId && name.includes('+15005550001')));
    const editing = await server.createWorkflow('Editing', ...editMessage(credential, scheduledId));
    const { executionId } = await server.run(editing, 'Start');
    const done = await server.finished(executionId);
    assert.equal(done.status, 'success', done.error?.message);
    assert.equal(done.output.Update[0].text, 'Edited in n8n');
  });

  await check('its delivery starts the listening workflow, once, with the edited text', async () => {
    const [execution] = await until('the workflow runs', async () => {
      const found = await server.executions(listening);
      return found.length > 0 ? found : undefined;
    });
    const done = await server.finished(execution.id);
    assert.equal(done.status, 'success', done.error?.message);
    const [item] = done.output['Blueticks Trigger'];
    assert.equal(item.id, scheduledId);
    assert.equal(item.event, 'message.delivered');
    assert.equal(item.text, 'Edited in n8n');
    assert.equal((await server.executions(listening)).length, 1);
  });

  await check('after a restart, n8n uses the same engine and the same webhook', async () => {
    const before = (await engine.ask('/v1/webhooks')).data[0].id;
    const enginePid = engine.file.pid;
    await server.stop();
    assert.deepEqual(engine.running(), [enginePid], 'the engine keeps running while n8n is down');
    await server.start();
    const { executionId } = await server.run(scheduling, 'Start');
    assert.equal((await server.finished(executionId)).status, 'success');
    assert.deepEqual(engine.running(), [enginePid]);
    const { data } = await engine.ask('/v1/webhooks');
    assert.deepEqual(
      data.map(({ id }) => id),
      [before],
    );
    await until('the workflow runs again', async () => (await server.executions(listening)).length === 2);
  });

  await check('listening for a test event leaves the active webhook alone', async () => {
    const before = (await server.executions(listening)).length;
    const waiting = await server.run(listening, 'Blueticks Trigger');
    assert.equal(waiting.waitingForWebhook, true);
    const during = (await engine.ask('/v1/webhooks')).data;
    assert.deepEqual(during.map(({ url }) => url.includes('/webhook-test/')).sort(), [false, true]);
    const { executionId } = await server.run(scheduling, 'Start');
    await server.finished(executionId);
    const found = await until('both run', async () => {
      const list = await server.executions(listening);
      return list.length === before + 2 ? list : undefined;
    });
    assert.deepEqual(
      found
        .slice(0, 2)
        .map(({ mode }) => mode)
        .sort(),
      ['manual', 'webhook'],
    );
    await until('the test webhook is removed', async () => {
      const { data } = await engine.ask('/v1/webhooks');
      return data.length === 1 && !data[0].url.includes('/webhook-test/');
    });
  });

  await check('deactivation removes the webhook', async () => {
    await server.deactivate(listening);
    await until('it is gone', async () => (await engine.ask('/v1/webhooks')).data.length === 0);
  });
}
