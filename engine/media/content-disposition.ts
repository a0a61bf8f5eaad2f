/**
 * Content-Disposition that saves a file under a name (RFC 6266) and never shows it as a page. The name is somebody
 * else's: folders and control characters are left out of it.
 */
export function asAttachment(filename: string): string {
  const bare = filename
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/[/\\\p{Cs}]/gu, '_')
    .slice(0, 200)
    // The cut may have gone through a character.
    .replace(/\p{Cs}/gu, '_');
  const plain = bare.replace(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(bare).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
