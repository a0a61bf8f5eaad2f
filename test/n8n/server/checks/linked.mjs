import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OwnEngine } from '../own-engine.mjs';
import { startWhatsApp } from '../typescript-servers.mjs';
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
}
