import type { IDataObject, ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';
import { callEngine } from '../transport/call-engine';
import type { Page } from '../transport/list-engine';

/** As the engine reads templates: `{{…}}` is taken as a whole first, and is no token. */
const TOKEN = /\{\{[^{}]*\}\}|\{([A-Za-z_][A-Za-z0-9_]{0,31})\}/g;

/**
 * The words to map columns to: those that the chosen audience's contacts have, and the `{tokens}` of the latest
 * campaigns. Case does not count.
 */
export async function getVariables(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
  const names = new Map<string, string>();
  const add = (name: string): void => {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
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
  // Not every operation has it, and n8n would not extract what is not there.
  const { value: id } = (context.getCurrentNodeParameter('audienceId') ?? {}) as IDataObject;
  if (typeof id !== 'string' || !id || id.startsWith('=')) return [];
  const path = `/v1/audiences/${encodeURIComponent(id)}`;
  const { contacts } = await callEngine(context, { method: 'GET', path, query: { page: 1 } });
  return (contacts as IDataObject[]).flatMap(({ variables }) =>
    Object.keys((variables ?? {}) as IDataObject),
  );
}

async function tokensOfCampaigns(context: ILoadOptionsFunctions): Promise<string[]> {
  const page = await callEngine<Page>(context, {
    method: 'GET',
    path: '/v1/campaigns',
    query: { limit: 100 },
  });
  return page.data
    .flatMap(({ text, media_caption }) => [
      ...`${String(text ?? '')} ${String(media_caption ?? '')}`.matchAll(TOKEN),
    ])
    .flatMap(([, name]) => name ?? []);
}
