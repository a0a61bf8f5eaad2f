import { faultsOf, type Outcome } from '../../../engine/cli/demo/judge';
import type { ShownMessage } from '../../../engine/cli/demo/shown-message';
import { verifyDelivery } from '../../../engine/cli/demo/verify-delivery';
import { signatureHeaders } from '../../../engine/events/signature';

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

  test('both signatures of the engine hold', () => {
    expect(verify()).toEqual({ body: true, timed: true });
  });
  test('another body, another secret, or none: neither holds', () => {
    expect(verify(headers, `${body} `)).toEqual({ body: false, timed: false });
    expect(verify(headers, body, 'whsec_other')).toEqual({ body: false, timed: false });
    expect(verify({})).toEqual({ body: false, timed: false });
  });
  test('an old delivery, or one with another time written on it, is found out', () => {
    expect(verify(headers, body, secret, at + 301)).toEqual({ body: true, timed: false });
    const redated = { ...headers, 'blueticks-webhook-timestamp': String(at + 300) };
    expect(verify(redated, body, secret, at + 301)).toEqual({ body: true, timed: false });
  });
});

describe('the demo’s judgement', () => {
  const text = 'new';
  const shown = { to: '+1', text, send_at: '2026-01-01T00:00:10.000Z', read_at: null, canceled_at: null };
  const edited: ShownMessage = { ...shown, id: 'a', status: 'read', sent_at: '2026-01-01T00:00:10.100Z' };
  const canceled: ShownMessage = { ...shown, id: 'b', status: 'canceled', sent_at: null };
  const event = (type: string, of: ShownMessage, holds = true): Outcome['heard'][number] => ({
    id: `evt_${type}_${of.id}`,
    type: `message.${type}`,
    message: { id: of.id, text: of.text, status: of.status },
    verdict: { body: true, timed: holds },
    at: 0,
  });
  const heard = [
    event('canceled', canceled),
    ...['queued', 'sending', 'sent', 'delivered', 'read'].map((type) => event(type, edited)),
  ];
  const good: Outcome = { heard, edited, canceled, text };

  test('finds nothing when all is as it must be', () => {
    expect(faultsOf(good)).toEqual([]);
  });

  test.each<[string, Outcome, RegExp]>([
    ['a bad signature', { ...good, heard: [...heard, event('read', edited, false)] }, /signature/],
    [
      'an event that is missing',
      { ...good, heard: heard.filter((e) => e.type !== 'message.sent') },
      /sent .* not heard/,
    ],
    ['the old text', { ...good, edited: { ...edited, text: 'old' } }, /new text/],
    [
      'the old text on the way',
      {
        ...good,
        heard: [...heard.slice(0, 3), event('sent', { ...edited, text: 'old' }), ...heard.slice(4)],
      },
      /old text/,
    ],
    [
      'a message before its time',
      { ...good, edited: { ...edited, sent_at: '2026-01-01T00:00:09.999Z' } },
      /before its time/,
    ],
    ['one that is not read', { ...good, edited: { ...edited, status: 'failed' } }, /failed, not read/],
    ['a canceled one that went', { ...good, canceled: { ...canceled, sent_at: shown.send_at } }, /although/],
    [
      'one that is not canceled',
      { ...good, canceled: { ...canceled, status: 'queued' } },
      /queued, not canceled/,
    ],
    [
      'events of the canceled one',
      { ...good, heard: [...heard, event('sent', canceled)] },
      /canceled message was heard/,
    ],
    ['a cancellation that nobody told', { ...good, heard: heard.slice(1) }, /message.canceled was not heard/],
  ])('finds %s', (_what, outcome, fault) => {
    expect(faultsOf(outcome)).toEqual([expect.stringMatching(fault)]);
  });
});
