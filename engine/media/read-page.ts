import { Parser } from 'htmlparser2';

/** How a page describes itself. */
export interface PageMetadata {
  title: string;
  description: string | null;
  /** As written: may be relative to the page. */
  picture: string | null;
}

/** In order of preference: tags for previews before tags for search engines. */
const TITLE = ['og:title', 'twitter:title'];
const DESCRIPTION = ['og:description', 'twitter:description', 'description'];
const PICTURE = ['og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image', 'twitter:image:src'];

/**
 * Reads the head of a page, whole or cut off.
 * @param contentType the server's own, for its charset
 * @returns null when the page has no title at all
 */
export function readPage(bytes: Uint8Array, contentType: string | null): PageMetadata | null {
  const metas = new Map<string, string>();
  let title = '';
  let inTitle = false;
  const parser = new Parser({
    onopentag(name, { property, name: metaName, content }) {
      inTitle = name === 'title' && title === '';
      if (name === 'body') parser.pause();
      const key = (property ?? metaName ?? '').toLowerCase();
      if (name === 'meta' && content && key && !metas.has(key)) metas.set(key, content);
    },
    ontext(text) {
      if (inTitle) title += text;
    },
    onclosetag(name) {
      if (name === 'title') inTitle = false;
    },
  });
  parser.write(decode(bytes, contentType));
  parser.end();
  const first = (keys: string[]): string | null =>
    keys.map((key) => tidy(metas.get(key) ?? '')).find((word) => word !== '') ?? null;
  const shownTitle = first(TITLE) ?? tidy(title);
  if (shownTitle === '') return null;
  return { title: shownTitle, description: first(DESCRIPTION), picture: first(PICTURE) };
}

const tidy = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .trim();

/** With the charset of the header, else of the page's head, else UTF-8, as browsers do. */
function decode(bytes: Uint8Array, contentType: string | null): string {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  const label = charsetOf(contentType ?? '') ?? charsetOf(head) ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

const charsetOf = (text: string): string | undefined => /charset\s*=\s*["']?([\w-]+)/i.exec(text)?.[1];
