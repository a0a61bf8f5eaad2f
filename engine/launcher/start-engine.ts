import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeLockFile, type LockFile } from '../data-folder/lock-file';
import { lastSaid, logPath } from './engine-log';
import { endOlderEngine, findEngine, type RunningEngine } from './find-engine';
import { folderError, LauncherError, URL_CONNECTION_HINT } from './launcher-error';
import { EXIT_FOLDER_IN_USE, POLL_MS, runEngine, type StartAttempt } from './run-engine';

const PROGRAM = join(__dirname, '..', 'cli', 'main.js');
const PREFERRED_PORT = 7717;
const START_TIMEOUT_MS = 60_000;
/** Of the engine's documented exit codes, with EXIT_FOLDER_IN_USE, the one after which a start goes on. */
const EXIT_PORT_TAKEN = 6;

/**
 * Starts the engine of `dataDir`, or finds the one that another process starts meanwhile: one process at a time may
 * start one, so that there is never a second that waits for the folder.
 * @throws LauncherError when it does not run within 60 s
 */
export async function startEngine(dataDir: string): Promise<RunningEngine> {
  if (!existsSync(PROGRAM)) {
    throw new LauncherError(
      `The engine's program is missing (${PROGRAM}). Install the package n8n-nodes-blueticks again. ${URL_CONNECTION_HINT}`,
    );
  }
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const turn = await takeTurn(dataDir);
    try {
      const engine = await findEngine(dataDir);
      if (engine) return engine;
      if (turn) return await startInTurn(dataDir, deadline);
    } finally {
      await turn?.release();
    }
    if (Date.now() > deadline) {
      throw new LauncherError(
        `Another process starts the engine on this machine, which did not answer within ${START_TIMEOUT_MS / 1000} s. ` +
          `Its log is in ${logPath(dataDir)}. ${URL_CONNECTION_HINT}`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** Undefined while another process has the turn; one that died in it loses it. */
async function takeTurn(dataDir: string): Promise<LockFile | undefined> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const taken = await takeLockFile(join(dataDir, 'engine.starting'));
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
    // The one that stops has not left yet: soon there is room for ours.
    else if (attempt.exitCode !== EXIT_FOLDER_IN_USE || Date.now() > deadline)
      throw startError(dataDir, attempt);
  }
}

function startError(dataDir: string, attempt: StartAttempt): LauncherError {
  const said = lastSaid(dataDir, attempt.logFrom);
  const how = attempt.exited ?? `did not answer within ${START_TIMEOUT_MS / 1000} s`;
  return new LauncherError(
    `The engine on this machine ${how}.${said ? ` It said last:\n${said}\n` : ' It said nothing. '}The whole log is in ${logPath(dataDir)}. ${URL_CONNECTION_HINT}`,
  );
}
