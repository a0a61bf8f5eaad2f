import type { IDataObject } from 'n8n-workflow';
import { callEngine, type CallContext } from './call-engine';

export interface Page {
  data: IDataObject[];
  has_more: boolean;
  next_cursor: string | null;
}

const LARGEST_PAGE = 200;

/** Rows of a list of the engine, newest first: the first `limit` of them, or all when it is left out. */
export async function listEngine(
  context: CallContext,
  path: string,
  query: IDataObject,
  options: { limit?: number; itemIndex?: number },
): Promise<IDataObject[]> {
  const wanted = options.limit ?? Infinity;
  const rows: IDataObject[] = [];
  let cursor: string | null = null;
  do {
    const limit = Math.min(LARGEST_PAGE, wanted - rows.length);
    const page: Page = await callEngine<Page>(context, {
      method: 'GET',
      path,
      query: { ...query, limit, ...(cursor ? { cursor } : {}) },
      itemIndex: options.itemIndex,
    });
    rows.push(...page.data);
    cursor = page.has_more ? page.next_cursor : null;
  } while (cursor && rows.length < wanted);
  return rows;
}
