import type { IDataObject, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { callEngine } from '../Blueticks/transport/call-engine';

/** The item's binary property that the file is put in, as n8n's own nodes call theirs. */
const PROPERTY = 'data';

/**
 * The file of a received message, as the item's binary data. Its address in the event is the one under which the
 * engine believes to be reached, which need not be the one from here (a container, a proxy): so its path is asked of
 * the credential's engine. A file that cannot be had does not keep the run from starting; `media.error` says why.
 */
export async function withMedia(
  context: IWebhookFunctions,
  item: INodeExecutionData,
): Promise<INodeExecutionData> {
  const media = item.json.media as IDataObject | null | undefined;
  const path = pathOf(media?.url);
  if (!media || path === null) return item;
  try {
    const answer = await callEngine<ArrayBuffer>(context, { method: 'GET', path, answer: 'buffer' });
    const filename = typeof media.filename === 'string' ? media.filename : undefined;
    const file = await context.helpers.prepareBinaryData(Buffer.from(answer), filename, String(media.mime));
    return { ...item, binary: { [PROPERTY]: file } };
  } catch (error) {
    const { message } = error as Error;
    return { ...item, json: { ...item.json, media: { ...media, error: message } } };
  }
}

/** From the engine's root on; null for what is no address of a file of the engine. */
function pathOf(url: unknown): string | null {
  return /\/v1\/media\/[^/?#]+\?[^#]+$/.exec(String(url ?? ''))?.[0] ?? null;
}
