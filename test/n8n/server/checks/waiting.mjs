import assert from 'node:assert/strict';
import { until } from '../until.mjs';
import { askAndWait, askEach } from '../workflows.mjs';

/** Executions that ask a person and wait. */
export async function waitingChecks({ check, server, engine, credential, data }) {
  const waiting = async (name, parameters, people) => {
    const parts = people ? askEach(credential, people, parameters) : askAndWait(credential, parameters);
    const workflow = await server.createWorkflow(name, ...parts);
    const { executionId } = await server.run(workflow, 'Start');
    await until('it waits', async () => (await server.statusOf(executionId)) === 'waiting');
    return executionId;
  };
  const questions = async () => (await engine.ask('/v1/webhooks')).data;

  await check('a workflow asks, waits, and continues with the reply', async () => {
    const id = await waiting('Asking', { to: '+15005550004' });
    const done = await server.finished(id);
    assert.equal(done.status, 'success', done.error?.message);
    for (const node of ['Ask', 'After']) assert.equal(done.output[node][0].text, 'yes');
    assert.equal(done.output.After[0].event, 'message.received');
    await until('its webhook is removed', async () => (await questions()).length === 0);
  });

  await check('a poll is asked, and the workflow continues with the vote', async () => {
    const poll = { type: 'poll', pollQuestion: 'Does 3 pm suit you?', pollOptions: ['Yes', 'No'] };
    const done = await server.finished(await waiting('Polling', { to: '+15005550008', ...poll }));
    assert.equal(done.status, 'success', done.error?.message);
    assert.deepEqual(done.output.After[0].options, ['Yes']);
  });

  await check('only the engine can resume an execution', async () => {
    const id = await waiting('Guarded', { to: '+15005550003' });
    const [{ url, id: webhookId }] = await questions();
    for (const address of [url, url.split('?')[0]]) {
      const forged = await fetch(address, { method: 'POST', body: '{"id":"evt_1","type":"x","data":{}}' });
      assert.equal(forged.status, 401, address);
    }
    assert.equal(await server.statusOf(id), 'waiting');
    await server.rest('POST', `/rest/executions/${id}/stop`);
    await engine.ask(`/v1/webhooks/${webhookId}`, 'DELETE');
  });

  await check('questions survive restarts of n8n and the engine, and a limit ends the wait', async () => {
    const limitWaitTime = {
      values: { limitType: 'afterTimeInterval', resumeAmount: 0.2, resumeUnit: 'minutes' },
    };
    const limited = await waiting('Limited', { to: '+15005550003', options: { limitWaitTime } });
    const asked = await waiting('Outliving', { to: '+15005550004' });
    const approval = { responseType: 'approval', message: 'Refund order 1001?' };
    const several = await waiting('Several', approval, ['+15005550017', '+15005550008', '+15005550009']);
    await server.stop();
    await engine.stop();
    await server.start();
    // The first use of the credential starts the engine again.
    assert.equal((await server.testCredential(data)).status, 'OK');
    const open = (await questions()).filter(({ expires_at }) => expires_at === null);
    for (const { id } of open) {
      const { data } = await engine.ask(`/v1/webhooks/${id}/deliveries`);
      for (const delivery of data) {
        await engine.ask(`/v1/webhooks/${id}/deliveries/${delivery.id}/redeliver`, 'POST');
      }
    }
    const answered = await server.finished(asked, 90_000);
    assert.equal(answered.status, 'success', answered.error?.message);
    assert.equal(answered.output.After[0].text, 'yes');
    const { output } = await server.finished(several, 90_000);
    assert.deepEqual(
      output.After.map(({ approved, from }) => [from, approved]),
      [
        ['+15005550017', false],
        ['+15005550008', true],
        ['+15005550009', true],
      ],
    );
    const late = await server.finished(limited, 150_000);
    assert.deepEqual(late.output.After, [{ timed_out: true }]);
  });
}
