import type { Clock } from '../async/clock';
import type { PagePreview, PreviewSource } from '../transport/preview-source';
import { fetchMedia, type FetchMediaOptions } from './fetch-media';
import { readPage } from './rendering/render';

/** The longest that a message waits for its preview, page and picture together. */
const TIMEOUT_MS = 3_000;
/** A page's description is at its start. */
const MOST_PAGE_BYTES = 512 * 1024;
const MOST_PICTURE_BYTES = 1024 * 1024;
const PAGES = ['text/html', 'application/xhtml+xml'];

/** A campaign sends the same link many times within minutes. A slow or broken page delays it only once. */
const GOOD_FOR_MS = 5 * 60_000;
const BAD_FOR_MS = 60_000;
/** Each may have a picture. */
const MOST_KEPT = 16;

interface Kept {
  page: Promise<PagePreview | null>;
  /** Epoch milliseconds; `Infinity` during the fetch. */
  until: number;
}

/** Fetches pages and pictures through the guarded agent, and caches pages for a while. */
export function createPreviewSource(
  options: Pick<FetchMediaOptions, 'allowPrivate' | 'ca' | 'lookup' | 'tunnel'>,
  clock: Clock,
): PreviewSource {
  const kept = new Map<string, Kept>();

  function page(url: string): Promise<PagePreview | null> {
    const known = kept.get(url);
    if (known && known.until > clock.now()) return known.page;
    const fetched: Kept = { page: fetchPage(url), until: Infinity };
    kept.delete(url);
    kept.set(url, fetched);
    void fetched.page.then((preview) => {
      fetched.until = clock.now() + (preview ? GOOD_FOR_MS : BAD_FOR_MS);
    });
    for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
    return fetched.page;
  }

  async function fetchPage(url: string): Promise<PagePreview | null> {
    const givenUpAt = clock.now() + TIMEOUT_MS;
    try {
      const { bytes, contentType, finalUrl } = await fetchMedia(url, {
        ...options,
        maxBytes: MOST_PAGE_BYTES,
        cutOff: true,
        timeoutMs: TIMEOUT_MS,
      });
      if (!PAGES.some((type) => contentType?.toLowerCase().startsWith(type))) return null;
      const about = await readPage(bytes, contentType);
      if (!about) return null;
      const at = about.picture !== null && URL.canParse(about.picture, finalUrl);
      const pictureUrl = at ? new URL(about.picture!, finalUrl).href : null;
      const left = givenUpAt - clock.now();
      const bytesOfPicture = pictureUrl && left > 0 ? await picture(pictureUrl, left) : null;
      return { title: about.title, description: about.description, picture: bytesOfPicture };
    } catch {
      return null;
    }
  }

  /** @param timeoutMs the time left for the whole preview */
  async function picture(url: string, timeoutMs = TIMEOUT_MS): Promise<Uint8Array | null> {
    try {
      return (await fetchMedia(url, { ...options, maxBytes: MOST_PICTURE_BYTES, timeoutMs })).bytes;
    } catch {
      return null;
    }
  }

  return { page, picture: (url) => picture(url) };
}
