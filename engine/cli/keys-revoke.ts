import { EngineError } from '../errors';
import type { Invocation } from './command';
import { EXIT } from './exit-codes';
import { openKeyDesk } from './key-desk';
import { print, printJson } from './print';

/** `keys revoke KEY_ID`: the next request with that key is refused. */
export async function run({ argument, json, config }: Invocation): Promise<number> {
  const desk = await openKeyDesk(config);
  try {
    const id = argument ?? '';
    const key = await desk.revoke(id).catch((error: unknown) => {
      if (!(error instanceof EngineError) || error.code !== 'not_found') throw error;
      const mend = 'blueticks-engine keys list shows those that there are.';
      throw new EngineError('not_found', `There is no key "${id}" that still works; ${mend}`);
    });
    if (json) printJson(key);
    else print(`Revoked ${key.id} (${key.prefix}…). Requests with it are refused from now on.`);
    return EXIT.ok;
  } finally {
    await desk.close();
  }
}
