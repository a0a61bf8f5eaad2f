import { newContactsBlockedUntil } from '../domain/link-state';
import type { PriorityRank } from '../domain/messages/priority';
import { PacingHistory } from '../domain/pacing/history';
import { DAY_MS } from '../domain/pacing/limits';
import { countedFrom } from '../domain/pacing/quota';
import { Pacer, type Candidate, type PacingRules, type Turn } from '../domain/pacing/pacer';
import { settingsOf, withDefaults, type CampaignPacing } from '../domain/pacing/settings';
import type { PendingMessage, SendingSession } from '../domain/waiting/message-turn';
import type { SessionWords } from '../domain/waiting/sentences';
import { handOverOf, pacingRules, seedOf, type PacingSpeeds } from '../pacing/pacing-rules';
import type { Sql } from '../store/sql/database';
import { listPacedCampaigns } from '../store/tables/campaigns';
import type { HandOverRow } from '../store/tables/lane-messages';
import type { SessionRow } from '../store/tables/sessions';
import { findFirstDue, findSessions, type DueMessage } from '../store/tables/waiting';
import { RecentHandOvers } from './recent-hand-overs';

/** A session at one moment, as far as its messages wait for it. */
export interface SessionFacts {
  sending: SendingSession;
  words: SessionWords;
  /** Its first due messages, in turn. */
  firstDue: readonly PendingMessage[];
  /** Whether there may be more. */
  mayBeMore: boolean;
}

/** As far ahead as a lane looks for strangers. */
const TURNS_AHEAD = 200;

/** Reads what decides about the messages of sessions from the rows, so that any process can answer. */
export class SessionFactsReader {
  private readonly handOvers = new RecentHandOvers();

  /** @param speeds null: pacing is off */
  constructor(private readonly speeds: PacingSpeeds) {}

  /** In four statements, however many sessions. @param now epoch milliseconds @returns those sessions that exist, by id */
  async read(sql: Sql, ids: readonly string[], now: number): Promise<Map<string, SessionFacts>> {
    const { speeds } = this;
    const sessions = await findSessions(sql, ids);
    if (!speeds) return new Map(sessions.map((row) => [row.id, unpacedFacts(row)]));
    const from = new Map(sessions.map((row) => [row.id, countsFrom(row, speeds[row.mode], now)]));
    const campaigns = await listPacedCampaigns(sql, ids);
    const handOversOf = await this.handOvers.of(sql, from, now);
    const due = await findFirstDue(sql, ids, new Date(now), TURNS_AHEAD);
    return new Map(
      sessions.map((row) => {
        const own = campaigns.filter(
          ({ session_id: id, session_ids: ids }) => id === row.id || ids?.includes(row.id),
        );
        const pacings = new Map(own.map(({ id, pacing }) => [id, pacing]));
        const elsewhere = own.flatMap(({ id, session_ids: numbers }) =>
          (numbers ?? [])
            .filter((number) => number !== row.id)
            .flatMap((number) => handOversOf(number).filter((each) => each.campaign_id === id)),
        );
        const facts = pacedFacts(
          row,
          pacings,
          { own: handOversOf(row.id), elsewhere },
          speeds[row.mode],
          now,
        );
        const firstDue = due
          .filter(({ session_id: id }) => id === row.id)
          .map((message) => pendingMessage(message, !message.is_known, null));
        return [row.id, { ...facts, firstDue, mayBeMore: firstDue.length === TURNS_AHEAD }];
      }),
    );
  }
}

/** A row as the rules see it. @param humanUntil as in `PendingMessage` */
export function pendingMessage(
  row: Omit<DueMessage, 'session_id' | 'is_known'>,
  newContact: boolean,
  humanUntil: number | null,
): PendingMessage {
  return {
    id: row.id,
    who: row.who,
    candidate: { rank: row.priority as PriorityRank, newContact, campaignId: row.campaign_id },
    dueAt: row.due_at.getTime(),
    sendAt: row.send_at?.getTime() ?? null,
    expiresAt: row.expires_at?.getTime() ?? null,
    sendWindow: row.send_window,
    wasTried: row.attempts > 0,
    held: row.held,
    humanUntil,
  };
}

/** Of a session that was removed. */
export const GONE: SessionFacts = {
  sending: { state: null, newContactsBlockedUntil: null, pacer: null, underWay: new Set() },
  words: {
    state: null,
    settings: withDefaults({}),
    sentIn: () => 0,
    newContactsIn: () => 0,
    perDay: Infinity,
    newContactsPerDay: Infinity,
    speed: 1,
  },
  firstDue: [],
  mayBeMore: false,
};

function unpacedFacts(row: SessionRow): SessionFacts {
  const { sending, words } = GONE;
  return {
    ...GONE,
    sending: { ...sending, state: row.state, newContactsBlockedUntil: newContactsBlockedUntil(row) },
    words: { ...words, state: row.state, settings: settingsOf(row.mode, row.pacing) },
  };
}

/** What a session handed over, and what other numbers did of the campaigns that it sends with them. */
interface HandOvers {
  own: readonly HandOverRow[];
  elsewhere: readonly HandOverRow[];
}

/** From when on hand-overs count: for a day, or since WhatsApp was asked for its quota. */
function countsFrom(row: SessionRow, speed: number, now: number): number {
  const { quota } = pacingRules(row, speed);
  return Math.min(now - DAY_MS / speed, quota ? countedFrom(quota, now) : now);
}

function pacedFacts(
  session: SessionRow,
  campaigns: ReadonlyMap<string, CampaignPacing>,
  handOvers: HandOvers,
  speed: number,
  now: number,
): Pick<SessionFacts, 'sending' | 'words'> {
  const history = new PacingHistory();
  const moments = [...handOvers.own, ...handOvers.elsewhere].sort((a, b) => a.at.getTime() - b.at.getTime());
  for (const row of moments) {
    const handOver = handOverOf(row, now);
    if (row.session_id === session.id) history.add(handOver, handOver.at);
    else history.addElsewhere(row.campaign_id!, handOver.at);
  }
  const rules: PacingRules = pacingRules(session, speed, campaigns);
  const pacer = new Pacer(rules, history, seedOf(session.id));
  return {
    sending: {
      state: session.state,
      newContactsBlockedUntil: newContactsBlockedUntil(session),
      pacer: remembering(pacer),
      underWay: new Set(handOvers.own.filter((each) => each.under_way).map(({ who }) => who)),
    },
    words: {
      state: session.state,
      settings: rules.settings,
      sentIn: (windowMs) => history.all.countSince(now - windowMs),
      newContactsIn: (windowMs) => history.newContacts.countSince(now - windowMs),
      perDay: pacer.perDay(now),
      newContactsPerDay: pacer.newContactsPerDay(now),
      speed,
    },
  };
}

/** A page asks again and again for the same kinds of messages at the same moments. */
function remembering(pacer: Pacer): Pick<Pacer, 'turnOf'> {
  const turns = new Map<string, Turn>();
  return {
    turnOf(candidate: Candidate, at: number, now: number): Turn {
      const { rank, newContact, campaignId } = candidate;
      const key = `${rank} ${newContact} ${campaignId} ${at} ${now}`;
      const turn = turns.get(key) ?? pacer.turnOf(candidate, at, now);
      turns.set(key, turn);
      return turn;
    },
  };
}
