// Plain JavaScript, because it runs on a thread of its own: see render.ts.
const { Parser } = require('htmlparser2');

/** In order of preference: tags for previews before tags for search engines. */
const TITLE = ['og:title', 'twitter:title'];
const DESCRIPTION = ['og:description', 'twitter:description', 'description'];
const PICTURE = ['og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image', 'twitter:image:src'];

/** What a head consists of. */
const OF_HEAD = new Set([
  'html',
  'head',
  'title',
  'meta',
  'link',
  'base',
  'script',
  'style',
  'noscript',
  'template',
]);
/** Real heads have a stray element or two. With more, the page has begun without saying so. */
const MOST_STRAY = 16;
/** More than any phone shows. */
const LONGEST = { title: 300, description: 1000, picture: 4096 };

/**
 * Reads the head of a page, whole or cut off, and nothing after it: the parser takes seconds for a page that opens
 * thousands of elements and closes none.
 * @param {Uint8Array} bytes
 * @param {string | null} contentType the server's own, for its charset
 * @returns {import('./read-page.cjs').PageMetadata | null} null when the page has no title at all
 */
function readPage(bytes, contentType) {
  const metas = new Map();
  let title = '';
  let inTitle = false;
  let stray = 0;
  const parser = new Parser({
    onopentag(name, { property, name: metaName, content }) {
      inTitle = name === 'title' && title === '';
      if (!OF_HEAD.has(name)) stray += 1;
      if (name === 'body' || stray > MOST_STRAY) parser.pause();
      const key = (property ?? metaName ?? '').toLowerCase();
      if (name === 'meta' && content && key && !metas.has(key)) metas.set(key, content);
    },
    ontext(text) {
      if (inTitle) title += text;
    },
    onclosetag(name) {
      if (name === 'title') inTitle = false;
      if (name === 'head') parser.pause();
    },
  });
  parser.write(decode(bytes, contentType));
  parser.end();
  const first = (keys) => keys.map((key) => tidy(metas.get(key) ?? '')).find((word) => word !== '') ?? null;
  const shownTitle = cut(first(TITLE) ?? tidy(title), LONGEST.title);
  if (shownTitle === '') return null;
  const description = first(DESCRIPTION);
  const picture = first(PICTURE);
  return {
    title: shownTitle,
    description: description && cut(description, LONGEST.description),
    picture: picture !== null && picture.length <= LONGEST.picture ? picture : null,
  };
}

/** Never in the middle of a character. */
const cut = (text, most) =>
  text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '');

const tidy = (text) =>
  text
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .trim();

/** With the charset of the header, else of the page's head, else UTF-8, as browsers do. */
function decode(bytes, contentType) {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  const label = charsetOf(contentType ?? '') ?? charsetOf(head) ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

const charsetOf = (text) => /charset\s*=\s*["']?([\w-]+)/i.exec(text)?.[1];

module.exports = { readPage };
