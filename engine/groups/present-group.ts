import type { Mode } from '../domain/mode';
import type { Sql } from '../store/sql/database';
import { lastMessageTimes, saveChatNames } from '../store/tables/chats';
import type { Group, GroupInfo } from '../transport/group-acts';
import type { ShownGroup } from './group-schema';
import { chatIdOf, showPeopleInGroups } from './people-in-group';

/** Shows a group with its members, and remembers its name for its chat. */
export async function showGroup(
  sql: Sql,
  mode: Mode,
  sessionId: string,
  group: GroupInfo,
): Promise<ShownGroup> {
  const [shown] = await showGroups(sql, mode, sessionId, [group]);
  const show = await showPeopleInGroups(sql, mode, group.members);
  const participants = group.members.map((member) => ({
    ...show(member),
    is_admin: member.admin !== null,
    is_super_admin: member.admin === 'superadmin',
  }));
  return { ...shown!, join_approval: group.joinApproval, participants };
}

/** Shows groups without their members, and remembers their names for their chats. */
export async function showGroups(
  sql: Sql,
  mode: Mode,
  sessionId: string,
  groups: readonly Group[],
): Promise<ShownGroup[]> {
  await saveChatNames(sql, sessionId, groups);
  const times = await lastMessageTimes(
    sql,
    mode,
    groups.map(({ id }) => id),
  );
  return groups.map(({ id, name, participantCount, ...group }) => ({
    ...{ id, name, participant_count: participantCount },
    description: group.description ?? null,
    owner: group.owner ? chatIdOf(group.owner) : null,
    created_at: group.createdAt ? new Date(group.createdAt).toISOString() : null,
    last_message_at: times.get(id)?.toISOString() ?? null,
    announce: group.announce ?? null,
    restrict: group.restrict ?? null,
    join_approval: null,
    participants: null,
  }));
}
