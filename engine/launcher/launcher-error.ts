/** The engine of this machine cannot be found, started or asked for a key. The message says what to do. */
export class LauncherError extends Error {
  override readonly name = 'LauncherError';
}

export const URL_CONNECTION_HINT =
  'If n8n may not start programs here (for example on a worker of its own), run the engine yourself and choose "At a URL" in the credential.';

/** For a process of n8n's queue mode that finds no engine where it runs. */
export function helperError(helper: string, dataDir: string): LauncherError {
  return new LauncherError(
    `This is an n8n ${helper} in queue mode, and no engine runs on its machine (looked in ${dataDir}). A ${helper} starts none, since that would be a second one. ` +
      'Run the engine yourself ("npx n8n-nodes-blueticks") where every n8n process can reach it, and in the credential set "Engine" to "At a URL". ' +
      'If all of n8n is on this one machine, "Test" in the credential starts the engine again.',
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
    `The engine's data folder ${dataDir} cannot be written: ${reasonOf(error)}. Let the user that runs n8n write there. ${URL_CONNECTION_HINT}`,
  );
}
