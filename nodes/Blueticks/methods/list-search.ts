import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { callEngine, pathTo } from '../../shared/call-engine';
import { readPage } from '../../shared/list-engine';
import { AUDIENCES } from '../actions/audience/resource';
import { CAMPAIGNS } from '../actions/campaign/resource';
import { CHATS } from '../actions/chat/resource';
import { GROUPS } from '../actions/group/resource';
import { MESSAGES } from '../actions/message/resource';
import { PEOPLE } from '../actions/person';
import { RECURRENCES } from '../actions/recurrence/resource';
import { SEQUENCES } from '../actions/sequence/resource';
import { SESSIONS } from '../actions/session/resource';

/** What the lists of the node's fields offer. Each label shows enough to recognize a row. */
type Search = (
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
) => Promise<INodeListSearchResult>;
type Results = INodeListSearchResult['results'];

/** Stop a search without matches after this many pages. */
const MOST_PAGES = 10;
const MOST_CONTACT_PAGES = 20;
const LONGEST_LABEL = 60;
/** Operations that only work on a message that has not been sent yet. */
const UNSENT_ONLY = ['update', 'cancel'];

/** A search in one of the engine's lists, newest first, for rows whose label contains the filter. */
function searchIn(path: string, label: (row: IDataObject) => string): Search {
  return async function (filter, paginationToken) {
    const results: Results = [];
    let cursor = paginationToken;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const { rows, next } = await readPage(this, path, { limit: 100, ...(cursor ? { cursor } : {}) });
      results.push(
        ...rows.map((row) => ({ name: label(row), value: String(row.id) })).filter(matches(filter)),
      );
      cursor = next;
      if (!cursor || results.length > 0) break;
    }
    return { results, ...(cursor ? { paginationToken: cursor } : {}) };
  };
}

/** E.g. `Customers in Rome · 120 contacts`. */
export const searchAudiences = searchIn(AUDIENCES, ({ name, contact_count }) =>
  labelOf(name, count(contact_count, 'contact')),
);

/** E.g. `Spring offer · running · 12 of 120 sent`. */
export const searchCampaigns = searchIn(CAMPAIGNS, ({ name, status, sent_count, total_count }) =>
  labelOf(name, spaced(status), `${String(sent_count)} of ${String(total_count)} sent`),
);

/** E.g. `to +14155551234 · order-42 · active · 3 steps`. */
export const searchSequences = searchIn(SEQUENCES, ({ to, reference, status, step_count }) =>
  labelOf(shownTo(to), reference, spaced(status), count(step_count, 'step')),
);

/** E.g. `to +14155551234 · rent-42 · active · next 2026-03-02`. */
export const searchRecurrences = searchIn(RECURRENCES, ({ to, audience_id, reference, status, next }) => {
  const [first] = next as string[];
  const day = first ? `next ${first.slice(0, 10)}` : undefined;
  return labelOf(audience_id ? 'to an audience' : shownTo(to), reference, spaced(status), day);
});

/** A search that the engine does itself, in one of its lists that has `q`. */
function searchBy(path: string, label: (row: IDataObject) => string): Search {
  return async function (filter, paginationToken) {
    const { rows, next } = await readPage(this, path, {
      limit: 100,
      ...(filter ? { q: filter } : {}),
      ...(paginationToken ? { cursor: paginationToken } : {}),
    });
    return {
      results: rows.map((row) => ({ name: label(row), value: String(row.id) })),
      ...(next ? { paginationToken: next } : {}),
    };
  };
}

/** People whom a linked number has written to or heard from, newest first. E.g. `Anna · +14155551234`, `Ada · @ada.l`. */
export const searchPeople = searchBy(PEOPLE, ({ name, phone, names }) => {
  const values = new Map((names as IDataObject[]).map(({ kind, value }) => [kind, value]));
  const username = values.get('username');
  return labelOf(name, phone ?? (username ? `@${String(username)}` : values.get('lid')));
});

/** Chats, the one with the latest message first. E.g. `Anna · +14155551234 · 2 unread`, `Family · group`. */
export const searchChats = searchBy(CHATS, ({ id, name, is_group, unread_count }) => {
  const phone = /^(\d+)@c\.us$/.exec(String(id))?.[1];
  const known = phone ? `+${phone}` : is_group && name ? 'group' : id;
  return labelOf(name, known, unread_count ? `${String(unread_count)} unread` : undefined);
});

/** The groups of the linked number, by name. E.g. `Family · group of 5`. */
export const searchGroups = searchBy(GROUPS, ({ name, participant_count }) =>
  labelOf(name, `group of ${String(participant_count)}`),
);

/** E.g. `Front desk · +14155551234 · connected`. */
export const searchSessions = searchIn(SESSIONS, ({ name, phone, push_name, state }) =>
  labelOf(name ?? push_name, phone ?? 'no number yet', spaced(state)),
);

/** Contacts of the audience chosen in the field before, in its order. E.g. `+14155551234 · Anna · Rome`. */
export const searchContacts: Search = async function (filter, paginationToken) {
  const audienceId = this.getCurrentNodeParameter('audienceId', { extractValue: true });
  if (typeof audienceId !== 'string' || !audienceId) return { results: [] };
  const path = pathTo(AUDIENCES, audienceId);
  const first = Number(paginationToken ?? 1);
  for (let page = first; page < first + MOST_CONTACT_PAGES; page += 1) {
    const { contacts, has_more } = await callEngine(this, { method: 'GET', path, query: { page } });
    const results = (contacts as IDataObject[])
      .map(({ id, to, variables }) => {
        const values = Object.values((variables ?? {}) as IDataObject).slice(0, 3);
        return { name: labelOf(to, ...values), value: String(id) };
      })
      .filter(matches(filter));
    if (results.length > 0 || !has_more) {
      return { results, ...(has_more ? { paginationToken: String(page + 1) } : {}) };
    }
  }
  return { results: [], paginationToken: String(first + MOST_CONTACT_PAGES) };
};

/**
 * Messages, newest first; for "Update" and "Cancel" only those that are not sent yet.
 * E.g. `See you tomorrow! · to +14155551234 · scheduled`.
 */
export const searchMessages: Search = async function (filter, paginationToken) {
  const isUnsentOnly = UNSENT_ONLY.includes(String(this.getCurrentNodeParameter('operation')));
  const { rows, next } = await readPage(this, MESSAGES, {
    limit: 50,
    ...(isUnsentOnly ? { status: 'scheduled' } : {}),
    ...(filter ? { q: filter } : {}),
    ...(paginationToken ? { cursor: paginationToken } : {}),
  });
  return {
    results: rows.map((message) => ({
      name: labelOf(shortContent(message), shownTo(message.to), message.status),
      value: String(message.id),
    })),
    ...(next ? { paginationToken: next } : {}),
  };
};

/** The groups of the linked number, by name, then the chats that messages were sent to, most recent first. */
export const searchRecipients: Search = async function (filter, paginationToken) {
  const { rows, next } = await readPage(this, MESSAGES, {
    limit: 100,
    ...(filter ? { q: filter } : {}),
    ...(paginationToken ? { cursor: paginationToken } : {}),
  });
  const groups = paginationToken ? [] : await findGroups(this, filter);
  const known = new Set(groups.map(({ value }) => value));
  const chats = chatsOf(rows).filter(({ value }) => !known.has(value));
  return { results: [...groups, ...chats], ...(next ? { paginationToken: next } : {}) };
};

/** Fails while no number is linked, or several are and none is chosen. The chats are still useful then. */
async function findGroups(context: ILoadOptionsFunctions, filter?: string): Promise<Results> {
  const from = context.getCurrentNodeParameter('options.from');
  const query = {
    ...(filter ? { q: filter } : {}),
    ...(typeof from === 'string' && from && !from.startsWith('=') ? { from } : {}),
  };
  const { rows } = await readPage(context, GROUPS, query).catch(() => ({ rows: [] as IDataObject[] }));
  return rows.map(({ id, name, participant_count }) => ({
    name: labelOf(name, `group of ${String(participant_count)}`),
    value: String(id),
  }));
}

/** Each chat once, with the most recent message to it. E.g. `+14155551234 · See you tomorrow!`. */
function chatsOf(messages: IDataObject[]): Results {
  const latest = new Map<string, IDataObject>();
  for (const message of messages) {
    if (message.to && !latest.has(String(message.to))) latest.set(String(message.to), message);
  }
  return [...latest].map(([to, message]) => ({ name: labelOf(to, shortContent(message)), value: to }));
}

function matches(filter: string | undefined): (result: Results[number]) => boolean {
  const text = filter?.trim().toLowerCase() ?? '';
  return ({ name }) => name.toLowerCase().includes(text);
}

/** The recipient may have been erased. */
function shownTo(to: unknown): string {
  return to ? `to ${String(to)}` : 'to an erased person';
}

function labelOf(...parts: unknown[]): string {
  return parts
    .filter((part) => part !== undefined && part !== null && part !== '')
    .map(String)
    .join(' · ');
}

function shortContent({ location, contact, ...shown }: IDataObject): string {
  const { text, media_caption, poll_question, media_kind, type } = shown;
  const card = (location ?? contact ?? {}) as IDataObject;
  const content = String(text || media_caption || poll_question || card.name || media_kind || type).replace(
    /\s+/g,
    ' ',
  );
  return content.length > LONGEST_LABEL ? `${content.slice(0, LONGEST_LABEL - 1)}…` : content;
}

const count = (number: unknown, noun: string): string =>
  `${String(number)} ${noun}${number === 1 ? '' : 's'}`;

const spaced = (status: unknown): string => String(status).replaceAll('_', ' ');
