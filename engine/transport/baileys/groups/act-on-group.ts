import { newWireId } from '../../../domain/ids';
import { isCreatedSince } from '../../created-since';
import type {
  CreatedOnce,
  Group,
  GroupAct,
  GroupAnswers,
  GroupRefusal,
  GroupSettings,
  JoinRequest,
  MemberOutcome,
} from '../../group-acts';
import { groupRefusal, TransportError } from '../../transport';
import type { BinaryNode } from '../baileys';
import { memberName } from '../chats/member-names';
import { codeOf, noAnswer } from '../errors';
import { accountJid, isPerson, jidOf } from '../jids';
import type { Connection } from '../link/connection';
import type { Recipients } from '../sending/recipients';
import {
  childOf,
  childrenOf,
  groupIdOf,
  jidsOf,
  pairsIn,
  personOf,
  readGroup,
  type GroupTools,
} from './read-group';

/** WhatsApp's server for what is about no group in particular. */
const GROUPS = '@g.us';
/** WhatsApp's code for somebody who has no account. */
const NOT_ON_WHATSAPP = 404;
const ALREADY_IN_IT = 409;
const NOT_IN_IT = ['not_found', 'not_allowed'];

/** What is done in one connection. */
interface Doing {
  connection: Connection;
  recipients: Recipients;
  tools: GroupTools;
}

type Does = {
  [Do in GroupAct['do']]: (act: Extract<GroupAct, { do: Do }>, doing: Doing) => Promise<GroupAnswers[Do]>;
};

/** The groups that the number is in, without their members. Queried directly, because Baileys treats a lost answer as "none". */
export async function listGroups(connection: Connection): Promise<Group[]> {
  const content = [
    { tag: 'participants', attrs: {} },
    { tag: 'description', attrs: {} },
  ];
  const answer = await ask(connection, GROUPS, 'get', { tag: 'participating', attrs: {}, content });
  const list = childOf(answer, 'groups');
  if (!list) throw noAnswer('which groups the number is in');
  const groups: Group[] = [];
  for (const node of childrenOf(list, 'group')) {
    const size = node.attrs.size ?? String(childrenOf(node, 'participant').length);
    const parts = childrenOf(node).filter(({ tag }) => tag !== 'participant');
    const {
      members: _,
      joinApproval: __,
      ...group
    } = await readGroup({ ...node, attrs: { ...node.attrs, size }, content: parts }, toolsOf(connection));
    groups.push(group);
  }
  return groups;
}

/** Does something in a group. @throws as `GroupActs` says */
export async function actOnGroup<Act extends GroupAct>(
  act: Act,
  connection: Connection,
  recipients: Recipients,
): Promise<GroupAnswers[Act['do']]> {
  const does = DOES[act.do] as (act: GroupAct, doing: Doing) => Promise<GroupAnswers[Act['do']]>;
  return does(act, { connection, recipients, tools: toolsOf(connection) });
}

const DOES: Does = {
  async get({ group }, { connection, tools }) {
    const query = { tag: 'query', attrs: { request: 'interactive' } };
    const answer = await ask(connection, group, 'get', query);
    return readGroup(groupIn(answer, connection), tools);
  },

  async create(act, doing) {
    const { connection, tools } = doing;
    const { name, people, key } = act;
    const created = act.mayExist && (await findCreated(act, connection));
    if (created) return complete(created.id, people, doing);
    const found = await jidsFor(people, doing);
    const participants = found.flatMap(({ jid }) => (jid ? [{ tag: 'participant', attrs: { jid } }] : []));
    if (participants.length === 0) throw groupRefusal('nobody_on_whatsapp');
    const create = { tag: 'create', attrs: { subject: name, key }, content: participants };
    const group = groupIn(await ask(connection, GROUPS, 'set', create), connection);
    return {
      group: await readGroup(group, tools),
      outcomes: outcomesOf(found, childrenOf(group, 'participant')),
    };
  },

  async update({ group, name, description, settings = {} }, { connection }) {
    if (name !== undefined)
      await ask(connection, group, 'set', { tag: 'subject', attrs: {}, content: Buffer.from(name) });
    if (description !== undefined) await describe(group, description, connection);
    for (const node of settingNodes(settings)) await ask(connection, group, 'set', node);
    return null;
  },

  async change_members({ group, people, change }, doing) {
    const { connection } = doing;
    const found =
      change === 'add' ? await jidsFor(people, doing) : await memberJids(group, people, connection);
    const participants = found.flatMap(({ jid }) => (jid ? [{ tag: 'participant', attrs: { jid } }] : []));
    if (participants.length === 0) return outcomesOf(found, []);
    const answer = await ask(connection, group, 'set', { tag: change, attrs: {}, content: participants });
    return outcomesOf(found, childrenOf(childOf(answer, change), 'participant'));
  },

  async leave({ group }, { connection }) {
    const content = [{ tag: 'group', attrs: { id: group } }];
    await ask(connection, GROUPS, 'set', { tag: 'leave', attrs: {}, content }).catch((error: unknown) => {
      // It is not in the group, which is all that was wanted.
      if (!(error instanceof TransportError) || !NOT_IN_IT.includes(error.reason)) throw error;
    });
    return null;
  },

  async set_picture({ group, jpeg }, { connection }) {
    const picture = { tag: 'picture', attrs: { type: 'image' }, content: Buffer.from(jpeg, 'base64') };
    const attrs = { to: 's.whatsapp.net', target: group, type: 'set', xmlns: 'w:profile:picture' };
    await query(connection, { tag: 'iq', attrs, content: [picture] });
    return null;
  },

  async invite({ group }, { connection }) {
    return codeIn(await ask(connection, group, 'get', { tag: 'invite', attrs: {} }));
  },

  async reset_invite({ group }, { connection }) {
    return codeIn(await ask(connection, group, 'set', { tag: 'invite', attrs: {} }));
  },

  async join({ code }, { connection }) {
    const answer = await ask(connection, GROUPS, 'set', { tag: 'invite', attrs: { code } });
    const group = childOf(answer, 'group');
    const pending = childOf(answer, 'membership_approval_request');
    const id = group?.attrs.jid ?? pending?.attrs.jid ?? null;
    return { groupId: id && groupIdOf(id), isMember: pending === undefined };
  },

  async requests({ group }, { connection, tools }) {
    const answer = await ask(connection, group, 'get', { tag: 'membership_approval_requests', attrs: {} });
    const list = childrenOf(childOf(answer, 'membership_approval_requests'), 'membership_approval_request');
    const requests: JoinRequest[] = [];
    for (const node of list) {
      const person = await personOf(jidsOf(node), tools);
      const { request_time: at, request_method: method } = node.attrs;
      if (person) requests.push({ person, at: at ? Number(at) * 1000 : null, method: method ?? null });
    }
    return requests;
  },

  async decide({ group, people, approve }, doing) {
    const { connection } = doing;
    const waiting = await DOES.requests({ do: 'requests', group }, doing);
    const found = people.map((asked) => {
      const request = waiting.find(({ person }) => person.names.includes(asked));
      const name = request && (request.person.names.find((one) => !isPerson(one)) ?? request.person.names[0]);
      return { asked, jid: name === undefined ? null : jidOf(name) };
    });
    const action = approve ? 'approve' : 'reject';
    const content = found.flatMap(({ jid }) => (jid ? [{ tag: 'participant', attrs: { jid } }] : []));
    if (content.length === 0) return outcomesOf(found, []);
    const decision = { tag: action, attrs: {}, content };
    const answer = await ask(connection, group, 'set', {
      tag: 'membership_requests_action',
      attrs: {},
      content: [decision],
    });
    const decided = childOf(childOf(answer, 'membership_requests_action'), action);
    return outcomesOf(found, childrenOf(decided, 'participant'));
  },
};

/** The group that an earlier try at the same has created. */
async function findCreated(
  { name, since }: CreatedOnce & { name: string },
  connection: Connection,
): Promise<Group | undefined> {
  const groups = await listGroups(connection);
  return groups.find((group) => group.name === name && group.owner?.isMe && isCreatedSince(group, since));
}

/** Adds those who are not in a group that was created earlier, whose answer is lost: it tells why they could not be added. */
async function complete(
  group: string,
  people: readonly string[],
  doing: Doing,
): Promise<GroupAnswers['create']> {
  const outcomes = await DOES.change_members(
    { do: 'change_members', group, people: [...people], change: 'add' },
    doing,
  );
  return {
    group: await DOES.get({ do: 'get', group }, doing),
    outcomes: outcomes.map(({ asked, code }) => ({ asked, code: code === ALREADY_IN_IT ? 200 : code })),
  };
}

/** WhatsApp wants the id of the description that is replaced. */
async function describe(group: string, description: string | null, connection: Connection): Promise<void> {
  const query = { tag: 'query', attrs: { request: 'interactive' } };
  const now = groupIn(await ask(connection, group, 'get', query), connection);
  const previous = childOf(now, 'description')?.attrs.id;
  const attrs = {
    ...(description ? { id: newWireId() } : { delete: 'true' }),
    ...(previous ? { prev: previous } : {}),
  };
  const body = description
    ? { content: [{ tag: 'body', attrs: {}, content: Buffer.from(description) }] }
    : {};
  await ask(connection, group, 'set', { tag: 'description', attrs, ...body });
}

function settingNodes({ announce, restrict, joinApproval }: GroupSettings): BinaryNode[] {
  const nodes: BinaryNode[] = [];
  if (announce !== undefined) nodes.push({ tag: announce ? 'announcement' : 'not_announcement', attrs: {} });
  if (restrict !== undefined) nodes.push({ tag: restrict ? 'locked' : 'unlocked', attrs: {} });
  if (joinApproval !== undefined) {
    const content = [{ tag: 'group_join', attrs: { state: joinApproval ? 'on' : 'off' } }];
    nodes.push({ tag: 'membership_approval_mode', attrs: {}, content });
  }
  return nodes;
}

/** The jid by which WhatsApp is told of somebody; null if there is none. */
interface Found {
  asked: string;
  jid: string | null;
}

async function jidsFor(people: readonly string[], { connection, recipients }: Doing): Promise<Found[]> {
  const jids = await recipients.jidsOf(people, connection);
  return people.map((asked, index) => ({ asked, jid: jids[index] ?? null }));
}

/** A group knows its members by lid or by number. */
async function memberJids(
  group: string,
  people: readonly string[],
  connection: Connection,
): Promise<Found[]> {
  connection.groups.forget(group);
  const metadata = await connection.groups.get(group);
  return Promise.all(
    people.map(async (asked) => ({
      asked,
      jid: await memberName(metadata, jidOf(asked), connection.device),
    })),
  );
}

function outcomesOf(found: readonly Found[], answers: readonly BinaryNode[]): MemberOutcome[] {
  return found.map(({ asked, jid }) => {
    if (jid === null) return { asked, code: NOT_ON_WHATSAPP };
    const answer = answers.find((one) =>
      jidsOf(one).some((name) => name && accountJid(name) === accountJid(jid)),
    );
    return { asked, code: Number(answer?.attrs.error ?? 200) };
  });
}

function codeIn(answer: BinaryNode): { code: string } {
  const code = childOf(answer, 'invite')?.attrs.code;
  if (!code) throw noAnswer('what the invite link is');
  return { code };
}

/** The group in an answer, whose members tell which lids have which numbers. */
function groupIn(answer: BinaryNode, { device }: Connection): BinaryNode {
  const group = childOf(answer, 'group');
  if (!group) throw noAnswer('what the group is like');
  device.signal.learn(pairsIn(childrenOf(group, 'participant')));
  return group;
}

function ask(connection: Connection, to: string, type: 'get' | 'set', node: BinaryNode): Promise<BinaryNode> {
  if (to !== GROUPS && type === 'set') connection.groups.forget(to);
  return query(connection, { tag: 'iq', attrs: { to, type, xmlns: 'w:g2' }, content: [node] });
}

async function query({ socket }: Connection, stanza: BinaryNode): Promise<BinaryNode> {
  const answer = (await socket.query(stanza).catch((error: unknown) => {
    throw failureOf(error);
  })) as BinaryNode | undefined;
  if (!answer) throw noAnswer('whether it has done that');
  return answer;
}

/** What WhatsApp's refusals of a query about a group mean. */
const REFUSALS: Record<number, GroupRefusal> = {
  401: 'not_allowed',
  403: 'not_allowed',
  404: 'not_found',
  406: 'not_acceptable',
  409: 'conflict',
  410: 'gone',
  419: 'full',
};

const TOO_MANY = 429;

function failureOf(error: unknown): unknown {
  const code = codeOf(error);
  if (code === TOO_MANY)
    return new TransportError(
      'too_many',
      true,
      'WhatsApp refused: too many changes of groups in a short time. Wait an hour before you try again.',
    );
  const refusal = REFUSALS[code ?? 0];
  return refusal ? groupRefusal(refusal) : error;
}

function toolsOf({ device }: Connection): GroupTools {
  return { me: device.me, phoneOfLid: (lid) => device.phoneOfLid(lid) };
}
