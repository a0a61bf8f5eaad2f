import { lazy } from '../async/lazy';
import { EngineError, invalidRequest } from '../errors';
import { base64Fault } from '../media/base64';
import { MediaError } from '../media/media-error';
import { checkMediaUrl } from '../media/media-url';
import { squarePicture } from '../media/square-picture';
import type { SetPicture } from './group-schema';

/** Loaded on first use: its HTTP client would slow down every start. */
const media = lazy<typeof import('../media/fetch-media')>(require, '../media/fetch-media');

const DATA_URL = /^data:[^,]{0,100};base64,/i;

/**
 * The picture of a request as the square JPEG that WhatsApp takes, fetched if the request has its URL.
 * @throws EngineError `invalid_request` if it is no picture or cannot be fetched, `unavailable` if that may pass
 */
export async function readPicture(
  { file_data_url: data, url }: SetPicture,
  allowPrivate: boolean,
): Promise<Buffer> {
  const path = url === undefined ? 'file_data_url' : 'url';
  const bytes = url === undefined ? bytesOf(data ?? '') : await fetched(url, allowPrivate);
  const jpeg = await squarePicture(bytes);
  if (jpeg) return jpeg;
  const message = 'is not a picture that can be read. Use a JPEG, PNG or WebP.';
  throw invalidRequest([{ path, code: 'not_a_picture', message }]);
}

function bytesOf(data: string): Buffer {
  const text = data.replace(DATA_URL, '');
  const fault = base64Fault(text);
  if (fault) throw invalidRequest([{ path: 'file_data_url', ...fault }]);
  return Buffer.from(text, 'base64');
}

async function fetched(url: string, allowPrivate: boolean): Promise<Buffer> {
  const fault = checkMediaUrl(url, allowPrivate);
  if (fault) throw invalidRequest([{ path: 'url', ...fault }]);
  try {
    return (await media().fetchMedia(url, { allowPrivate })).bytes;
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    if (error.mayPass)
      throw new EngineError('unavailable', `The picture could not be fetched: ${error.message}.`);
    throw invalidRequest([{ path: 'url', code: error.reason, message: `cannot be used: ${error.message}.` }]);
  }
}
