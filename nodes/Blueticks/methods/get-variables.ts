import type { IDataObject, ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';
import { callEngine, pathTo } from '../../shared/call-engine';
import { readPage } from '../../shared/list-engine';
import { nameKey, tokensOf } from '../../shared/variable-name';
import { AUDIENCES } from '../actions/audience/resource';
import { CAMPAIGNS } from '../actions/campaign/resource';

/**
 * The variables to map columns to: those of the chosen audience's contacts, and the `{tokens}` of recent campaigns.
 * Names that differ only in case are the same variable.
 */
export async function getVariables(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
  const names = new Map<string, string>();
  const add = (name: string): void => {
    if (!names.has(nameKey(name))) names.set(nameKey(name), name);
  };
  (await namesOfAudience(this)).forEach(add);
  (await tokensOfCampaigns(this)).forEach(add);
  return {
    fields: [...names.values()].map((name) => ({
      id: name,
      displayName: name,
      type: 'string',
      required: false,
      defaultMatch: false,
      canBeUsedToMatch: false,
      display: true,
    })),
  };
}

async function namesOfAudience(context: ILoadOptionsFunctions): Promise<string[]> {
  // Not every operation has this field, and n8n cannot extract the value of a missing one.
  const { value: id } = (context.getCurrentNodeParameter('audienceId') ?? {}) as IDataObject;
  if (typeof id !== 'string' || !id || id.startsWith('=')) return [];
  const path = pathTo(AUDIENCES, id);
  const { contacts } = await callEngine(context, { method: 'GET', path, query: { page: 1 } });
  return (contacts as IDataObject[]).flatMap(({ variables }) =>
    Object.keys((variables ?? {}) as IDataObject),
  );
}

async function tokensOfCampaigns(context: ILoadOptionsFunctions): Promise<string[]> {
  const { rows } = await readPage(context, CAMPAIGNS, { limit: 100 });
  return rows.flatMap(({ text, media_caption }) =>
    tokensOf(`${String(text ?? '')} ${String(media_caption ?? '')}`),
  );
}
