import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLockFile, type LockFile } from '../data-folder/lock-file';
import { logPath } from '../data-folder/log-path';
import { lastLines } from './engine-log';
import { endOlderEngine, findEngine, type RunningEngine } from './find-engine';
import { folderError, LauncherError, URL_CONNECTION_HINT } from './launcher-error';
import { EXIT_FOLDER_IN_USE, POLL_MS, runEngine, type StartAttempt } from './run-engine';

const PROGRAM = join(__dirname, '..', 'cli', 'main.js');
const PREFERRED_PORT = 7717;
const START_TIMEOUT_MS = 60_000;
/** Like EXIT_FOLDER_IN_USE, an exit code of the engine after which to try again. */
const EXIT_PORT_TAKEN = 6;

/**
 * Starts the engine of `dataDir`, or finds the one that another process starts meanwhile. Only one process at a time may
 * start one, so there is never a second engine waiting for the folder.
 * @throws LauncherError if it does not run within 60 s
 */
export async function startEngine(dataDir: string): Promise<RunningEngine> {
  if (!existsSync(PROGRAM)) {
    throw new LauncherError(
      `The engine's program is missing (${PROGRAM}). Reinstall the package n8n-nodes-blueticks. ${URL_CONNECTION_HINT}`,
    );
  }
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const turn = await acquireTurn(dataDir);
    try {
      const engine = await findEngine(dataDir);
      if (engine) return engine;
      if (turn) return await startInTurn(dataDir, deadline);
    } finally {
      await turn?.release();
    }
    if (Date.now() > deadline) {
      throw new LauncherError(
        `Another process is starting the engine on this machine, but it did not answer within ${START_TIMEOUT_MS / 1000} s. ` +
          `See its log in ${logPath(dataDir)}. ${URL_CONNECTION_HINT}`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** Undefined while another process is starting the engine. A process that dies gives way. */
async function acquireTurn(dataDir: string): Promise<LockFile | undefined> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const taken = await acquireLockFile(join(dataDir, 'engine.starting'));
    return 'lock' in taken ? taken.lock : undefined;
  } catch (error) {
    throw folderError(dataDir, error);
  }
}

async function startInTurn(dataDir: string, deadline: number): Promise<RunningEngine> {
  await endOlderEngine(dataDir);
  let port = PREFERRED_PORT;
  for (;;) {
    const attempt = await runEngine(PROGRAM, dataDir, port, deadline);
    if (attempt.engine) return attempt.engine;
    if (attempt.exitCode === EXIT_PORT_TAKEN && port !== 0) port = 0;
    // A stopping engine still has the folder. Ours can start soon.
    else if (attempt.exitCode !== EXIT_FOLDER_IN_USE || Date.now() > deadline)
      throw startError(dataDir, attempt);
  }
}

function startError(dataDir: string, attempt: StartAttempt): LauncherError {
  const output = lastLines(dataDir, attempt.logFrom);
  const how = attempt.exited ?? `did not answer within ${START_TIMEOUT_MS / 1000} s`;
  return new LauncherError(
    `The engine on this machine ${how}.${output ? ` Its last output:\n${output}\n` : ' It printed nothing. '}See the whole log in ${logPath(dataDir)}. ${URL_CONNECTION_HINT}`,
  );
}
