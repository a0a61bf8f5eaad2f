import assert from 'node:assert/strict';
import { until } from '../until.mjs';
import { sendCampaign, startSequence } from '../workflows.mjs';

/** Campaigns, sequences, and the lists of the fields. */
export async function resourceChecks({ check, server, engine, credential }) {
  await check('a list of people becomes an audience and gets a campaign', async () => {
    const workflow = await server.createWorkflow('Campaign', ...sendCampaign(credential));
    const { executionId } = await server.run(workflow, 'Start');
    const done = await server.finished(executionId);
    assert.equal(done.status, 'success', done.error?.message);
    assert.equal(done.output.Audience[0].contact_count, 3);
    const [{ id }] = done.output.Campaign;
    await until('all have it', async () => (await engine.ask(`/v1/campaigns/${id}`)).delivered_count === 3);
    const audienceId = { __rl: true, mode: 'list', value: done.output.Audience[0].id };
    const found = await Promise.all([
      server.choices(credential, 'searchAudiences', {}),
      server.choices(credential, 'searchContacts', {
        resource: 'audience',
        operation: 'updateContact',
        audienceId,
      }),
      server.choices(credential, 'searchCampaigns', {}),
      server.choices(credential, 'searchSessions', {}),
    ]);
    assert.deepEqual(
      found.map((list) => list.length),
      [1, 3, 1, 1],
    );
    const adding = { resource: 'audience', operation: 'addContacts', audienceId };
    for (const parameters of [adding, { resource: 'audience', operation: 'create' }]) {
      const fields = await server.fieldsToMap(credential, 'getVariables', parameters);
      assert.deepEqual(
        fields.map(({ id: name }) => name),
        ['first_name'],
      );
    }
  });

  await check('a reply stops a sequence', async () => {
    const workflow = await server.createWorkflow('Drip', ...startSequence(credential));
    const { executionId } = await server.run(workflow, 'Start');
    const done = await server.finished(executionId);
    assert.equal(done.status, 'success', done.error?.message);
    const [{ id }] = done.output.Sequence;
    await until('it stops', async () => {
      return (await engine.ask(`/v1/sequences/${id}`)).status === 'stopped_by_reply';
    });
    const [choice] = await server.choices(credential, 'searchSequences', {});
    assert.equal(choice.value, id);
  });
}
