import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
// The one import from outside nodes/ and credentials/: the engine is part of this package, and the launcher
// (with no library) is how n8n finds or starts it. Nothing else of the engine is loaded into n8n.
import { bundledConnection, forgetProbe, n8nDataDir } from '../engine/launcher';

/** Where the engine of a credential answers, and the key to show it. `baseUrl` has no slash at its end. */
export interface Connection {
  baseUrl: string;
  apiKey: string;
}

export function isBundled(credentials: ICredentialDataDecryptedObject): boolean {
  return credentials.connection !== 'url';
}

/**
 * Turns a `blueticksApi` credential into an address and a key; for `bundled` this starts the engine of this
 * machine when it does not run. `renew` forgets what is known of the bundled engine and asks it for a key again.
 * @throws Error whose message a person can act on
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
      `The credential's Base URL "${baseUrl}" is not a web address. Give the engine's address, such as http://127.0.0.1:7717.`,
    );
  }
  if (!apiKey) {
    throw new Error(
      'The credential has no API Key. Make one with "npx n8n-nodes-blueticks keys create --mode live" where the engine runs.',
    );
  }
  return { baseUrl: baseUrl.replace(/\/+$/, '').replace(/\/v1$/, ''), apiKey };
}
