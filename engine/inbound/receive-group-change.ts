import { newId } from '../domain/ids';
import type { EventType } from '../domain/events/event-types';
import type { NewEvent, Transact, Work } from '../events/transact';
import { showPeopleInGroups, type PersonInGroup } from '../groups/people-in-group';
import { learnNames } from '../people/learn-names';
import { findChatName, saveChatNames } from '../store/tables/chats';
import { insertInbound } from '../store/tables/inbound-messages';
import type { SessionRow } from '../store/tables/sessions';
import type { GroupChange, GroupPerson, WhatChanged } from '../transport/group-acts';

const EVENT_OF: Record<WhatChanged['kind'], EventType> = {
  added: 'group.participants_added',
  removed: 'group.participants_removed',
  promoted: 'group.participants_promoted',
  demoted: 'group.participants_demoted',
  name: 'group.name_changed',
  description: 'group.description_changed',
  settings: 'group.settings_changed',
};

/** Stores a change in a group with its event, only once even if it is reported again. */
export async function receiveGroupChange(
  { transact }: { transact: Transact },
  session: SessionRow,
  change: GroupChange,
): Promise<void> {
  await transact((work) => storeChange(work, session, change));
}

async function storeChange(work: Work, session: SessionRow, change: GroupChange): Promise<void> {
  const { groupId, what, by } = change;
  const people = [...(by ? [by] : []), ...peopleOf(what)];
  const others = people.filter(({ isMe }) => !isMe);
  // Names first: the order in which everybody locks rows.
  if (others.length > 0)
    await learnNames(
      work,
      session.mode,
      others.map(({ names }) => names),
    );
  const { isNew } = await insertInbound(work.sql, {
    ...{ id: newId('inbound'), mode: session.mode, session_id: session.id, kind: 'group_change' },
    ...{ chat_id: groupId, who: groupId, wire_id: change.id, created_at: work.now },
    ...{ written_at: new Date(change.at), sealed_content: null, without_content: false },
  });
  if (!isNew) return;
  const known = await findChatName(work.sql, session.id, groupId);
  const show = await showPeopleInGroups(work.sql, session.mode, people);
  work.tell([groupEvent(session, change, known, show)]);
  const name = what.kind === 'name' ? what.name : change.groupName;
  if (name !== null && name !== known) await saveChatNames(work.sql, session.id, [{ id: groupId, name }]);
}

const peopleOf = (what: WhatChanged): GroupPerson[] => ('people' in what ? what.people : []);

function groupEvent(
  session: SessionRow,
  { id, groupId, groupName, by, what, at }: GroupChange,
  known: string | null,
  show: (person: GroupPerson) => PersonInGroup,
): NewEvent {
  const author = by && show(by);
  return {
    mode: session.mode,
    type: EVENT_OF[what.kind],
    data: {
      ...{ id, chat_id: groupId, group_name: groupName ?? known, by: author },
      ...shown(what, known, show),
      ...{ timestamp: new Date(at).toISOString(), session_id: session.id },
    },
    subjectId: null,
    fromPhone: author?.phone ?? null,
    chatId: groupId,
    who: groupId,
    fromWho: author?.person_id ?? null,
    reference: null,
  };
}

function shown(
  what: WhatChanged,
  known: string | null,
  show: (person: GroupPerson) => PersonInGroup,
): object {
  switch (what.kind) {
    case 'added':
    case 'removed':
      return { participants: what.people.map(show), how: what.how };
    case 'promoted':
    case 'demoted':
      return { participants: what.people.map(show) };
    case 'name':
      return { name: what.name, old_name: known };
    case 'description':
      return { description: what.description };
    case 'settings': {
      const { announce, restrict, joinApproval, membersCanAdd, disappearsInS, picture } = what.settings;
      return {
        settings: {
          ...{ announce, restrict, join_approval: joinApproval, members_can_add: membersCanAdd },
          ...{ disappears_in_s: disappearsInS, picture },
        },
      };
    }
  }
}
