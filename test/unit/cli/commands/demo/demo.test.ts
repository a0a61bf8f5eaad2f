import { faultsOf, type Outcome, type ShownMessage } from '../../../../../engine/cli/commands/demo/judge';
import { verifyDelivery } from '../../../../../engine/cli/commands/demo/receiver';
import { signatureHeaders } from '../../../../../engine/events/signature';

describe('verifying a delivery', () => {
  const secret = 'whsec_secret';
  const body = '{"id":"evt_1","text":"grüezi 👍"}';
  const at = 1_800_000_000;
  const headers = lowerCased(signatureHeaders({ secret, body, webhookId: 'wh_1', timestampSeconds: at }));

  function lowerCased(record: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
  }
  const verify = (given = headers, raw = body, key = secret, now = at + 1): unknown =>
    verifyDelivery(given, Buffer.from(raw), key, now);

  it('accepts both signatures of the engine', () => {
    expect(verify()).toEqual({ body: true, timed: true });
  });
  it('rejects another body, another secret, or no signature', () => {
    expect(verify(headers, `${body} `)).toEqual({ body: false, timed: false });
    expect(verify(headers, body, 'whsec_other')).toEqual({ body: false, timed: false });
    expect(verify({})).toEqual({ body: false, timed: false });
  });
  it('rejects an old delivery, even with a new time written on it', () => {
    expect(verify(headers, body, secret, at + 301)).toEqual({ body: true, timed: false });
    const redated = { ...headers, 'blueticks-webhook-timestamp': String(at + 300) };
    expect(verify(redated, body, secret, at + 301)).toEqual({ body: true, timed: false });
  });
});

describe('judging the demo', () => {
  const text = 'new';
  const shown = { to: '+1', text, send_at: '2026-01-01T00:00:10.000Z', read_at: null, canceled_at: null };
  const edited: ShownMessage = { ...shown, id: 'a', status: 'read', sent_at: '2026-01-01T00:00:10.100Z' };
  const canceled: ShownMessage = { ...shown, id: 'b', status: 'canceled', sent_at: null };
  const event = (type: string, of: ShownMessage, holds = true): Outcome['received'][number] => ({
    id: `evt_${type}_${of.id}`,
    type: `message.${type}`,
    message: { id: of.id, text: of.text, status: of.status },
    verdict: { body: true, timed: holds },
    at: 0,
  });
  const received = [
    event('canceled', canceled),
    ...['queued', 'sending', 'sent', 'delivered', 'read'].map((type) => event(type, edited)),
  ];
  const good: Outcome = { received, edited, canceled, text };

  it('finds no fault if everything worked', () => {
    expect(faultsOf(good)).toEqual([]);
  });

  it.each<[string, Outcome, RegExp]>([
    ['a bad signature', { ...good, received: [...received, event('read', edited, false)] }, /signature/],
    [
      'a missing event',
      { ...good, received: received.filter((e) => e.type !== 'message.sent') },
      /sent .* did not arrive/,
    ],
    ['the old text', { ...good, edited: { ...edited, text: 'old' } }, /new text/],
    [
      'the old text in an event',
      {
        ...good,
        received: [...received.slice(0, 3), event('sent', { ...edited, text: 'old' }), ...received.slice(4)],
      },
      /old text/,
    ],
    [
      'a message sent before its time',
      { ...good, edited: { ...edited, sent_at: '2026-01-01T00:00:09.999Z' } },
      /before its time/,
    ],
    ['a message that was not read', { ...good, edited: { ...edited, status: 'failed' } }, /failed, not read/],
    [
      'a canceled message that was sent',
      { ...good, canceled: { ...canceled, sent_at: shown.send_at } },
      /although/,
    ],
    [
      'a message that was not canceled',
      { ...good, canceled: { ...canceled, status: 'queued' } },
      /queued, not canceled/,
    ],
    [
      'events of the canceled message',
      { ...good, received: [...received, event('sent', canceled)] },
      /canceled message arrived/,
    ],
    [
      'a missing cancellation event',
      { ...good, received: received.slice(1) },
      /message.canceled did not arrive/,
    ],
  ])('finds %s', (_what, outcome, fault) => {
    expect(faultsOf(outcome)).toEqual([expect.stringMatching(fault)]);
  });
});
