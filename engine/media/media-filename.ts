import { basename } from 'node:path/posix';

const MAX_LENGTH = 255;

/** The name that a server gives a file, else the last part of the URL's path, else null. Never holds a folder. */
export function filenameOf(contentDisposition: string | null, url: string): string | null {
  return clean(namedIn(contentDisposition ?? '')) ?? clean(decoded(new URL(url).pathname));
}

/** Content-Disposition as RFC 6266 has it: `filename*` (RFC 8187) goes before `filename`. */
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
  // A Windows server may name a path with backslashes; control and direction characters can disguise an extension.
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
