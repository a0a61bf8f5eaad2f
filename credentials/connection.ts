import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
// The only import from outside nodes/ and credentials/: n8n finds or starts the engine of this package through the
// launcher, which uses no libraries. No other part of the engine is loaded into n8n.
import { bundledConnection, forgetProbe, n8nDataDir } from '../engine/launcher';

/** The URL of a credential's engine, without a slash at the end, and the key to use there. */
export interface Connection {
  baseUrl: string;
  apiKey: string;
}

export function isBundled(credentials: ICredentialDataDecryptedObject): boolean {
  return credentials.connection !== 'url';
}

/**
 * Turns a `blueticksApi` credential into a URL and a key. For `bundled`, this starts the engine on this machine if it is
 * not running; `renew` looks for that engine again and asks it for a new key.
 * @throws Error with a message that says what to do
 */
export async function resolveConnection(
  credentials: ICredentialDataDecryptedObject,
  renew = false,
): Promise<Connection> {
  if (isBundled(credentials)) {
    const dataDir = n8nDataDir();
    if (renew) forgetProbe(dataDir);
    return await bundledConnection({
      dataDir,
      mode: credentials.mode === 'test' ? 'test' : 'live',
      renewKey: renew,
    });
  }
  const baseUrl = String(credentials.baseUrl ?? '').trim();
  const apiKey = String(credentials.apiKey ?? '').trim();
  if (!/^https?:\/\//i.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new Error(
      `The credential's Base URL "${baseUrl}" is not a URL. Use the one the engine printed, for example http://127.0.0.1:7717.`,
    );
  }
  if (!apiKey) {
    throw new Error(
      'The credential has no API Key. Create one with "npx n8n-nodes-blueticks keys create --mode live" where the engine runs.',
    );
  }
  return { baseUrl: baseUrl.replace(/\/+$/, '').replace(/\/v1$/, ''), apiKey };
}
