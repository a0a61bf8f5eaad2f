import { openDatabase } from '../../engine/store/open-database';
import { readLastChecks, type LastCheck } from '../support/engine/hand-overs';
import { silentLog } from '../support/servers/silent-log';
import type { Person } from '../wire/people/person';
import type { WhatsApp } from '../wire/whatsapp';
import type { LinkedRun } from './linked-run';
import type { ManyNamed } from './many-named';
import { groupBy } from './verdict';

/** A message that a linked device handed to the server. Times are epoch milliseconds of the machine's one clock. */
export interface OnTheWire {
  wireId: string;
  to: Person | undefined;
  at: number;
}

/** Something that somebody wrote to us. */
export interface Word {
  who: ManyNamed;
  isStop: boolean;
  /** The wire id. */
  id: string;
  writtenAt: number;
  /** When the engine acknowledged it, which it does once it is stored; null: never. */
  storedAt: number | null;
}

export interface PeopleEvidence {
  wire: readonly OnTheWire[];
  words: readonly Word[];
  /** Texts of the campaigns, each to all people. */
  campaigns: readonly string[];
  people: readonly ManyNamed[];
  run: LinkedRun;
}

interface Stored {
  messages: {
    wire_id: string;
    sequence_id: string | null;
    campaign_id: string | null;
    handed_over_at: Date | null;
    created_at: Date;
  }[];
  names: { name: string; person_id: string }[];
}

/** Reads the store of an engine that has stopped. */
async function readStore(dataDir: string): Promise<Stored> {
  const database = await openDatabase({ dataDir, databaseUrl: null, log: silentLog });
  try {
    return {
      messages: await database.query(
        'SELECT wire_id, sequence_id, campaign_id, handed_over_at, created_at FROM messages',
      ),
      names: await database.query('SELECT name, person_id FROM person_names'),
    };
  } finally {
    await database.close();
  }
}

/** Every promise that was not kept, one line each, and figures of the run. */
export async function peopleVerdict(evidence: PeopleEvidence) {
  const { run, people, wire, words } = evidence;
  const stored = await readStore(run.engine.dataDir);
  const late = afterTheirWord(evidence, stored.messages, readLastChecks(run.handOverFile));
  const faults = [
    ...words.filter(({ storedAt }) => storedAt === null).map(({ id }) => `${id} was never acknowledged`),
    ...late.faults,
    ...joinedWrongly(run.whatsapp, stored.names),
    ...people.flatMap((person) => campaignFaults(person, evidence)),
  ];
  const handed = new Set(wire.map(({ wireId }) => wireId)).size;
  return { faults, figures: { messagesOnTheWire: handed, ...late.figures } };
}

/**
 * Messages of campaigns and sequences that went to somebody after what they wrote was stored. The engine asks its store
 * right before it encrypts, so whatever it asked about after that must not be on the wire.
 */
function afterTheirWord({ wire, words }: PeopleEvidence, rows: Stored['messages'], checks: LastCheck[]) {
  const rowOf = new Map(rows.map((row) => [row.wire_id, row]));
  const checksOf = groupBy(checks, ({ wireId }) => wireId);
  const figures = { alreadyEncrypted: 0, inDoubtBefore: 0 };
  const faults: string[] = [];
  for (const { wireId, to, at } of wire) {
    const row = rowOf.get(wireId);
    if (!row) faults.push(`${wireId} is on the wire and belongs to no message`);
    for (const { who, isStop, storedAt, writtenAt } of words) {
      if (!row || who.contact.person !== to || storedAt === null || at <= storedAt) continue;
      const isOver = row.sequence_id !== null && row.created_at.getTime() < writtenAt;
      if (!isOver && !(isStop && (row.campaign_id ?? row.sequence_id) !== null)) continue;
      const lastCheck = Math.max(
        0,
        ...(checksOf.get(wireId) ?? []).map((check) => check.at).filter((asked) => asked <= at),
      );
      // An answer does not call back a message that may have reached WhatsApp already. An opt-out does.
      if (!isStop && row.handed_over_at && row.handed_over_at.getTime() <= storedAt)
        figures.inDoubtBefore += 1;
      else if (lastCheck <= storedAt) figures.alreadyEncrypted += 1;
      else {
        const what = isStop ? 'STOP' : `answer to what was ${writtenAt - row.created_at.getTime()} ms old`;
        faults.push(`${wireId} went to ${to.jid('lid')} ${at - storedAt} ms after their ${what}`);
      }
    }
  }
  return { faults, figures };
}

/** Ids of people under whom names of several accounts are stored, and accounts that are still several people. */
function joinedWrongly({ directory }: WhatsApp, names: Stored['names']): string[] {
  const account = (name: string): string => {
    const person = directory.byJid(name.replace('@c.us', '@s.whatsapp.net'));
    return person?.lid ?? `nobody's ${name}`;
  };
  const faults: string[] = [];
  for (const [id, same] of groupBy(names, (row) => row.person_id)) {
    const accounts = new Set(same.map(({ name }) => account(name)));
    if (accounts.size > 1) faults.push(`${id} is ${same.map(({ name }) => name).join(', ')}`);
  }
  for (const [lid, same] of groupBy(names, ({ name }) => account(name))) {
    if (new Set(same.map((row) => row.person_id)).size > 1)
      faults.push(`the names of ${lid} are several people`);
  }
  return faults;
}

function campaignFaults(person: ManyNamed, { campaigns, words }: PeopleEvidence): string[] {
  const { contact } = person;
  const mayHaveStopped = words.some(({ who, isStop }) => isStop && who === person);
  return campaigns.flatMap((text) => {
    const times = contact.received.filter((message) => message.text === text).length;
    const isRight = times === 1 || (times === 0 && mayHaveStopped);
    return isRight ? [] : [`${contact.jid('lid')} got "${text}" ${times} times`];
  });
}
