import { changeGroup } from '../server/group-changes';
import { bytesOf, childOf, node } from '../transport/nodes';
import { Refusal, type Query } from './query';

/** Queries whose answer no test changes. */

export const ping: Query = { name: 'ping', xmlns: 'w:p', answer: () => undefined };

/** No A/B property is set, so Baileys keeps its defaults. */
export const props: Query = {
  name: 'props',
  xmlns: 'abt',
  child: 'props',
  answer: () => [node('props', { protocol: 1, hash: 'simulator' })],
};

export const blocklist: Query = { name: 'blocklist', xmlns: 'blocklist', answer: () => [node('list')] };

const PRIVACY = {
  last: 'all',
  online: 'all',
  profile: 'all',
  status: 'all',
  readreceipts: 'all',
  groupadd: 'all',
  calladd: 'all',
};

export const privacy: Query = {
  name: 'privacy',
  xmlns: 'privacy',
  child: 'privacy',
  answer: () => [
    node(
      'privacy',
      {},
      Object.entries(PRIVACY).map(([name, value]) => node('category', { name, value })),
    ),
  ],
};

/** Trusted-contact tokens are accepted, but none are given. */
export const tokens: Query = {
  name: 'tokens',
  xmlns: 'privacy',
  child: 'tokens',
  answer: () => [node('tokens')],
};

/** The client has refreshed what the server marked as dirty. */
export const clean: Query = { name: 'clean', xmlns: 'urn:xmpp:whatsapp:dirty', answer: () => undefined };

/** Admins can give a group a picture. Nobody else has one. */
export const picture: Query = {
  name: 'picture',
  xmlns: 'w:profile:picture',
  answer: (iq, { person }, { directory, post }) => {
    const group = directory.groups.get(iq.attrs.target ?? '');
    const bytes = bytesOf(childOf(iq, 'picture'));
    if (!group || !bytes) throw new Refusal(404, 'item-not-found');
    if (!group.admins.has(person)) throw new Refusal(401, 'not-authorized');
    changeGroup(group, person, { picture: bytes }, post);
    return [node('picture', { id: '1' })];
  },
};
