import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { callEngine } from '../transport/call-engine';
import type { Page } from '../transport/list-engine';
import { messageLabel } from './message-label';

/** Operations that only a waiting message allows. */
const WAITING_ONLY = ['update', 'cancel'];

/** Messages to choose from, newest first; for "Update" and "Cancel" only those that still wait. */
export async function searchMessages(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const waiting = WAITING_ONLY.includes(String(this.getCurrentNodeParameter('operation')));
  const page = await callEngine<Page>(this, {
    method: 'GET',
    path: '/v1/scheduled-messages',
    query: {
      limit: 50,
      ...(waiting ? { status: 'scheduled' } : {}),
      ...(filter ? { q: filter } : {}),
      ...(paginationToken ? { cursor: paginationToken } : {}),
    },
  });
  return {
    results: page.data.map((message) => ({ name: messageLabel(message), value: String(message.id) })),
    ...(page.has_more && page.next_cursor ? { paginationToken: page.next_cursor } : {}),
  };
}
