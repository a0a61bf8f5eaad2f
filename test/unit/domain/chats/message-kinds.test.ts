import { publishedKind, storedKind } from '../../../../engine/domain/chats/message-kinds';

it.each([
  ['text', 'chat'],
  ['voice', 'ptt'],
  ['poll', 'poll_creation'],
  ['contact', 'vcard'],
  ['image', 'image'],
  ['button_reply', 'button_reply'],
])('the kind %s is published as %s, and found by either name', (ours, published) => {
  expect(publishedKind(ours)).toBe(published);
  expect([storedKind(published), storedKind(ours)]).toEqual([ours, ours]);
});

it('a round video note is found among the videos', () => {
  expect(storedKind('ptv')).toBe('video');
});
