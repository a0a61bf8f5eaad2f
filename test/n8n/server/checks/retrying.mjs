import assert from 'node:assert/strict';
import { sendToEach } from '../workflows.mjs';

/** n8n's "Retry" does not send again what was already sent. */
export async function retryChecks({ check, server, engine, credential }) {
  await check('a retried execution sends nobody the same message twice', async () => {
    const reference = 'retried';
    const sent = async () => (await engine.ask(`/v1/messages?reference=${reference}`)).data;
    const faulty = sendToEach(credential, ['+15005550001', ''], { to: '={{ $json.to }}', reference });
    const workflow = await server.createWorkflow('Half sent', ...faulty);
    const { executionId } = await server.run(workflow, 'Start');
    assert.equal((await server.finished(executionId)).status, 'error');
    const [first, ...others] = await sent();
    assert.equal(first.to, '+15005550001');
    assert.deepEqual(others, []);

    const again = await server.retry(executionId);
    assert.equal((await server.finished(again.id)).status, 'error');
    assert.deepEqual(
      (await sent()).map(({ id }) => id),
      [first.id],
    );

    // The person fixes the workflow, then retries with the current version.
    const [nodes, connections] = faulty;
    nodes.at(-1).parameters.to = '={{ $json.to || "+15005550003" }}';
    await server.changeWorkflow(workflow, nodes, connections);
    const last = await server.retry(again.id, { loadWorkflow: true });
    const done = await server.finished(last.id);
    assert.equal(done.status, 'success', done.error?.message);
    assert.deepEqual(
      done.output.Send.map(({ to }) => to),
      ['+15005550001', '+15005550003'],
    );
    assert.equal(done.output.Send[0].id, first.id);
    assert.equal((await sent()).length, 2);
  });
}
