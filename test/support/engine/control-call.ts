import { proveEngine } from '../../../engine/data-folder/prove-engine';
import { readEngineFile } from '../../../engine/data-folder/engine-file';

/** Calls a path under `/control` as the tools on the engine's machine do. */
export async function callControl(dataDir: string, path: string, body?: object): Promise<Response> {
  const file = readEngineFile(dataDir);
  const proven = file && (await proveEngine(file));
  if (!proven) throw new Error(`No engine of ${dataDir} answers.`);
  return fetch(file.url + path, {
    method: 'POST',
    headers: {
      authorization: proven.authorize('POST', path),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    body: body && JSON.stringify(body),
  });
}
