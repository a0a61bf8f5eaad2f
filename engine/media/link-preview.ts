import type { Clock } from '../async/clock';
import type { PagePreview, PreviewSource } from '../transport/preview-source';
import { fetchMedia, type FetchMediaOptions } from './fetch-media';
import { readPage } from './read-page';

/** For a page and its picture together: a message waits for its preview no longer than this. */
const TIMEOUT_MS = 3_000;
/** What a page says of itself stands at its start. */
const MOST_PAGE_BYTES = 512 * 1024;
const MOST_PICTURE_BYTES = 1024 * 1024;
const PAGES = ['text/html', 'application/xhtml+xml'];

/** A campaign sends the same link many times within minutes. A page that is slow or broken is slow only once. */
const GOOD_FOR_MS = 5 * 60_000;
const BAD_FOR_MS = 60_000;
/** Each may hold a picture. */
const MOST_KEPT = 16;

interface Kept {
  page: Promise<PagePreview | null>;
  /** Epoch milliseconds; while it is being fetched, endless. */
  until: number;
}

/** Gets pages and pictures through the guarded network code, each page once in a while. */
export function createPreviewSource(
  options: Pick<FetchMediaOptions, 'allowPrivate' | 'ca' | 'lookup'>,
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
      const words = readPage(bytes, contentType);
      if (!words) return null;
      const at = words.picture !== null && URL.canParse(words.picture, finalUrl);
      const pictureUrl = at ? new URL(words.picture!, finalUrl).href : null;
      const left = givenUpAt - clock.now();
      const bytesOfPicture = pictureUrl && left > 0 ? await picture(pictureUrl, left) : null;
      return { title: words.title, description: words.description, picture: bytesOfPicture };
    } catch {
      return null;
    }
  }

  /** @param timeoutMs what is left of the time for the whole preview. */
  async function picture(url: string, timeoutMs = TIMEOUT_MS): Promise<Uint8Array | null> {
    try {
      return (await fetchMedia(url, { ...options, maxBytes: MOST_PICTURE_BYTES, timeoutMs })).bytes;
    } catch {
      return null;
    }
  }

  return { page, picture: (url) => picture(url) };
}
