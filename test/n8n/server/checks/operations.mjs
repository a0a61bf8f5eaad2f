import assert from 'node:assert/strict';
import { byId, runChain } from '../chain.mjs';

const READS = '+15005550001';
const SOMEONE = '+14155559030';

/** The operations that no other part needs. */
export async function operationChecks({ check, server, credential }) {
  const run = (name, steps) => runChain({ server, credential }, name, steps);
  /** The id in the output of a node. */
  const idOf = (node) => byId(`={{ $('${node}').first().json.id }}`);
  const tomorrow = '={{ $now.plus({ days: 1 }) }}';
  const statuses = (out, nodes) => nodes.map((node) => out[node][0].status);

  await check('operations: a message is scheduled, found, and canceled', async () => {
    const messageId = idOf('Schedule');
    const message = (operation, parameters) => ({ operation, messageId, ...parameters });
    const reference = 'operations';
    const text = { to: READS, text: 'Hello', sendAt: tomorrow };
    const out = await run('A message', {
      Schedule: message('schedule', { ...text, options: { reference } }),
      Get: message('get'),
      Messages: message('getAll', { filters: { reference } }),
      Cancel: message('cancel'),
      Again: message('schedule', { ...text, options: { reference } }),
      'Cancel Many': message('cancelMany', { reference }),
    });
    assert.deepEqual(statuses(out, ['Get', 'Messages', 'Cancel']), ['scheduled', 'scheduled', 'canceled']);
    assert.equal(out['Cancel Many'][0].canceled, 1);
  });

  await check('operations: an appointment moves, and its reminder with it', async () => {
    const reference = 'operations-moved';
    const nine = { when: 'before', amount: 1, unit: 'days', timeOfDay: '09:00' };
    const moment = { of: '={{ $now.plus({ days: 3 }) }}', ifPast: 'skip' };
    const text = { to: READS, text: 'See you tomorrow', options: { reference } };
    const thanks = { when: 'after', amount: 2, unit: 'hours', text: 'Thank you' };
    const out = await run('An appointment', {
      Remind: { operation: 'schedule', ...text, ...nine, ...moment },
      Thank: { operation: 'schedule', ...text, ...thanks, of: '={{ $json.moment.of }}' },
      Move: { operation: 'move', reference, of: '={{ $now.plus({ days: 9 }) }}' },
      Alone: { operation: 'update', messageId: idOf('Remind'), of: '={{ $now.plus({ days: 12 }) }}' },
      Reminder: { operation: 'get', messageId: idOf('Remind') },
    });
    const [{ moved, skipped, not_moved }] = out.Move;
    const ids = [out.Remind[0].id, out.Thank[0].id];
    assert.deepEqual(
      moved.map(({ id, outcome }) => [id, outcome]),
      ids.map((id) => [id, 'moved']),
    );
    assert.deepEqual([skipped, not_moved], [[], []]);
    const { send_at, moment: hung } = out.Reminder[0];
    assert.match(out.Remind[0].send_at_local, /T09:00:00\.000/);
    assert.equal(out.Alone[0].send_at, send_at);
    const ahead = Date.parse(hung.of) - Date.parse(send_at);
    assert.ok(ahead > 0 && ahead < 2 * 86_400_000, `${ahead}`);
  });

  await check('operations: a sequence and a campaign are held, read, and ended', async () => {
    const sequence = (operation, parameters) => ({
      ...{ resource: 'sequence', operation, sequenceId: idOf('Start Sequence') },
      ...parameters,
    });
    const campaign = (operation, parameters) => ({
      ...{ resource: 'campaign', operation, campaignId: idOf('Start Campaign') },
      ...parameters,
    });
    const step = [{ when: 'after', amount: 2, unit: 'days', type: 'text', text: 'A tip' }];
    const out = await run('A sequence and a campaign', {
      'Start Sequence': sequence('start', { to: SOMEONE, steps: { step } }),
      Sequence: sequence('get'),
      Sequences: sequence('getAll', { filters: { to: SOMEONE } }),
      Stop: sequence('stop'),
      Audience: {
        ...{ resource: 'audience', operation: 'create', name: 'One', contactsFrom: 'rows' },
        contacts: { contact: [{ to: SOMEONE }] },
      },
      'Start Campaign': campaign('create', {
        ...{ name: 'Later', audienceId: idOf('Audience'), text: 'Hi', options: { sendAt: tomorrow } },
      }),
      Pause: campaign('pause'),
      Resume: campaign('resume'),
      Campaign: campaign('get'),
      Campaigns: campaign('getAll', { limit: 1 }),
      Cancel: campaign('cancel'),
      Report: campaign('report'),
    });
    const sequences = statuses(out, ['Sequence', 'Sequences', 'Stop']);
    assert.deepEqual(sequences, ['active', 'active', 'canceled']);
    const campaigns = statuses(out, ['Pause', 'Resume', 'Campaign', 'Campaigns', 'Cancel', 'Report']);
    assert.deepEqual(campaigns, ['paused', 'pending', 'pending', 'pending', 'aborted', 'aborted']);
  });

  await check('operations: a recurring message is made, changed, skipped, held, and deleted', async () => {
    const recurrence = (operation, parameters) => ({
      ...{ resource: 'recurrence', operation, recurrenceId: idOf('Create') },
      ...parameters,
    });
    const reference = 'recurring';
    const times = { repeat: 'weekly', weekDays: ['MO', 'TH'], timeOfDay: '09:00', timezone: 'Europe/Rome' };
    const out = await run('A recurring message', {
      Create: recurrence('create', { to: READS, text: 'Class today', ...times, options: { reference } }),
      Skip: recurrence('skip'),
      Update: recurrence('update', { text: 'Class at six' }),
      Pause: recurrence('pause'),
      Resume: recurrence('resume'),
      Get: recurrence('get'),
      Many: recurrence('getAll', { filters: { reference } }),
      Delete: recurrence('delete'),
    });
    const [{ next }] = out.Create;
    assert.equal(next.length, 5);
    assert.equal(out.Skip[0].next[0], next[1]);
    assert.deepEqual(statuses(out, ['Pause', 'Resume', 'Get', 'Many']), [
      'paused',
      'active',
      'active',
      'active',
    ]);
    assert.equal(out.Get[0].text, 'Class at six');
    assert.equal(out.Delete[0].deleted, true);
  });

  await check('operations: an audience is filled, changed, and deleted', async () => {
    const audience = (operation, parameters) => ({
      ...{ resource: 'audience', operation, audienceId: idOf('Create'), contactsFrom: 'rows' },
      ...parameters,
    });
    const contactId = byId("={{ $('Get').first().json.contacts[0].id }}");
    const contacts = (to) => ({ contacts: { contact: [{ to }] } });
    const out = await run('An audience', {
      Create: audience('create', { name: 'Two', ...contacts(READS) }),
      Add: audience('addContacts', contacts(SOMEONE)),
      Get: audience('get', { includeContacts: true }),
      Audiences: audience('getAll', { limit: 1 }),
      'Update Contact': audience('updateContact', { contactId, to: '+14155559031' }),
      'Remove Contact': audience('removeContact', { contactId }),
      Delete: audience('delete'),
    });
    assert.equal(out.Add[0].contact_count, 2);
    assert.equal(out.Audiences[0].id, out.Create[0].id);
    assert.equal(out['Update Contact'][0].to, '+14155559031');
    assert.equal(out.Delete[0].deleted, true);
  });

  await check('operations: a person is looked up, opted out, and erased', async () => {
    const person = (operation) => ({ resource: 'person', operation, personId: byId(SOMEONE) });
    const optOut = (operation) => ({ resource: 'optOut', operation, to: SOMEONE });
    const out = await run('A person', {
      Check: { resource: 'contact', operation: 'checkNumber', phone: SOMEONE },
      'Opt Out': optOut('add'),
      'Opt-Outs': { ...optOut('getAll'), limit: 1 },
      Get: person('get'),
      'Opt In': optOut('remove'),
      Export: person('export'),
      Erase: person('erase'),
    });
    assert.equal(out.Check[0].phone, SOMEONE);
    assert.equal(out['Opt-Outs'][0].to, SOMEONE);
    assert.deepEqual([out.Get[0].phone, out.Get[0].opted_out], [SOMEONE, true]);
    for (const node of ['Opt In', 'Export', 'Erase']) assert.equal(out[node].length, 1);
  });
}

/** Whether each operation of the node has run in some part. */
export async function everyOperationCheck({ check, server }) {
  await check('every operation has run', async () => {
    const node = (await server.nodeTypes()).find(({ name }) => name === 'n8n-nodes-blueticks.blueticks');
    const operations = node.properties
      .filter(({ name }) => name === 'operation')
      .flatMap(({ displayOptions, options }) =>
        options.map(({ value }) => `${displayOptions.show.resource[0]} ${value}`),
      );
    assert.deepEqual(
      operations.filter((operation) => !server.operations.has(operation)),
      [],
    );
  });
}
