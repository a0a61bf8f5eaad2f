import { basename } from 'node:path/posix';

/*
 * Own code rather than the npm package `content-disposition`: that one throws at the malformed headers that servers send,
 * and cleaning the names, which is most of this file, would remain.
 */

const MAX_LENGTH = 255;

/** The name that a server gives a file, else the last part of the URL's path, else null. Never with a folder. */
export function filenameOf(contentDisposition: string | null, url: string): string | null {
  return clean(namedIn(contentDisposition ?? '')) ?? clean(decoded(new URL(url).pathname));
}

/** `filename*` (RFC 8187) takes precedence over `filename` (RFC 6266). */
function namedIn(header: string): string {
  const extended = /(?:^|;)\s*filename\*\s*=\s*UTF-8'[^']*'([^;\s]+)/i.exec(header)?.[1];
  if (extended) return decoded(extended);
  const quoted = /(?:^|;)\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
  return /(?:^|;)\s*filename\s*=\s*([^;\s"]+)/i.exec(header)?.[1] ?? '';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function clean(name: string): string | null {
  // Windows servers may send paths with backslashes. Control and direction characters can disguise an extension.
  const bare = basename(name.replaceAll('\\', '/'))
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
  return bare === '' || bare === '.' || bare === '..' ? null : shortened(bare);
}

function shortened(name: string): string {
  if (name.length <= MAX_LENGTH) return name;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  return name.slice(0, MAX_LENGTH - extension.length) + extension;
}

/**
 * The Content-Disposition header (RFC 6266) that saves a file under a name and never shows it as a page. The name comes
 * from strangers, so folders and control characters are removed.
 */
export function asAttachment(filename: string): string {
  const bare = filename
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/[/\\\p{Cs}]/gu, '_')
    .slice(0, 200)
    // The cut may have split a character.
    .replace(/\p{Cs}/gu, '_');
  const plain = bare.replace(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(bare).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
