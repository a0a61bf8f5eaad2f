import { parseRecipient } from '../domain/messages/recipient';
import type { Mode } from '../domain/mode';
import { Faults, invalidRequest } from '../errors';
import type { CreatedOnce, GroupInfo, GroupSettings, MemberChange } from '../transport/group-acts';
import { askGroup, sessionFor, type GroupDependencies } from './group-session';
import type { AddMembers, CreateGroup, EditGroup, JoinGroup, MemberResult, ShownGroup } from './group-schema';
import { memberResults, throwIfAllFailed, throwIfFailed } from './member-results';
import { showPeopleInGroups, type PersonInGroup } from './people-in-group';
import { showGroup, showGroups } from './present-group';

/** Which group, and by which linked number. */
export interface InGroup {
  /** `…@g.us` */
  id: string;
  /** A linked number. */
  from?: string;
}

type Changed = ShownGroup & { results: MemberResult[] };

/**
 * The groups that a linked number is in, sorted by name.
 * @param q part of the name, case ignored.
 * @throws EngineError an error of the sender chooser, or `unavailable`
 */
export async function listGroups(
  deps: GroupDependencies,
  mode: Mode,
  { q, from }: { q?: string; from?: string },
): Promise<ShownGroup[]> {
  const { id } = await sessionFor(deps.database, mode, null, from);
  const groups = await deps.askOwner(id, { kind: 'list_groups' });
  const shown = await showGroups(deps.database, mode, id, groups);
  const wanted = q?.toLowerCase();
  return shown
    .filter(({ name }) => wanted === undefined || (name ?? '').toLowerCase().includes(wanted))
    .sort((a, b) => (a.name ?? '').localeCompare(b.name ?? '') || (a.id < b.id ? -1 : 1));
}

/** @throws as `askGroup` */
export async function getGroup(deps: GroupDependencies, mode: Mode, where: InGroup): Promise<ShownGroup> {
  const session = await sessionIn(deps, mode, where);
  return shownNow(deps, mode, session, where.id);
}

/**
 * Creates a group, or finds the one that an earlier try has created. Those who cannot be added are in `results`, and the
 * group is there all the same.
 * @throws as `askGroup`, and `invalid_request`
 */
export async function createGroup(
  deps: GroupDependencies,
  mode: Mode,
  { name, participants }: CreateGroup,
  from: string | undefined,
  once: CreatedOnce,
): Promise<Changed> {
  const people = readPeople(participants);
  const session = (await sessionFor(deps.database, mode, null, from)).id;
  const { group, outcomes } = await askGroup(deps, session, { do: 'create', name, people, ...once });
  const results = memberResults(outcomes, 'add');
  return { ...(await showGroup(deps.database, mode, session, group)), results };
}

/** @throws as `askGroup`, and `invalid_request` */
export async function editGroup(
  deps: GroupDependencies,
  mode: Mode,
  where: InGroup,
  edit: EditGroup,
): Promise<ShownGroup> {
  const { name, description } = edit;
  const settings = readSettings(edit);
  const session = await sessionIn(deps, mode, where);
  await askGroup(deps, session, { do: 'update', group: where.id, name, description, settings });
  return shownNow(deps, mode, session, where.id);
}

/** Adds people. @throws as `askGroup`, `invalid_request`, and `conflict` if nobody could be added */
export async function addMembers(
  deps: GroupDependencies,
  mode: Mode,
  where: InGroup,
  { chat_id: one, participants }: AddMembers,
): Promise<Changed> {
  const pathOf = (index: number): string => (one === undefined ? `participants.${index}` : 'chat_id');
  const people = readPeople(participants ?? [one!], pathOf);
  const session = await sessionIn(deps, mode, where);
  const results = await change(deps, session, where.id, people, 'add');
  throwIfAllFailed(results, pathOf);
  return { ...(await shownNow(deps, mode, session, where.id)), results };
}

/** Removes a member, or makes them an admin or none. @throws as `askGroup`, and `not_found` if they are no member */
export async function changeMember(
  deps: GroupDependencies,
  mode: Mode,
  where: InGroup,
  chatId: string,
  what: Exclude<MemberChange, 'add'>,
): Promise<Changed> {
  const people = readPeople([chatId], () => 'chat_id');
  const session = await sessionIn(deps, mode, where);
  const results = await change(deps, session, where.id, people, what);
  throwIfFailed(results);
  return { ...(await shownNow(deps, mode, session, where.id)), results };
}

/** Leaves a group, also one that the number is not in any more. @throws EngineError `unavailable` */
export async function leaveGroup(deps: GroupDependencies, mode: Mode, where: InGroup): Promise<void> {
  await askGroup(deps, await sessionIn(deps, mode, where), { do: 'leave', group: where.id });
}

/** @param jpeg square. @throws as `askGroup` */
export async function setPicture(
  deps: GroupDependencies,
  mode: Mode,
  where: InGroup,
  jpeg: Buffer,
): Promise<ShownGroup> {
  const session = await sessionIn(deps, mode, where);
  await askGroup(deps, session, { do: 'set_picture', group: where.id, jpeg: jpeg.toString('base64') });
  return shownNow(deps, mode, session, where.id);
}

const INVITE_URL = 'https://chat.whatsapp.com/';

/** The invite link of a group. @param isNew whether the old one is to stop working. @throws as `askGroup` */
export async function getInvite(
  deps: GroupDependencies,
  mode: Mode,
  where: InGroup,
  isNew: boolean,
): Promise<{ code: string; url: string }> {
  const session = await sessionIn(deps, mode, where);
  const act = { do: isNew ? ('reset_invite' as const) : ('invite' as const), group: where.id };
  const { code } = await askGroup(deps, session, act);
  return { code, url: INVITE_URL + code };
}

/** Joins a group by its invite link. @throws as `askGroup`, and `invalid_request` */
export async function joinGroup(
  deps: GroupDependencies,
  mode: Mode,
  input: JoinGroup,
  from: string | undefined,
): Promise<{ status: 'joined' | 'waiting_for_approval'; id: string | null }> {
  const code = readInvite(input);
  const session = (await sessionFor(deps.database, mode, null, from)).id;
  const { groupId, isMember } = await askGroup(deps, session, { do: 'join', code });
  return { status: isMember ? 'joined' : 'waiting_for_approval', id: groupId };
}

/** Those who have asked to join. @throws as `askGroup` */
export async function listRequests(
  deps: GroupDependencies,
  mode: Mode,
  where: InGroup,
): Promise<(PersonInGroup & { requested_at: string | null; method: string | null })[]> {
  const session = await sessionIn(deps, mode, where);
  const requests = await askGroup(deps, session, { do: 'requests', group: where.id });
  const show = await showPeopleInGroups(
    deps.database,
    mode,
    requests.map(({ person }) => person),
  );
  return requests.map(({ person, at, method }) => ({
    ...{ ...show(person), method, requested_at: at === null ? null : new Date(at).toISOString() },
  }));
}

/** Approves or rejects somebody who has asked to join. @throws as `askGroup`, and `not_found` if they have not */
export async function decideRequest(
  deps: GroupDependencies,
  mode: Mode,
  where: InGroup,
  chatId: string,
  approve: boolean,
): Promise<MemberResult> {
  const people = readPeople([chatId], () => 'chat_id');
  const session = await sessionIn(deps, mode, where);
  const outcomes = await askGroup(deps, session, { do: 'decide', group: where.id, people, approve });
  const results = memberResults(outcomes, 'remove');
  throwIfFailed(results, 'join request');
  return results[0]!;
}

async function sessionIn(
  { database }: GroupDependencies,
  mode: Mode,
  { id, from }: InGroup,
): Promise<string> {
  return (await sessionFor(database, mode, id, from)).id;
}

async function change(
  deps: GroupDependencies,
  session: string,
  group: string,
  people: string[],
  what: MemberChange,
): Promise<MemberResult[]> {
  const outcomes = await askGroup(deps, session, { do: 'change_members', group, people, change: what });
  return memberResults(outcomes, what);
}

/** The group with its members, as it is now. */
export async function membersOf(deps: GroupDependencies, mode: Mode, where: InGroup): Promise<GroupInfo> {
  return askGroup(deps, await sessionIn(deps, mode, where), { do: 'get', group: where.id });
}

async function shownNow(
  deps: GroupDependencies,
  mode: Mode,
  session: string,
  group: string,
): Promise<ShownGroup> {
  const info = await askGroup(deps, session, { do: 'get', group });
  return showGroup(deps.database, mode, session, info);
}

/**
 * People by number, chat id or lid, each once, as chat ids.
 * @throws EngineError `invalid_request` with every one that is none
 */
function readPeople(given: readonly string[], pathOf = (index: number): string => `participants.${index}`) {
  const faults = new Faults();
  const chatIds = given.flatMap((one, index) => {
    const parsed = faults.read(pathOf(index), parseRecipient(one));
    if (!parsed) return [];
    if (parsed.kind === 'person' || parsed.kind === 'lid') return [parsed.chatId];
    faults.add(pathOf(index), 'not_a_person', 'is not a person. Use a phone number, or the chat id of one.');
    return [];
  });
  faults.throwIfAny();
  return [...new Set(chatIds)];
}

function readSettings({ settings }: EditGroup): GroupSettings | undefined {
  if (!settings) return undefined;
  const { announce, restrict, edit_info_admins_only: same, join_approval: joinApproval } = settings;
  if (restrict !== undefined && same !== undefined && restrict !== same) {
    const message = 'says the opposite of settings.restrict, which is the same setting. Leave one out.';
    throw invalidRequest([{ path: 'settings.edit_info_admins_only', code: 'contradiction', message }]);
  }
  return { announce, restrict: restrict ?? same, joinApproval };
}

const INVITE = /^(?:https?:\/\/)?chat\.whatsapp\.com\/(?:invite\/)?([A-Za-z0-9_-]{10,64})\/?(?:\?.*)?$/;
const CODE = /^[A-Za-z0-9_-]{10,64}$/;

function readInvite({ code, url }: JoinGroup): string {
  const found = url === undefined ? CODE.exec(code ?? '')?.[0] : INVITE.exec(url)?.[1];
  if (found !== undefined) return found;
  const path = url === undefined ? 'code' : 'url';
  const message = `is not an invite to a group. Use the ${path === 'url' ? 'link' : 'last part of the link'}, such as ${path === 'url' ? INVITE_URL : ''}AbCdEfGhIjK0LmNoPq.`;
  throw invalidRequest([{ path, code: 'invalid_invite', message }]);
}
