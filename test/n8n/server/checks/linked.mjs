import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OwnEngine } from '../own-engine.mjs';
import { byId, runChain } from '../chain.mjs';
import { PROXY_ADDRESS, ProxyProcess, startWhatsApp } from '../typescript-servers.mjs';
import { until } from '../until.mjs';
import { askAndWait, startNode } from '../workflows.mjs';

const ANNA = '+14155550101';
const PICTURE = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Links a number from n8n in both ways and uses it, with the real Baileys and the WhatsApp simulator. */
export async function linkedChecks({ check, server, folder, packageFolder }) {
  const whatsapp = await startWhatsApp();
  const authority = join(folder, 'media-host.pem');
  writeFileSync(authority, whatsapp.media.ca);
  const engine = new OwnEngine(packageFolder, join(folder, 'linked-engine'), {
    BLUETICKS_WA_SOCKET_URL: whatsapp.url,
    NODE_EXTRA_CA_CERTS: authority,
  });
  try {
    await engine.start();
    await runChecks({ check, server, whatsapp, engine });
  } finally {
    await engine.stop();
    await whatsapp.close();
  }
}

async function runChecks({ check, server, whatsapp, engine }) {
  const data = engine.credential('live');
  const credential = await server.createCredential('My number', data);
  const phone = whatsapp.phone('+14155550100');
  const anna = whatsapp.contact(ANNA);
  const group = whatsapp.group({ subject: 'Team', members: [anna, phone] });
  anna.behaves({ read: true });
  const run = async (name, parameters) => {
    const workflow = await server.createWorkflow(name, ...startNode(name, credential, parameters));
    const { executionId } = await server.run(workflow, 'Start');
    return await server.finished(executionId, 60_000);
  };
  const stateOf = async () =>
    (await run('Status', { resource: 'session', operation: 'getStatus' })).output.Status[0];
  const connected = () =>
    until(
      'it is connected',
      async () => (await engine.ask('/v1/sessions')).data[0]?.state === 'connected',
      60_000,
    );

  await check('linked: without a linked number, the credential says what to do', async () => {
    const { status, message } = await server.testCredential(data);
    assert.equal(status, 'Error');
    assert.match(message, /key works, but no WhatsApp number is connected/);
  });

  await check('linked: the QR code is a picture that links the phone that scans it', async () => {
    const done = await run('QR', { resource: 'session', operation: 'getQrCode' });
    assert.equal(done.status, 'success', done.error?.message);
    const { data: file } = done.files.QR[0];
    assert.equal(file.mimeType, 'image/png');
    const { qr } = await engine.ask(`/v1/sessions/${done.output.QR[0].id}/qr`);
    await phone.link(qr);
    await connected();
    const { state, phone: number } = await stateOf();
    assert.deepEqual({ state, number }, { state: 'connected', number: '+14155550100' });
    assert.equal((await server.testCredential(data)).status, 'OK');
  });

  await check('linked: messages to a group from the list and to a person arrive', async () => {
    const [choice] = await server.choices(credential, 'searchRecipients', {});
    assert.deepEqual(
      { name: choice.name, value: choice.value },
      { name: 'Team · group of 2', value: group.jid },
    );
    const to = { __rl: true, mode: 'list', value: choice.value };
    const sent = await run('Send', { operation: 'send', to, text: 'Hello, team' });
    assert.equal(sent.status, 'success', sent.error?.message);
    await anna.hears('Hello, team');
    const direct = await run('Send', { operation: 'send', to: ANNA, text: 'Hello, Anna' });
    await anna.hears('Hello, Anna');
    const [{ id }] = direct.output.Send;
    await until('it was read', async () => (await engine.ask(`/v1/messages/${id}`)).read_at);
    const chats = await server.choices(credential, 'searchRecipients', {});
    assert.ok(chats.some(({ name, value }) => value === ANNA && name === `${ANNA} · Hello, Anna`));
  });

  await check('linked: a person answers a question with a picture, which becomes binary data', async () => {
    const options = { downloadMedia: true };
    const parts = askAndWait(credential, { to: ANNA, text: 'What does it look like?', options });
    const { executionId } = await server.run(await server.createWorkflow('Picture', ...parts), 'Start');
    const question = await anna.hears('What does it look like?');
    await until('it waits', async () => (await server.statusOf(executionId)) === 'waiting');
    await anna.sends({ media: { kind: 'image', bytes: PICTURE, mimetype: 'image/png' }, quote: question.id });
    const done = await server.finished(executionId, 60_000);
    assert.equal(done.status, 'success', done.error?.message);
    assert.equal(done.output.After[0].from, ANNA);
    assert.equal(done.files.After[0].data.mimeType, 'image/png');
  });

  await check('linked: a proxy is set and taken away, and the number connects by it', async () => {
    const proxy = await ProxyProcess.start('socks5');
    try {
      const setProxy = (name, url) =>
        run(name, { resource: 'session', operation: 'update', options: { proxy: url } });
      whatsapp.peers.clear();
      const done = await setProxy('Proxy', proxy.url());
      assert.equal(done.status, 'success', done.error?.message);
      assert.match(done.output.Proxy[0].proxy, /^socks5:\/\/re\*\*\*:\*\*\*@127\.0\.0\.1:\d+$/);
      await until('it connects through the proxy', () => whatsapp.peers.has(PROXY_ADDRESS));
      await connected();
      const sent = await run('Send', { operation: 'send', to: ANNA, text: 'Through a proxy' });
      assert.equal(sent.status, 'success', sent.error?.message);
      await anna.hears('Through a proxy');
      assert.deepEqual([...whatsapp.peers], [PROXY_ADDRESS]);
      const without = await setProxy('No proxy', '');
      assert.equal(without.output['No proxy'][0].proxy, null);
      await until('it connects directly', () => whatsapp.peers.size === 2);
      await connected();
    } finally {
      await proxy.kill();
    }
  });

  await check('linked: the number is logged out, and linked again with a pairing code', async () => {
    const out = await run('Log out', { resource: 'session', operation: 'logOut' });
    assert.equal(out.status, 'success', out.error?.message);
    assert.equal((await stateOf()).state, 'logged_out');
    const done = await run('Code', {
      resource: 'session',
      operation: 'getPairingCode',
      phone: '+14155550100',
    });
    assert.equal(done.status, 'success', done.error?.message);
    await phone.enterPairingCode(done.output.Code[0].code);
    await connected();
  });

  await check(
    'linked: two numbers send one campaign with two texts, and its report counts them',
    async () => {
      const second = whatsapp.phone('+14155550200');
      const { id } = await engine.ask('/v1/sessions', 'POST', {});
      const { qr } = await until('a code is shown', async () => {
        const answer = await engine.ask(`/v1/sessions/${id}/qr`);
        return answer.qr && answer;
      });
      await second.link(qr);
      await until(
        'it is connected',
        async () => (await engine.ask(`/v1/sessions/${id}`)).state === 'connected',
      );
      const people = Array.from({ length: 12 }, (_, nth) => whatsapp.contact(`+1415555${4100 + nth}`));
      for (const person of people) person.behaves({ read: true });
      // These know the second number, so only that may write to them.
      const known = people.slice(0, 4);
      for (const person of known) await person.sends({ text: 'Hello' }, { to: second });
      const isKnown =
        ({ number }) =>
        (chat) =>
          chat.id === `${number.slice(1)}@c.us`;
      await until('it knows them', async () => {
        const { data } = await engine.ask('/v1/chats?limit=200');
        return known.every((person) => data.some(isKnown(person)));
      });
      const campaign = (operation, more) => ({
        ...{ resource: 'campaign', operation, campaignId: byId("={{ $('Send').first().json.id }}") },
        ...more,
      });
      const variant = [
        { name: 'Short', share: 50, text: 'Hi!' },
        { name: 'Long', share: 50, text: 'Hello, we have something new for you.' },
      ];
      const from = '+14155550100, +14155550200';
      const out = await runChain({ server, credential }, 'Two numbers', {
        People: {
          ...{ resource: 'audience', operation: 'create', name: 'All', contactsFrom: 'rows' },
          contacts: { contact: people.map(({ number }) => ({ to: number })) },
        },
        Send: campaign('create', {
          ...{ name: 'Spring', audienceId: byId("={{ $('People').first().json.id }}"), text: '' },
          options: { from, variants: { variant }, replyDays: 3 },
        }),
      });
      const [made] = out.Send;
      assert.deepEqual([made.from, made.from_numbers.join(', '), made.reply_days], [null, from, 3]);
      const heard = await Promise.all(
        people.map(async (person) => await until('they got theirs', () => person.received.at(-1))),
      );
      const senders = heard.map((message) => message.from.number);
      assert.deepEqual(new Set(senders.slice(0, 4)), new Set(['+14155550200']));
      assert.ok(senders.includes('+14155550100'));
      await people[0].sends({ text: 'Yes' }, { to: second });
      const { Report } = await until('all is counted', async () => {
        const shown = await runChain({ server, credential }, 'Report', {
          Report: { resource: 'campaign', operation: 'report', campaignId: byId(made.id) },
        });
        const [{ read_count, replied_count }] = shown.Report;
        return read_count === people.length && replied_count === 1 && shown;
      });
      const [{ rates, variants, half_read_after_s: half }] = Report;
      assert.deepEqual([rates.delivered, rates.read], [1, 1]);
      assert.equal(typeof half, 'number');
      assert.deepEqual(
        variants.map(({ name }) => name),
        ['Short', 'Long'],
      );
      assert.equal(
        variants.reduce((sum, { sent_count }) => sum + sent_count, 0),
        people.length,
      );
      for (const [index, { received }] of people.entries()) assert.equal(received.length, 1, `${index}`);
    },
  );
}
