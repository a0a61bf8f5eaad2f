import type { IDataObject, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { callEngine } from './call-engine';

/** The binary property for the file. n8n's own nodes use the same name. */
const PROPERTY = 'data';

/**
 * Adds the file of a received message to the item as binary data. Only the path of the file's URL is used, on the
 * credential's engine: its host is what the engine thinks its address is, which n8n may not reach (container, proxy).
 * If the download fails, the workflow still runs, and `media.error` says why.
 */
export async function withMedia(
  context: IWebhookFunctions,
  item: INodeExecutionData,
): Promise<INodeExecutionData> {
  const media = item.json.media as IDataObject | null | undefined;
  const path = pathOf(media?.url);
  if (!media || path === null) return item;
  try {
    const content = await callEngine<ArrayBuffer>(context, { method: 'GET', path, answer: 'buffer' });
    const filename = typeof media.filename === 'string' ? media.filename : undefined;
    const file = await context.helpers.prepareBinaryData(Buffer.from(content), filename, String(media.mime));
    return { ...item, binary: { [PROPERTY]: file } };
  } catch (error) {
    const { message } = error as Error;
    return { ...item, json: { ...item.json, media: { ...media, error: message } } };
  }
}

/** The path of a file on the engine; null if the URL does not name one. */
function pathOf(url: unknown): string | null {
  return /\/v1\/media\/[^/?#]+\?[^#]+$/.exec(String(url ?? ''))?.[0] ?? null;
}
