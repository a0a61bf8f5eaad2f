import { ACTIVE_STATUSES } from '../domain/campaigns/campaign-status';
import { isPending } from '../domain/messages/message-status';
import { firstDueAt } from '../domain/messages/send-decision';
import { STATUS } from '../domain/messages/status-post';
import { isLinkedState, type PendingMessage } from '../domain/waiting/message-turn';
import { QueueFront } from '../domain/waiting/queue-front';
import { describeWait, type MessageWords } from '../domain/waiting/sentences';
import type { WaitingFor } from '../domain/waiting/waiting-for';
import { whyWaiting, type Wait } from '../domain/waiting/why-waiting';
import { presentMessage } from '../changes/present-message';
import { waitsForBot } from '../changes/held-by-humans';
import type { PacingSpeeds } from '../pacing/pacing-rules';
import type { Sql } from '../store/sql/database';
import { findCampaigns, type CampaignRow } from '../store/tables/campaigns';
import type { MessageRow } from '../store/tables/messages';
import { findHumans } from '../store/tables/takeovers';
import { findFirstToDraw } from '../store/tables/messages-to-draw';
import { isShared } from '../store/tables/shared-messages';
import { findKnown, findNextOfCampaigns, findNextOfSequences } from '../store/tables/waiting';
import { GONE, pendingMessage, SessionFactsReader, type SessionFacts } from './session-facts';

/** How old what is known of a session may be when a message has just been made: many may be made at once. */
const RECENT_MS = 250;
const MOST_SESSIONS = 100;
/** Of a campaign, and of each group of one that several numbers send, the first that may go is looked for among so many. */
const NEXT_OF_CAMPAIGN = 20;

/** `now`: read again. `recent`: what was read a moment ago will do. */
type Recency = 'now' | 'recent';

/**
 * Why pending messages have not gone, for any number of messages of any sessions, in a constant number of statements. Any
 * process can answer, because everything comes from the rows.
 */
export class WaitingReasons {
  private readonly reader: SessionFactsReader;
  private readonly recent = new Map<string, { facts: SessionFacts; readAt: number }>();

  /** @param speeds null: pacing is off */
  constructor(speeds: PacingSpeeds) {
    this.reader = new SessionFactsReader(speeds);
  }

  /** The settings of a session have changed. */
  forget(sessionId: string): void {
    this.recent.delete(sessionId);
  }

  /** Messages as the API shows them. */
  async present(sql: Sql, rows: readonly MessageRow[], now: Date, recency: Recency = 'now') {
    const waitingFor = await this.of(sql, rows, now, recency);
    return rows.map((row) => presentMessage(row, waitingFor(row)));
  }

  /** @returns why each of these messages has not gone; null if it may go now, or is not pending any more */
  async of(
    sql: Sql,
    rows: readonly MessageRow[],
    now: Date,
    recency: Recency = 'now',
  ): Promise<(row: MessageRow) => WaitingFor | null> {
    const waits = await this.waitsOf(sql, rows, now, recency);
    return (row) => waits.get(row.id)?.shown ?? null;
  }

  /** @returns what the next message of each of these sequences waits for; null if it may go now, or there is none */
  async ofSequences(sql: Sql, ids: readonly string[], now: Date): Promise<(id: string) => WaitingFor | null> {
    const rows = ids.length === 0 ? [] : await findNextOfSequences(sql, ids);
    const waitingFor = await this.of(sql, rows, now);
    return (id) => {
      const row = rows.find(({ sequence_id: sequence }) => sequence === id);
      return row ? waitingFor(row) : null;
    };
  }

  /** @returns what each of these campaigns waits for: its start, or its next message; null if that may go now, or there is none */
  async ofCampaigns(
    sql: Sql,
    campaigns: readonly CampaignRow[],
    now: Date,
  ): Promise<(campaign: CampaignRow) => WaitingFor | null> {
    const active = campaigns.filter(({ status }) => ACTIVE_STATUSES.includes(status));
    const running = active.filter(({ status }) => status === 'running');
    const next = await nextOf(sql, running);
    const waits = await this.waitsOf(sql, next, now, 'now');
    const still = active.filter(({ status }) => status !== 'running');
    const facts = await this.factsOf(sql, still.flatMap(numbersOf), now.getTime(), 'now');
    return (campaign) => {
      if (!ACTIVE_STATUSES.includes(campaign.status)) return null;
      const all =
        campaign.status === 'running'
          ? next.filter((row) => row.campaign_id === campaign.id).map((row) => waits.get(row.id) ?? null)
          : numbersOf(campaign).map((id) =>
              describe(itself(campaign, now), facts(id), now, { isCampaign: true }),
            );
      return firstToGo(all)?.shown ?? null;
    };
  }

  private async waitsOf(
    sql: Sql,
    rows: readonly MessageRow[],
    now: Date,
    recency: Recency,
  ): Promise<Map<string, Described>> {
    const pending = rows.filter((row) => isPending(row.status) && row.erased_at === null);
    if (pending.length === 0) return new Map();
    const nowMs = now.getTime();
    const shared = await findShared(sql, pending.filter(isShared));
    // What goes first of what several numbers may send counts for the others, too.
    const looked = [...new Map([...pending, ...shared.first].map((row) => [row.id, row])).values()];
    const chatsOf = looked.map((row) =>
      shared.numbersOf(row).map((id): Chat => (id === row.session_id ? row : { ...row, session_id: id })),
    );
    const chats = chatsOf.flat();
    const sessions = chats.map((chat) => chat.session_id);
    const factsOf = await this.factsOf(sql, sessions, nowMs, recency);
    const humans = new Map(
      (await findHumans(sql, chats.filter(waitsForBot), now)).map((human) => [keyOf(human), human]),
    );
    const undecided = chats.filter(
      (chat) => shared.has(chat) || dependsOnContact(chat, factsOf(chat.session_id), nowMs),
    );
    const known = new Set(undecided.length === 0 ? [] : (await findKnown(sql, undecided)).map(keyOf));
    const maybeNew = new Set(undecided.map(keyOf));
    const withMessage = (chat: Chat) => {
      const key = keyOf(chat);
      const human = waitsForBot(chat) ? humans.get(key) : undefined;
      const until = human ? (human.human_until?.getTime() ?? Infinity) : null;
      return { chat, message: pendingMessage(chat, maybeNew.has(key) && !known.has(key), until) };
    };
    const messagesOf = chatsOf.map((own) => own.map(withMessage));
    // A number that knows the recipient goes before all others, if it is linked.
    const candidatesOf = messagesOf.map((all) => {
      const owners = all.filter(
        ({ chat }) => known.has(keyOf(chat)) && isLinkedState(factsOf(chat.session_id).sending.state),
      );
      return owners.length > 0 ? owners : all;
    });
    const messages = candidatesOf.flat();
    const fronts = new Map(
      [...new Set(sessions)].map((id) => {
        // What was made a moment ago, too.
        const own = messages.filter(({ chat }) => chat.session_id === id);
        return [
          id,
          frontOf(
            factsOf(id),
            own.map(({ message }) => message),
            nowMs,
          ),
        ];
      }),
    );
    const waits = new Map<string, Described>();
    const described = new Map<string, Described | null>();
    for (const [index, { id }] of pending.entries()) {
      const first = firstToGo(
        candidatesOf[index]!.map(({ chat, message }) =>
          once(described, alikeKey(chat.session_id, message, nowMs), () =>
            describe(message, factsOf(chat.session_id), now, {}, fronts.get(chat.session_id)),
          ),
        ),
      );
      if (first) waits.set(id, first);
    }
    return waits;
  }

  private async factsOf(
    sql: Sql,
    sessionIds: readonly string[],
    now: number,
    recency: Recency,
  ): Promise<(id: string) => SessionFacts> {
    const found = new Map<string, SessionFacts>();
    const missing: string[] = [];
    for (const id of new Set(sessionIds)) {
      const recent = recency === 'recent' ? this.recent.get(id) : undefined;
      const isRecent = recent !== undefined && recent.readAt <= now && now - recent.readAt < RECENT_MS;
      if (isRecent) found.set(id, recent.facts);
      else missing.push(id);
    }
    const read =
      missing.length === 0 ? new Map<string, SessionFacts>() : await this.reader.read(sql, missing, now);
    if (this.recent.size + missing.length > MOST_SESSIONS) this.recent.clear();
    for (const [id, facts] of read) {
      found.set(id, facts);
      this.recent.set(id, { facts, readAt: now });
    }
    return (id) => found.get(id) ?? GONE;
  }
}

/** A message with a number that may send it. */
type Chat = MessageRow;

/** What is known of messages that several numbers may send. */
async function findShared(sql: Sql, rows: readonly MessageRow[]) {
  const ids = [...new Set(rows.flatMap((row) => row.campaign_id ?? []))];
  const campaigns = rows.length === 0 ? [] : await findCampaigns(sql, rows[0]!.mode, ids);
  const numbers = new Map(campaigns.map((row) => [row.id, numbersOf(row)]));
  const first = ids.length === 0 ? [] : await findFirstToDraw(sql, ids, NEXT_OF_CAMPAIGN);
  const shared = new Set([...rows, ...first].map(({ id }) => id));
  return {
    first,
    has: ({ id }: Pick<MessageRow, 'id'>): boolean => shared.has(id),
    /** The sessions that may send a message. */
    numbersOf: (row: MessageRow): readonly string[] =>
      isShared(row) ? (numbers.get(row.campaign_id!) ?? [row.session_id]) : [row.session_id],
  };
}

/** The next messages of each of these campaigns. */
async function nextOf(sql: Sql, campaigns: readonly CampaignRow[]): Promise<MessageRow[]> {
  const ofSeveral = campaigns.filter((row) => row.session_ids !== null).map(({ id }) => id);
  const toDraw = ofSeveral.length === 0 ? [] : await findFirstToDraw(sql, ofSeveral, NEXT_OF_CAMPAIGN);
  const found = new Set(toDraw.map((row) => row.campaign_id));
  // Their own: those of one number, and the few that one of several numbers has drawn and tries again.
  const others = campaigns.filter(({ id }) => !found.has(id)).map(({ id }) => id);
  return others.length === 0
    ? toDraw
    : [...toDraw, ...(await findNextOfCampaigns(sql, others, NEXT_OF_CAMPAIGN))];
}

const numbersOf = ({ session_id: one, session_ids: several }: CampaignRow): readonly string[] =>
  several ?? [one];

const keyOf = ({ session_id: session, who }: Pick<MessageRow, 'session_id' | 'who'>): string =>
  `${session} ${who}`;

interface Described {
  wait: Wait;
  shown: WaitingFor;
}

function describe(
  message: PendingMessage,
  facts: SessionFacts,
  now: Date,
  words: Pick<MessageWords, 'isCampaign'>,
  front: Pick<QueueFront, 'isBehind'> = NOBODY_AHEAD,
): Described | null {
  const wait = whyWaiting(message, facts.sending, front, now.getTime());
  return wait && { wait, shown: describeWait(wait, { ...message, ...words }, facts.words, now.getTime()) };
}

/** The same for all messages that wait for the same, as those of a batch often do; null if it says something of its own. */
function alikeKey(sessionId: string, message: PendingMessage, now: number): string | null {
  const { dueAt, sendAt, expiresAt, sendWindow, wasTried, held, humanUntil, candidate } = message;
  // What is due also waits for those before it.
  if (dueAt <= now || sendWindow || humanUntil !== null) return null;
  const { rank, newContact, campaignId } = candidate;
  return [sessionId, dueAt, sendAt, expiresAt, wasTried, held, rank, newContact, campaignId].join(' ');
}

function once<T>(known: Map<string, T>, key: string | null, make: () => T): T {
  if (key === null) return make();
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

const NOBODY_AHEAD = { isBehind: () => false };

function frontOf(facts: SessionFacts, own: readonly PendingMessage[], now: number): QueueFront {
  // Without pacing nobody waits for a turn.
  if (!facts.sending.pacer) return new QueueFront([], true, facts.sending, now);
  const listed = new Set(facts.firstDue.map(({ id }) => id));
  const more = own.filter(({ id, dueAt }) => dueAt <= now && !listed.has(id));
  return new QueueFront([...facts.firstDue, ...more], !facts.mayBeMore, facts.sending, now);
}

/** Whether it matters if a message goes to a new contact. */
function dependsOnContact(row: MessageRow, { sending }: SessionFacts, now: number): boolean {
  if (row.who === STATUS) return false;
  if (sending.newContactsBlockedUntil !== null) return true;
  if (!sending.pacer) return false;
  const at = Math.max(row.due_at.getTime(), now);
  const [known, stranger] = [false, true].map((newContact) =>
    sending.pacer!.turnOf(pendingMessage(row, newContact, null).candidate, at, now),
  ) as [Turned, Turned];
  return known.at !== stranger.at || known.by !== stranger.by;
}

interface Turned {
  at: number;
  by: unknown;
}

/** A campaign that has not started or is paused, as if it were its first message. */
function itself(campaign: CampaignRow, now: Date): PendingMessage {
  const sendAt = campaign.started_at ? null : (campaign.send_at?.getTime() ?? null);
  const { send_window: sendWindow } = campaign;
  return {
    id: campaign.id,
    who: campaign.id,
    candidate: { rank: 2, newContact: false, campaignId: campaign.id },
    dueAt: firstDueAt({ sendAt, sendWindow, expiresAt: null }, now.getTime()),
    sendAt,
    expiresAt: null,
    sendWindow,
    wasTried: false,
    held: campaign.status === 'paused',
    humanUntil: null,
  };
}

/** Of these, the one that goes first; null if one may go now, or there is none. */
function firstToGo(waits: readonly (Described | null)[]): Described | null {
  let first: Described | null = null;
  for (const wait of waits) {
    if (wait === null) return null;
    if (first === null || (wait.wait.until ?? Infinity) < (first.wait.until ?? Infinity)) first = wait;
  }
  return first;
}
