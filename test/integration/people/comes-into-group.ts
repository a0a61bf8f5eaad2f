import { newWireId } from '../../../engine/domain/ids';
import { receiveGroupChange } from '../../../engine/inbound/receive-group-change';
import type { GroupPerson } from '../../../engine/transport/group-acts';
import type { StoreWorld } from '../sequences/store-world';

/** Somebody else of the group, who adds people. */
export const ADMIN: GroupPerson = { names: ['14155551234@c.us'], phone: '+14155551234', isMe: false };

/** An admin adds a person to a group, together with themselves. */
export function comesIntoGroup(world: StoreWorld, person: Omit<GroupPerson, 'isMe'>): Promise<void> {
  const people = [{ ...person, isMe: false }, ADMIN];
  return receiveGroupChange(world, world.session, {
    ...{ id: newWireId(), groupId: '120363000000000001@g.us', groupName: 'Lunch', by: ADMIN, at: 0 },
    what: { kind: 'added', people, how: 'added' },
  });
}
