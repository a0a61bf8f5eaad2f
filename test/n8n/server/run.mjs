// The package in a real n8n: packed, installed as n8n installs it, and used as a person uses it.
// node test/n8n/server/run.mjs — ends by itself with "N passed, M failed".
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineProcess } from './engine-process.mjs';
import { ensureN8n } from './ensure-n8n.mjs';
import { installPackage } from './install-package.mjs';
import { N8nServer } from './n8n-server.mjs';
import { readTemplates } from './templates.mjs';
import { until } from './until.mjs';
import {
  askAndWait,
  editMessage,
  onDelivered,
  scheduleMessage,
  sendCampaign,
  startSequence,
} from './workflows.mjs';

const CHECKOUT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const BUNDLED = { connection: 'bundled', mode: 'test' };
const counts = { passed: 0, failed: 0 };
let broken = false;

/** Each check builds on the ones before it: after a failure the rest are counted as failed, unrun. */
async function check(name, action) {
  const start = Date.now();
  try {
    if (broken) throw new Error('not run, because an earlier check failed');
    await action();
    counts.passed += 1;
    console.log(`ok    ${name} (${Date.now() - start} ms)`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAIL  ${name}\n      ${String(error.stack ?? error).replaceAll('\n', '\n      ')}`);
    if (!broken && server) console.log(server.lastLines());
    broken = true;
  }
}

const userFolder = mkdtempSync(join(tmpdir(), 'blueticks-n8n-server-'));
const engine = new EngineProcess(join(userFolder, '.n8n', 'blueticks'));
let server;
let credential;
let scheduling;
let listening;
let scheduledId;
let enginePid;

try {
  const paths = ensureN8n(console.log);

  await check('the package is packed and installed as n8n installs it', () => {
    const files = installPackage(CHECKOUT, userFolder);
    for (const path of ['index.js', 'dist/nodes/Blueticks/blueticks.dark.svg', 'dist/engine/cli/main.js']) {
      assert.ok(files.includes(path), `${path} is not packed`);
    }
    assert.deepEqual(
      files.filter((path) => /^(test|engine|nodes|docs)\//.test(path)),
      [],
    );
  });

  server = new N8nServer(paths, userFolder);
  await check('n8n starts', async () => {
    await server.start();
    await server.setUpOwner();
  });

  await check('n8n lists the nodes with icons, words to find them by, and the credential', async () => {
    const nodes = await (
      await fetch(`${server.url}/types/nodes.json`, { headers: { cookie: server.cookie } })
    ).json();
    for (const name of ['n8n-nodes-blueticks.blueticks', 'n8n-nodes-blueticks.blueticksTrigger']) {
      const node = nodes.find((candidate) => candidate.name === name);
      assert.ok(node, `${name} is not listed`);
      assert.ok(node.codex.alias.includes('whatsapp'));
      for (const icon of [node.iconUrl.light, node.iconUrl.dark]) {
        const answer = await fetch(`${server.url}/${icon}`, { headers: { cookie: server.cookie } });
        assert.match(await answer.text(), /^<svg/);
      }
    }
    assert.ok(
      nodes.some(({ name }) => name === 'n8n-nodes-blueticks.blueticksTool'),
      'an AI agent cannot use it',
    );
    const types = await (
      await fetch(`${server.url}/types/credentials.json`, { headers: { cookie: server.cookie } })
    ).json();
    assert.ok(types.some(({ name }) => name === 'blueticksApi'));
  });

  await check('two first uses at once start one engine, and a test credential is good', async () => {
    const [test, live] = await Promise.all([
      server.testCredential(BUNDLED),
      server.testCredential({ connection: 'bundled', mode: 'live' }),
    ]);
    assert.equal(test.status, 'OK', test.message);
    assert.equal(live.status, 'Error');
    assert.match(live.message, /no WhatsApp number is connected.*[Ll]ink/);
    enginePid = engine.file.pid;
    assert.deepEqual(engine.running(), [enginePid]);
  });

  await check('a credential with an address tells what is wrong with it', async () => {
    const { url } = engine.file;
    const good = await server.testCredential({
      connection: 'url',
      baseUrl: `${url}/`,
      apiKey: await engine.key(),
    });
    assert.equal(good.status, 'OK', good.message);
    const wrongKey = await server.testCredential({
      connection: 'url',
      baseUrl: url,
      apiKey: 'bt_live_wrong',
    });
    assert.match(wrongKey.message, /key/i);
    assert.equal(wrongKey.status, 'Error');
    const nobody = await server.testCredential({
      connection: 'url',
      baseUrl: 'http://127.0.0.1:9',
      apiKey: 'x',
    });
    assert.match(nobody.message, /cannot be reached/);
    const other = await server.testCredential({ connection: 'url', baseUrl: server.url, apiKey: 'x' });
    assert.match(other.message, /not a Blueticks engine/);
  });

  await check('a workflow that starts on message.delivered is activated', async () => {
    credential = await server.createCredential('Sandbox', BUNDLED);
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

  await check('the message is offered in the list, and edited by another workflow', async () => {
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

  await check('when it is delivered, the listening workflow runs, once, with the edited text', async () => {
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

  await check('after a restart of n8n the same engine is used, with the same webhook', async () => {
    const before = (await engine.ask('/v1/webhooks')).data[0].id;
    await server.stop();
    assert.deepEqual(engine.running(), [enginePid], 'the engine goes on while n8n is away');
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

  const waiting = async (name, parameters) => {
    const workflow = await server.createWorkflow(name, ...askAndWait(credential, parameters));
    const { executionId } = await server.run(workflow, 'Start');
    await until('it waits', async () => (await server.statusOf(executionId)) === 'waiting');
    return executionId;
  };
  const questions = async () => (await engine.ask('/v1/webhooks')).data;

  await check('a workflow asks, waits, and goes on with the reply', async () => {
    const id = await waiting('Asking', { to: '+15005550004' });
    const done = await server.finished(id);
    assert.equal(done.status, 'success', done.error?.message);
    for (const node of ['Ask', 'After']) assert.equal(done.output[node][0].text, 'yes');
    assert.equal(done.output.After[0].event, 'message.received');
    await until('its webhook is removed', async () => (await questions()).length === 0);
  });

  await check('a poll is asked, and the vote goes on', async () => {
    const poll = { type: 'poll', pollQuestion: 'Does 3 pm suit you?', pollOptions: ['Yes', 'No'] };
    const done = await server.finished(await waiting('Polling', { to: '+15005550008', ...poll }));
    assert.equal(done.status, 'success', done.error?.message);
    assert.deepEqual(done.output.After[0].options, ['Yes']);
  });

  await check('nobody but the engine can resume', async () => {
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

  await check(
    'a question outlives restarts of n8n and of the engine, and a limit ends the wait',
    async () => {
      const limitWaitTime = {
        values: { limitType: 'afterTimeInterval', resumeAmount: 0.2, resumeUnit: 'minutes' },
      };
      const limited = await waiting('Limited', { to: '+15005550003', options: { limitWaitTime } });
      const asked = await waiting('Outliving', { to: '+15005550004' });
      await server.stop();
      await engine.stop();
      await server.start();
      // The credential's first use starts the engine again.
      assert.equal((await server.testCredential(BUNDLED)).status, 'OK');
      enginePid = engine.file.pid;
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
      const late = await server.finished(limited, 150_000);
      assert.deepEqual(late.output.After, [{ timed_out: true }]);
    },
  );

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
  });

  await check('a sequence is started, and the reply stops it', async () => {
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

  const templates = readTemplates(CHECKOUT, credential);
  const ran = new Set();
  const use = async (file) => {
    ran.add(file);
    const { name, nodes, connections } = templates[file];
    return await server.createWorkflow(name, nodes, connections);
  };
  /** What the node of a template put out when its web address was called. */
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

  await check('template: the appointment reminder is scheduled, and canceled when it is paid', async () => {
    const workflow = await use('appointment-reminder');
    await server.activate(workflow);
    const start = new Date(Date.now() + 3 * 86_400_000);
    const appointment = { id: '42', phone: '+15005550001', name: 'Anna', starts_at: start.toISOString() };
    const { id, send_at } = await call(workflow, 'new-appointment', appointment, 'Schedule Reminder');
    assert.equal(Date.parse(send_at), start.getTime() - 86_400_000);
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

  await check('template: an order is told at once', async () => {
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

  await check('template: who answers STOP is opted out', async () => {
    const workflow = await use('auto-reply');
    await server.activate(workflow);
    const asking = askAndWait(credential, { operation: 'send', to: '+15005550005' });
    await server.run(await server.createWorkflow('To STOP', ...asking), 'Start');
    const [execution] = await until('it runs', async () => {
      const found = await server.executions(workflow);
      return found.length > 0 ? found : undefined;
    });
    const done = await server.finished(execution.id);
    assert.equal(done.status, 'success', done.error?.message);
    assert.equal(done.output['Opt Out'][0].to, '+15005550005');
    await server.deactivate(workflow);
  });

  await check('every template was run', () => {
    assert.deepEqual([...ran].sort(), Object.keys(templates).sort());
  });
} catch (error) {
  counts.failed += 1;
  console.error(error);
} finally {
  await server?.stop();
  await engine.stop();
  rmSync(userFolder, { recursive: true, force: true });
}

console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed > 0 ? 1 : 0;
