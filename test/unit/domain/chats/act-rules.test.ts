import fc from 'fast-check';
import {
  EDITABLE_MS,
  longestText,
  REVOCABLE_MS,
  whyNot,
  type ActFacts,
  type ActKind,
} from '../../../../engine/domain/chats/act-rules';

const NOW = Date.parse('2026-05-04T09:00:00Z');
const sent: ActFacts = {
  ...{ isOwn: true, type: 'text', stage: 'in_chat', at: NOW - 60_000, messageId: 'msg_1' },
  ...{ isRevoked: false, isInChannel: false },
};
const KINDS: ActKind[] = ['react', 'edit', 'revoke', 'pin', 'forward'];
const kinds = fc.constantFrom(...KINDS);

it('allows everything with a text that was just sent', () => {
  for (const kind of KINDS) expect(whyNot(kind, sent, NOW)).toBeNull();
});

it.each([
  ['edit', EDITABLE_MS, /15 minutes/],
  ['revoke', REVOCABLE_MS, /60 hours/],
] as const)('allows %s until %i ms after it was sent, and not later', (kind, limit, why) => {
  expect(whyNot(kind, { ...sent, at: NOW - limit }, NOW)).toBeNull();
  expect(whyNot(kind, { ...sent, at: NOW - limit - 1 }, NOW)).toMatch(why);
});

it('never edits or takes back what somebody else wrote, and allows the rest at any age', () => {
  fc.assert(
    fc.property(kinds, fc.integer({ min: 0, max: 1e12 }), (kind, age) => {
      const why = whyNot(kind, { ...sent, isOwn: false, at: NOW - age }, NOW);
      expect(why === null).toBe(kind !== 'edit' && kind !== 'revoke');
    }),
  );
});

it.each([
  ['edit', 'pending', /Change it with PATCH \/v1\/messages\/msg_1\.$/],
  ['revoke', 'pending', /Cancel it with POST \/v1\/messages\/msg_1\/cancel\.$/],
  ['react', 'pending', /Try again when it is sent\.$/],
  ['edit', 'under_way', /being sent right now\. Try again/],
  ['revoke', 'never_sent', /was never sent/],
] as const)('says what to do instead: %s of a message that is %s', (kind, stage, why) => {
  expect(whyNot(kind, { ...sent, stage }, NOW)).toMatch(why);
});

it('does nothing to a message that is not in the chat, or in a channel, or was taken back', () => {
  const facts = fc.oneof(
    fc.constantFrom<Partial<ActFacts>>(
      { stage: 'pending' },
      { stage: 'under_way' },
      { stage: 'never_sent' },
      { isInChannel: true },
    ),
    fc.constant<Partial<ActFacts>>({ isRevoked: true }),
  );
  fc.assert(
    fc.property(kinds, facts, (kind, more) => {
      // To take back what was taken back changes nothing.
      const isRepeat = kind === 'revoke' && more.isRevoked;
      expect(whyNot(kind, { ...sent, ...more }, NOW) === null).toBe(isRepeat ?? false);
    }),
  );
});

it('edits only texts and captions', () => {
  const editable = ['text', 'image', 'video', 'gif', 'document'];
  const others = ['poll', 'location', 'contact', 'sticker', 'voice', 'audio', 'unsupported'];
  for (const type of editable) expect(whyNot('edit', { ...sent, type }, NOW)).toBeNull();
  for (const type of others) expect(whyNot('edit', { ...sent, type }, NOW)).toContain(`this is a ${type}`);
  expect([longestText('text'), longestText('image'), longestText('poll')]).toEqual([4096, 1024, null]);
});
