import {
  ownReadOf,
  receiptsOf,
  timeOf,
  wireIdsOf,
} from '../../../../../engine/transport/baileys/receiving/stanzas';

const NOW = 1_800_000_000_000;
const receipt = (attrs: Record<string, string>, content?: unknown) =>
  ({ tag: 'receipt', attrs: { id: 'A', from: '1@lid', ...attrs }, content }) as never;
const node = (tag: string, attrs: Record<string, string>, content?: unknown) => ({ tag, attrs, content });

describe('a receipt', () => {
  it.each([
    [undefined, 'delivered'],
    ['inactive', 'delivered'],
    ['read', 'read'],
    ['played', 'read'],
  ])('of type %s means %s', (type, status) => {
    const told = receiptsOf(receipt(type === undefined ? {} : { type }), NOW);
    expect(told).toEqual([{ wireId: 'A', status, at: NOW }]);
  });

  it.each(['sender', 'retry', 'peer_msg', 'hist_sync', 'read-self', 'played-self', 'server-error', 'new'])(
    'of type %s means nothing',
    (type) => expect(receiptsOf(receipt({ type }), NOW)).toEqual([]),
  );

  it('from our own device about somebody else’s message means nothing', () => {
    expect(receiptsOf(receipt({ type: 'read', recipient: '2@s.whatsapp.net' }), NOW)).toEqual([]);
  });

  it('for several messages counts once for each', () => {
    const list = [node('list', {}, [node('item', { id: 'B' }), node('item', { id: 'A' })])];
    const told = receiptsOf(receipt({ type: 'read' }, list), NOW);
    expect(told.map(({ wireId }) => wireId)).toEqual(['A', 'B']);
  });

  it('combined for several people in a group counts', () => {
    const sets = [node('participants', { key: 'B' }, [node('user', { jid: '1@lid', t: '1' })])];
    expect(wireIdsOf(receipt({ type: 'read' }, sets))).toEqual(['A', 'B']);
  });
});

describe('what the owner has read', () => {
  const me = { jid: '15005550100:3@s.whatsapp.net', lid: '77:3@lid' };
  const read = (attrs: Record<string, string>, content?: unknown) => ownReadOf(receipt(attrs, content), me);

  it.each([
    ['a chat of two', { from: '15005550100@s.whatsapp.net', recipient: '2@s.whatsapp.net' }, '2@c.us'],
    ['one known by lid', { from: '77:0@lid', recipient: '2@lid' }, '2@lid'],
    ['a group', { from: '5@g.us', participant: '77@lid' }, '5@g.us'],
  ])('is told for %s, by either type', (_what, attrs, chatId) => {
    const list = [node('list', {}, [node('item', { id: 'B' })])];
    for (const type of ['read', 'read-self'])
      expect(read({ type, ...attrs }, list)).toEqual({ chatId, wireIds: ['A', 'B'] });
  });

  it('is told if nobody else may know', () => {
    expect(read({ type: 'read-self', from: '5@g.us', participant: '1@lid' })).toMatchObject({
      chatId: '5@g.us',
    });
  });

  it.each([
    ['somebody else read', { type: 'read', from: '1@lid' }],
    ['somebody else read in a group', { type: 'read', from: '5@g.us', participant: '1@lid' }],
    ['the owner got', { type: 'sender', from: '77@lid', recipient: '2@lid' }],
    ['the owner wrote to themselves', { type: 'read', from: '77@lid' }],
    ['the owner read of a status', { type: 'read', from: 'status@broadcast', participant: '77@lid' }],
  ])('is not what %s', (_what, attrs) => expect(read(attrs)).toBeNull());
});

describe('the time of a stanza', () => {
  it.each([
    ['is now if its second may be the current one', NOW / 1000 - 1, NOW],
    ['is its own if it waited', NOW / 1000 - 60, NOW - 60_000],
    ['is never later than now', NOW / 1000 + 60, NOW],
  ])('%s', (_what, seconds, at) => expect(timeOf(String(seconds), NOW)).toBe(at));

  it.each([undefined, '', 'x', '0', '-5'])('is now for an invalid %p', (seconds) => {
    expect(timeOf(seconds, NOW)).toBe(NOW);
  });
});
