/** The engine on this machine could not be found, started or asked for a key. The message says what to do. */
export class LauncherError extends Error {
  override readonly name = 'LauncherError';
}

export const URL_CONNECTION_HINT =
  'If n8n may not start programs here, run the engine yourself and choose "At a URL" in the credential.';

/** For an n8n worker or webhook process that finds no engine on its machine. */
export function helperError(helper: string, dataDir: string): LauncherError {
  return new LauncherError(
    `This is an n8n ${helper} in queue mode, and no engine runs on its machine (looked in ${dataDir}). It does not start one, because that would be a second engine. ` +
      'Run the engine yourself ("npx n8n-nodes-blueticks") where every n8n process can reach it, and set "Engine" to "At a URL" in the credential. ' +
      'If all of n8n runs on this one machine, click "Test" in the credential to start the engine again.',
  );
}

/** `fetch` hides the reason (ECONNREFUSED, …) in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}

export function folderError(dataDir: string, error: unknown): LauncherError {
  return new LauncherError(
    `The engine's data folder ${dataDir} cannot be written: ${reasonOf(error)}. Give the user that runs n8n write access to it. ${URL_CONNECTION_HINT}`,
  );
}
