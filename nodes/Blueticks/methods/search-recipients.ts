import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { callEngine } from '../transport/call-engine';
import type { Page } from '../transport/list-engine';
import { shortContent } from './message-label';

type Results = INodeListSearchResult['results'];

/** The groups of the linked number by name, and then the chats that were written to, latest first. */
export async function searchRecipients(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const page = await callEngine<Page>(this, {
    method: 'GET',
    path: '/v1/scheduled-messages',
    query: {
      limit: 100,
      ...(filter ? { q: filter } : {}),
      ...(paginationToken ? { cursor: paginationToken } : {}),
    },
  });
  const groups = paginationToken ? [] : await findGroups(this, filter);
  const known = new Set(groups.map(({ value }) => value));
  const chats = chatsOf(page.data).filter(({ value }) => !known.has(value));
  return {
    results: [...groups, ...chats],
    ...(page.has_more && page.next_cursor ? { paginationToken: page.next_cursor } : {}),
  };
}

/** None while no number is linked, or several are and none is chosen: the chats are to be had all the same. */
async function findGroups(context: ILoadOptionsFunctions, filter?: string): Promise<Results> {
  const from = context.getCurrentNodeParameter('options.from');
  const query = {
    ...(filter ? { q: filter } : {}),
    ...(typeof from === 'string' && from && !from.startsWith('=') ? { from } : {}),
  };
  const page = await callEngine<Page>(context, { method: 'GET', path: '/v1/groups', query }).catch(
    (): Page => ({ data: [], has_more: false, next_cursor: null }),
  );
  return page.data.map(({ id, name, participant_count }) => ({
    name: `${String(name)} · group of ${String(participant_count)}`,
    value: String(id),
  }));
}

/** E.g. `+14155551234 · See you tomorrow!`: each chat once, with the latest that was written there. */
function chatsOf(messages: IDataObject[]): Results {
  const latest = new Map<string, IDataObject>();
  for (const message of messages)
    if (!latest.has(String(message.to))) latest.set(String(message.to), message);
  return [...latest].map(([to, message]) => ({ name: `${to} · ${shortContent(message)}`, value: to }));
}
