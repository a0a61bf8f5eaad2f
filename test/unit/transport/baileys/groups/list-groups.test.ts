import type { BinaryNode } from '../../../../../engine/transport/baileys/baileys';
import { listGroups } from '../../../../../engine/transport/baileys/groups/act-on-group';
import type { Connection } from '../../../../../engine/transport/baileys/link/connection';

it('lists a group of which WhatsApp says no more than its subject', async () => {
  const group = { tag: 'group', attrs: { id: '120363000000000001', subject: 'Lunch' } };
  const answer: BinaryNode = {
    tag: 'iq',
    attrs: {},
    content: [{ tag: 'groups', attrs: {}, content: [group] }],
  };
  const connection = {
    socket: { query: async () => answer },
    device: { me: { jid: '14155550100@s.whatsapp.net' }, phoneOfLid: async () => null },
  } as unknown as Connection;
  expect(await listGroups(connection)).toMatchObject([
    { id: '120363000000000001@g.us', name: 'Lunch', participantCount: 0, description: null },
  ]);
});
