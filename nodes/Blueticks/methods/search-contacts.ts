import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { callEngine } from '../transport/call-engine';

const MOST_PAGES = 20;

/** Contacts of the audience that is chosen beside, in its order, whose number or variables contain the words. */
export async function searchContacts(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const audienceId = this.getCurrentNodeParameter('audienceId', { extractValue: true });
  if (typeof audienceId !== 'string' || !audienceId) return { results: [] };
  const path = `/v1/audiences/${encodeURIComponent(audienceId)}`;
  const word = filter?.trim().toLowerCase() ?? '';
  const first = Number(paginationToken ?? 1);
  for (let page = first; page < first + MOST_PAGES; page += 1) {
    const { contacts, has_more } = await callEngine(this, { method: 'GET', path, query: { page } });
    const results = (contacts as IDataObject[])
      .map((contact) => ({ name: label(contact), value: String(contact.id) }))
      .filter(({ name }) => name.toLowerCase().includes(word));
    if (results.length > 0 || !has_more) {
      return { results, ...(has_more ? { paginationToken: String(page + 1) } : {}) };
    }
  }
  return { results: [], paginationToken: String(first + MOST_PAGES) };
}

/** E.g. `+14155551234 · Anna · Rome`. */
function label({ to, variables }: IDataObject): string {
  const words = Object.values((variables ?? {}) as IDataObject).map(String);
  return [String(to), ...words.slice(0, 3)].filter(Boolean).join(' · ');
}
