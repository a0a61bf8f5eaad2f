import type { IDataObject } from 'n8n-workflow';
import { callEngine, type CallContext } from './call-engine';

interface Page {
  data: IDataObject[];
  has_more: boolean;
  next_cursor: string | null;
}

const LARGEST_PAGE = 200;

/** One page of a list. `next` is the cursor of the page after it, if there is one. */
export async function readPage(
  context: CallContext,
  path: string,
  query: IDataObject,
  itemIndex?: number,
): Promise<{ rows: IDataObject[]; next: string | undefined }> {
  const page = await callEngine<Page>(context, { method: 'GET', path, query, itemIndex });
  return { rows: page.data, next: (page.has_more && page.next_cursor) || undefined };
}

/** The first `limit` rows of a list, newest first; all of them without a limit. */
export async function listEngine(
  context: CallContext,
  path: string,
  query: IDataObject = {},
  { limit: wanted = Infinity, itemIndex }: { limit?: number; itemIndex?: number } = {},
): Promise<IDataObject[]> {
  const rows: IDataObject[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(LARGEST_PAGE, wanted - rows.length);
    const page = await readPage(context, path, { ...query, limit, ...(cursor ? { cursor } : {}) }, itemIndex);
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor && rows.length < wanted);
  return rows;
}
