import assert from 'node:assert/strict';
import { ScriptedModel } from '../scripted-model.mjs';
import { readTemplates } from '../templates.mjs';
import { until } from '../until.mjs';
import { askAndWait } from '../workflows.mjs';

/** Imports and runs the workflows of docs/workflows. */
export async function templateChecks({ check, checkout, server, engine, credential }) {
  const model = new ScriptedModel(({ prompt }) => `You wrote: ${prompt}`);
  await model.start();
  const openAi = await server.createCredential('Model', { apiKey: 'none', url: model.url }, 'openAiApi');
  const templates = readTemplates(checkout, credential, openAi);
  const ran = new Set();
  const use = async (file) => {
    ran.add(file);
    const { name, nodes, connections } = templates[file];
    return await server.createWorkflow(name, nodes, connections);
  };
  /** The output of a template's node when its webhook is called. */
  const call = async (workflow, path, body, node) => {
    const before = (await server.executions(workflow)).length;
    const answer = await fetch(`${server.url}/webhook/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.text());
    const [execution] = await until('it runs', async () => {
      const found = await server.executions(workflow);
      return found.length > before ? found : undefined;
    });
    const done = await server.finished(execution.id);
    assert.equal(done.status, 'success', done.error?.message);
    return done.output[node][0];
  };
  const message = (id) => engine.ask(`/v1/scheduled-messages/${id}`);

  /** Sends something to a sandbox's number, which then does what the template waits for. */
  const sendTo = async (name, to) => {
    const sending = askAndWait(credential, { operation: 'send', to });
    await server.run(await server.createWorkflow(name, ...sending), 'Start');
  };
  /** The output of an active workflow's first execution. */
  const firstRun = async (workflow) => {
    const [execution] = await until('it runs', async () => {
      const found = await server.executions(workflow);
      return found.length > 0 ? found : undefined;
    });
    const done = await server.finished(execution.id);
    assert.equal(done.status, 'success', done.error?.message);
    return done.output;
  };

  await check('template: the appointment reminder is scheduled, moved, and canceled on payment', async () => {
    const workflow = await use('appointment-reminder');
    await server.activate(workflow);
    const in3Days = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const appointment = { id: '42', phone: '+15005550001', name: 'Anna', starts_at: in3Days };
    const scheduled = await call(workflow, 'new-appointment', appointment, 'Schedule Reminder');
    assert.match(scheduled.send_at_local, /T09:00:00\.000/);
    assert.equal(scheduled.moment.of, in3Days);
    const moved = { ...appointment, starts_at: `${in3Days.slice(0, 11)}21:05:00+00:00` };
    const { id, text, moment } = await call(workflow, 'appointment-moved', moved, 'Say the New Time');
    assert.equal(id, scheduled.id);
    assert.match(text, /tomorrow at 21:05\./);
    assert.equal(Date.parse(moment.of), Date.parse(moved.starts_at));
    const { canceled } = await call(workflow, 'appointment-paid', { id: '42' }, 'Cancel Reminder');
    assert.equal(canceled, 1);
    assert.equal((await message(id)).status, 'canceled');
  });

  await check('template: the onboarding drip stops on a reply', async () => {
    const workflow = await use('onboarding-drip');
    await server.activate(workflow);
    const customer = { id: '7', phone: '+15005550004', name: 'Anna' };
    const { id, step_count } = await call(workflow, 'new-customer', customer, 'Start Onboarding');
    assert.equal(step_count, 3);
    await until('it stops', async () => {
      return (await engine.ask(`/v1/sequences/${id}`)).status === 'stopped_by_reply';
    });
  });

  await check('template: an order sends an alert at once', async () => {
    const workflow = await use('order-alert');
    await server.activate(workflow);
    const order = { number: '1001', customer: 'Anna', total: '42.00 EUR' };
    const { id, text } = await call(workflow, 'new-order', order, 'Alert Me');
    assert.equal(text, 'Order 1001 from Anna: 42.00 EUR');
    await until('it is read', async () => (await message(id)).status === 'read');
  });

  await check('template: a poll is asked, and the vote is confirmed', async () => {
    const { executionId } = await server.run(await use('ask-and-wait'), 'Start');
    const done = await server.finished(executionId, 90_000);
    assert.equal(done.status, 'success', done.error?.message);
    assert.match(done.output.Confirm[0].text, /^Booked/);
  });

  await check('template: the weekly campaign goes to its list', async () => {
    const { executionId } = await server.run(await use('weekly-campaign'), 'Every Monday');
    const done = await server.finished(executionId);
    assert.equal(done.status, 'success', done.error?.message);
    const { id } = done.output['Send Campaign'][0];
    await until('both are sent', async () => (await engine.ask(`/v1/campaigns/${id}`)).sent_count === 2);
  });

  await check(
    'template: a class is reminded of every week, and one that is canceled is left out',
    async () => {
      const workflow = await use('weekly-class-reminder');
      const { executionId } = await server.run(workflow, 'Set Up');
      const done = await server.finished(executionId);
      assert.equal(done.status, 'success', done.error?.message);
      const [{ id, next, timezone }] = done.output['Remind Weekly'];
      assert.deepEqual([next.length, timezone], [5, 'Europe/Rome']);
      await server.activate(workflow);
      const skipped = await call(workflow, 'class-canceled', {}, 'Skip Next');
      assert.deepEqual([skipped.id, skipped.next[0]], [id, next[1]]);
      await server.deactivate(workflow);
    },
  );

  await check('template: the rent is asked for every month, until it is paid', async () => {
    const workflow = await use('rent-until-paid');
    await server.activate(workflow);
    const tenant = { id: '42', phone: '+15005550001', name: 'Anna', amount: '500 EUR' };
    const { id, rrule } = await call(workflow, 'rent-due', tenant, 'Remind Monthly');
    assert.equal(rrule, 'FREQ=MONTHLY;BYMONTHDAY=1');
    const ended = await call(workflow, 'rent-paid', { id: '42' }, 'End It');
    assert.deepEqual([ended.id, ended.deleted], [id, true]);
    await server.deactivate(workflow);
  });

  await check('template: a person who replies STOP is opted out', async () => {
    const workflow = await use('auto-reply');
    await server.activate(workflow);
    await sendTo('To STOP', '+15005550005');
    const output = await firstRun(workflow);
    assert.equal(output['Opt Out'][0].to, '+15005550005');
    await server.deactivate(workflow);
  });

  await check('template: a question is answered, and only then marked as read', async () => {
    const workflow = await use('read-when-answered');
    await server.activate(workflow);
    await sendTo('To one who asks', '+15005550019');
    const output = await firstRun(workflow);
    assert.match(output.Answer[0].text, /^We are open/);
    assert.equal(output['Mark as Read'].length, 1);
    await until('nothing is unread', async () => {
      return (await engine.ask('/v1/chats/15005550019@c.us')).unread_count === 0;
    });
    await server.deactivate(workflow);
  });

  await check('template: people who join a group are welcomed by name', async () => {
    const workflow = await use('welcome-member');
    await server.activate(workflow);
    await engine.ask('/v1/groups/120363000000000001@g.us/invite');
    const output = await firstRun(workflow);
    assert.match(output.Welcome[0].text, /^Welcome to .*, .+!/);
    assert.equal(output.Welcome[0].to, '120363000000000001@g.us');
    await server.deactivate(workflow);
  });

  await check('template: who asks for a person gets one until next morning', async () => {
    const workflow = await use('hand-over');
    await server.activate(workflow);
    await sendTo('To one who complains', '+15005550017');
    const output = await firstRun(workflow);
    const chat = await engine.ask('/v1/chats/15005550017@c.us');
    assert.equal(chat.handled_by, 'human');
    const morning = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Rome', timeStyle: 'short' });
    assert.equal(morning.format(new Date(chat.human_until)), '9:00 AM');
    assert.match(output['Tell Me'][0].text, /asks for you: no, too expensive$/);
    await server.deactivate(workflow);
  });

  await check('template: an AI agent answers several messages at once', async () => {
    const workflow = await use('agent-answers');
    await server.activate(workflow);
    await sendTo('To one who writes a lot', '+15005550018');
    const output = await firstRun(workflow);
    assert.deepEqual(model.faults, []);
    assert.equal(output['Message Received'][0].messages.length, 5);
    assert.match(output.Answer[0].text, /^You wrote: .+\n.+\n.+\n.+\n/);
    await server.deactivate(workflow);
    model.stop();
  });

  await check('every template was run', () => {
    assert.deepEqual([...ran].sort(), Object.keys(templates).sort());
  });
}
