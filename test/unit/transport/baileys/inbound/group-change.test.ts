import * as fc from 'fast-check';
import type { BinaryNode } from '../../../../../engine/transport/baileys/baileys';
import { readGroupChanges } from '../../../../../engine/transport/baileys/inbound/group-change';

const GROUP = '120363000000000001@g.us';
const ME = { jid: '14155550100:7@s.whatsapp.net', lid: '200000000000100:7@lid' };
const ADA = { jid: '111@lid', phone_number: '14155551234@s.whatsapp.net' };
const ada = { names: ['111@lid', '14155551234@c.us'], phone: '+14155551234', isMe: false };
const me = { names: ['14155550100@c.us', '200000000000100@lid'], phone: '+14155550100', isMe: true };

const node = (
  tag: string,
  attrs: Record<string, string> = {},
  content?: BinaryNode['content'],
): BinaryNode => (content === undefined ? { tag, attrs } : { tag, attrs, content });
const notice = (content: BinaryNode[], more: Record<string, string> = {}): BinaryNode =>
  node('notification', { id: 'N1', from: GROUP, type: 'w:gp2', participant: '222@lid', ...more }, content);
const read = (stanza: BinaryNode, asked: string[] = []) =>
  readGroupChanges(stanza, {
    me: ME,
    phoneOfLid: async () => null,
    hasAsked: (_group, jid) => asked.includes(jid),
    groupName: async () => 'Lunch',
    at: 5_000,
  });
const what = async (stanza: BinaryNode, asked?: string[]) =>
  (await read(stanza, asked)).map((one) => one.what);

it.each<[string, Record<string, string>, string[], string]>([
  ['by an admin', {}, [], 'added'],
  ['by the link', { reason: 'invite' }, [], 'invite_link'],
  ['through a community', { reason: 'linked_group_join' }, [], 'community'],
  ['after asking', {}, ['111@lid'], 'approved'],
])('somebody who comes in %s', async (_how, attrs, asked, how) => {
  const stanza = notice([node('add', attrs, [node('participant', ADA)])]);
  expect(await what(stanza, asked)).toEqual([{ kind: 'added', people: [ada], how }]);
});

it('tells leaving apart from being removed', async () => {
  const removed = node('remove', {}, [node('participant', ADA)]);
  expect(await what(notice([removed]))).toMatchObject([{ kind: 'removed', how: 'removed' }]);
  expect(await what(notice([removed], { participant: '111@lid' }))).toMatchObject([{ how: 'left' }]);
});

it('knows the number itself by its lid and its number', async () => {
  const mine = node('participant', { jid: '200000000000100@lid' });
  const [change] = await read(notice([node('promote', {}, [mine])]));
  expect(change).toMatchObject({
    what: { kind: 'promoted', people: [{ isMe: true }] },
    by: { names: ['222@lid'] },
  });
  const added = notice([node('create', { reason: 'invite' }, [node('group', { subject: 'Chess' })])]);
  expect(await read(added)).toMatchObject([
    { groupName: 'Chess', what: { kind: 'added', people: [me], how: 'invite_link' } },
  ]);
});

it('gives each of several changes in one notification an id of its own', async () => {
  const changes = await read(notice([node('announcement'), node('subject', { subject: 'Dinner' })]));
  expect(changes.map(({ id, groupName }) => [id, groupName])).toEqual([
    ['N1', 'Lunch'],
    ['N1.1', 'Dinner'],
  ]);
});

it('reads any notification, and tells nothing of what it does not know', async () => {
  const tags = fc.constantFrom(
    'add',
    'remove',
    'create',
    'subject',
    'description',
    'ephemeral',
    'x',
    'invite',
  );
  const attrs = fc.dictionary(fc.constantFrom('jid', 'reason', 'subject', 'type'), fc.string());
  const parts = fc.array(fc.tuple(tags, attrs).map(([tag, attributes]) => node(tag, attributes)));
  await fc.assert(
    fc.asyncProperty(parts, async (content) => {
      for (const change of await read(notice(content))) expect(change.groupId).toBe(GROUP);
    }),
  );
  expect(await what(notice([node('growth_locked'), node('suspended')]))).toEqual([]);
});
