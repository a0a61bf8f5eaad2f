import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { callEngine } from '../transport/call-engine';
import type { Page } from '../transport/list-engine';

const PAGE = 100;
/** Enough to find what somebody looks for, and no endless search. */
const MOST_PAGES = 10;

type Search = (
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
) => Promise<INodeListSearchResult>;

/** A search in one of the engine's lists, newest first, for rows whose label contains the words. */
function searchOf(path: string, label: (row: IDataObject) => string): Search {
  return async function (filter, paginationToken) {
    const word = filter?.trim().toLowerCase() ?? '';
    const results: INodeListSearchResult['results'] = [];
    let cursor = paginationToken;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const query = { limit: PAGE, ...(cursor ? { cursor } : {}) };
      const page: Page = await callEngine<Page>(this, { method: 'GET', path, query });
      const rows = page.data.map((row) => ({ name: label(row), value: String(row.id) }));
      results.push(...rows.filter(({ name }) => name.toLowerCase().includes(word)));
      cursor = page.has_more ? (page.next_cursor ?? undefined) : undefined;
      if (!cursor || results.length > 0) break;
    }
    return { results, ...(cursor ? { paginationToken: cursor } : {}) };
  };
}

const of = (count: unknown, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

/** E.g. `Customers in Rome · 120 contacts`. */
export const searchAudiences = searchOf(
  '/v1/audiences',
  ({ name, contact_count }) => `${String(name)} · ${of(contact_count, 'contact')}`,
);

/** E.g. `Spring offer · running · 12 of 120 sent`. */
export const searchCampaigns = searchOf(
  '/v1/campaigns',
  ({ name, status, sent_count, total_count }) =>
    `${String(name)} · ${String(status).replace('_', ' ')} · ${String(sent_count)} of ${String(total_count)} sent`,
);

/** E.g. `to +14155551234 · order-42 · active · 3 steps`. */
export const searchSequences = searchOf('/v1/sequences', ({ to, reference, status, step_count }) =>
  [`to ${String(to)}`, reference, String(status).replaceAll('_', ' '), of(step_count, 'step')]
    .filter(Boolean)
    .join(' · '),
);

/** E.g. `Front desk · +14155551234 · connected`. */
export const searchSessions = searchOf('/v1/sessions', ({ name, phone, push_name, state }) =>
  [name ?? push_name, phone ?? 'no number yet', String(state).replace('_', ' ')].filter(Boolean).join(' · '),
);
