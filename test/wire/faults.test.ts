import { BaileysClient } from './baileys-client';
import { linked } from './linked';
import { waitUntil } from './people/wait-until';
import type { Contact } from './people/contact';
import type { Phone } from './people/phone';
import type { StreamEnd } from './server/faults';
import { startWhatsApp, type WhatsApp } from './whatsapp';

describe('faults between an unmodified Baileys socket and the server', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let client: BaileysClient;
  let number = 14155553000;
  const config = { defaultQueryTimeoutMs: 3_000 };
  const someone = (): Contact => whatsapp.contact(`+${number++}`);
  const back = async (): Promise<BaileysClient> =>
    (client = await (await BaileysClient.connect(whatsapp, client.memory, config)).open());

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    client = await linked(whatsapp, phone, config);
  });
  afterEach(() => {
    expect(whatsapp.complaints.splice(0)).toEqual([]);
    whatsapp.faults.heal();
  });
  afterAll(async () => {
    await client.end();
    await whatsapp.close();
  });

  it('a half-open link swallows everything, and the client does not notice', async () => {
    const contact = someone();
    await client.socket.sendMessage(contact.jid(), { text: 'before' });
    await contact.hears('before');
    phone.faults.halfOpen();
    const unheard = await client.socket.sendMessage(contact.jid(), { text: 'into the void' });
    await expect(client.stanza(unheard?.key.id ?? '', 'ack', {}, 300)).rejects.toThrow('Timed out');
    await expect(client.closed(100)).rejects.toThrow('Timed out');
    const unheardOf = await contact.sends({ text: 'can you hear me?' });
    const deaf = client;
    await back();
    expect(await client.message(unheardOf.id)).toMatchObject({ type: 'append' });
    expect(contact.received.map(({ text }) => text)).toEqual(['before']);
    // Not awaited: Baileys waits half a minute for the other side to close.
    void deaf.end();
  });

  it.each<[StreamEnd, number]>([
    [515, 515],
    [503, 503],
    [440, 440],
    [403, 403],
    [500, 500],
  ])('the server ends the stream with %i', async (code, told) => {
    whatsapp.faults.endStream(code);
    expect(await client.closed()).toBe(told);
    await back();
  });

  it('a cut connection closes at once', async () => {
    whatsapp.faults.dropLink();
    expect([408, 428]).toContain(await client.closed());
    await back();
  });

  it('a second socket of a device replaces the first', async () => {
    const first = client;
    await back();
    expect(await first.closed()).toBe(440);
  });

  it.each([401, 403, 503])('a login is refused with %i', async (code) => {
    await client.end();
    phone.faults.refuseLogin(code);
    const refused = await BaileysClient.connect(whatsapp, client.memory);
    expect(await refused.closed()).toBe(code);
    await back();
  });

  it('a lost ack: the contact has the message, the sender does not know', async () => {
    const contact = someone();
    whatsapp.faults.loseAck();
    const sent = await client.socket.sendMessage(contact.jid(), { text: 'acked never' });
    const id = sent?.key.id ?? '';
    await client.stanza(id, 'receipt', { type: undefined });
    await expect(client.stanza(id, 'ack', {}, 200)).rejects.toThrow('Timed out');
  });

  it('an ack arrives after the receipt', async () => {
    const contact = someone();
    whatsapp.faults.slowAck(300);
    const sent = await client.socket.sendMessage(contact.jid(), { text: 'acked late' });
    await client.stanza(sent?.key.id ?? '', 'ack');
    const about = client.stanzas.filter(({ attrs }) => attrs.id === sent?.key.id);
    expect(about.map(({ tag }) => tag).at(-1)).toBe('ack');
    expect(about.length).toBeGreaterThan(1);
  });

  it('a connection cut before the ack: a resend with the same id is counted, not shown twice', async () => {
    const contact = someone();
    const messageId = '3EB0DEADBEEF00000001';
    whatsapp.faults.dropBeforeAck();
    await client.socket.sendMessage(contact.jid(), { text: 'once only' }, { messageId });
    await client.closed();
    await back();
    await client.socket.sendMessage(contact.jid(), { text: 'once only' }, { messageId });
    await client.stanza(messageId, 'ack');
    await contact.settled();
    expect(contact.received.map(({ id, copies }) => [id, copies])).toEqual([[messageId, 2]]);
  });

  it('receipts sent while the link was down arrive when it is back', async () => {
    const contact = someone();
    contact.behaves({ deliver: false });
    const sent = await client.socket.sendMessage(contact.jid(), { text: 'read in between' });
    const { id } = await contact.hears('read in between');
    expect(id).toBe(sent?.key.id);
    await client.end();
    contact.reads(id);
    await back();
    await client.stanza(id, 'receipt', { type: 'read' });
  });

  it('a lost answer about a contact’s devices: Baileys sends to nobody, silently', async () => {
    const contact = someone();
    phone.faults.lose('usync');
    const sent = await client.socket.sendMessage(contact.jid(), { text: 'lost' });
    expect((await client.stanza(sent?.key.id ?? '', 'ack')).attrs.error).toBeUndefined();
    await contact.settled();
    expect(contact.received).toEqual([]);
  });

  it('a send fails if keys never arrive', async () => {
    const contact = someone();
    whatsapp.faults.lose('prekeys', 3);
    await expect(client.socket.sendMessage(contact.jid(), { text: 'no keys' })).rejects.toThrow(
      'All encryptions failed',
    );
    await contact.settled();
    expect(contact.received).toEqual([]);
  });

  it('a slow answer delays the send', async () => {
    const contact = someone();
    whatsapp.faults.slow('usync', 400, 1);
    const before = Date.now();
    await client.socket.sendMessage(contact.jid(), { text: 'slowly' });
    expect(Date.now() - before).toBeGreaterThanOrEqual(390);
    await contact.hears('slowly');
  });

  it('a restricted account reaches only people who wrote to it, and learns when that ends', async () => {
    const [stranger, acquaintance] = [someone(), someone()];
    await acquaintance.sends({ text: 'hi' });
    const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    phone.restrict(until);
    const told = await waitUntil(
      'the restriction was reported',
      () => client.updates.find(({ reachoutTimeLock }) => reachoutTimeLock)?.reachoutTimeLock,
    );
    expect(told).toMatchObject({ isActive: true, timeEnforcementEnds: until });
    expect(await client.socket.fetchAccountReachoutTimelock()).toMatchObject({ timeEnforcementEnds: until });

    const refused = await client.socket.sendMessage(stranger.jid(), { text: 'buy now' });
    expect((await client.stanza(refused?.key.id ?? '', 'ack')).attrs.error).toBe('463');
    await client.socket.sendMessage(acquaintance.jid(), { text: 'hi yourself' });
    await acquaintance.hears('hi yourself');
    expect(stranger.received).toEqual([]);

    phone.liftRestriction();
    await client.socket.sendMessage(stranger.jid(), { text: 'hello' });
    await stranger.hears('hello');
  });

  it('a contact that cannot decrypt a message requests it again and gets it', async () => {
    const contact = someone();
    await client.socket.sendMessage(contact.jid(), { text: 'first' });
    await contact.hears('first');
    await contact.losesItsSessions();
    await client.socket.sendMessage(contact.jid(), { text: 'second' });
    await contact.hears('second');
    expect(whatsapp.complaints.splice(0).join()).toMatch(/could not decrypt .*, try 1/);
  });

  it('a contact that reinstalls WhatsApp gets the next message under its new identity', async () => {
    const contact = someone();
    await client.socket.sendMessage(contact.jid(), { text: 'before' });
    await contact.hears('before');
    await contact.reinstalls();
    const sent = await client.socket.sendMessage(contact.jid(), { text: 'after' });
    expect(await contact.hears('after')).toMatchObject({ id: sent?.key.id });
    expect(whatsapp.complaints.splice(0).join()).toMatch(/could not decrypt/);
  });

  it('the server asks for more pre-keys when they run out, and gets them', async () => {
    const [companion] = phone.companions;
    while (companion && companion.preKeyCount > 4) companion.keyBundle();
    await waitUntil('more pre-keys came', () => (companion?.preKeyCount ?? 0) > 4 || undefined);
  });
});
