import { ended, forkTypeScript, nextMessage } from '../support/servers/typescript-child';
import { BaileysClient } from './baileys-client';
import { waitUntil } from './people/wait-until';
import type { WhatsApp } from './whatsapp';

type Answer = Record<string, unknown> & { readonly error?: string };

describe('the simulator in its own process', () => {
  const child = forkTypeScript(`${__dirname}/simulator-child.ts`);
  let control: string;
  let url: string;
  beforeAll(async () => void ({ control, url } = await nextMessage<{ control: string; url: string }>(child)));
  afterAll(async () => {
    child.disconnect();
    await ended(child);
  });

  const post = async (path: string, body: object = {}): Promise<Answer> =>
    (
      await fetch(`${control}/${path}`, { method: 'POST', body: JSON.stringify(body) })
    ).json() as Promise<Answer>;
  const received = async (number: string): Promise<Answer[]> =>
    (await fetch(`${control}/contacts/${number}`)).json() as Promise<Answer[]>;

  it('links, receives a message, marks it as read and replies, all over HTTP', async () => {
    const elsewhere = { url, mediaAgent: undefined } as unknown as WhatsApp;
    await post('phones', { number: '+14155550100' });
    const { jid } = await post('contacts', { number: '+14155551234' });
    const fresh = await BaileysClient.connect(elsewhere);
    expect(await post('phones/+14155550100/link', { qr: await fresh.qr() })).toEqual({ device: 1 });
    await fresh.closed();
    const client = await (await BaileysClient.connect(elsewhere, fresh.memory)).open();

    const sent = await client.socket.sendMessage(String(jid), { text: 'see you at nine' });
    const id = sent?.key.id ?? '';
    await client.stanza(id, 'receipt', { type: undefined });
    expect(await received('+14155551234')).toMatchObject([{ id, text: 'see you at nine', copies: 1 }]);
    await post('contacts/+14155551234/read', { id });
    await client.stanza(id, 'receipt', { type: 'read' });
    const reply = await post('contacts/+14155551234/send', { text: 'fine', quote: id });
    await client.message(String(reply.id));

    await post('faults/next-ack', { arguments: [500] });
    const refused = await client.socket.sendMessage(String(jid), { text: 'refused' });
    await waitUntil('the ack', () => client.stanzas.find(({ attrs }) => attrs.id === refused?.key.id));
    expect((await client.stanza(refused?.key.id ?? '', 'ack')).attrs.error).toBe('500');
    await client.end();
  });

  it('explains what is wrong with a request', async () => {
    expect((await post('phones/+1999/link', { qr: 'x' })).error).toBe('There is no phone +1999.');
    expect((await post('faults/earthquake')).error).toMatch(/^Faults are next-ack, /);
  });
});
