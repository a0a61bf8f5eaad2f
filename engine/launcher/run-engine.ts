import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLog } from './engine-log';
import { findEngine, type RunningEngine } from './find-engine';

export const EXIT_FOLDER_IN_USE = 4;
export const POLL_MS = 100;
/** After our process found the data folder in use: how long to look for the engine there before trying again. */
const WINNER_WAIT_MS = 2_000;

export interface StartAttempt {
  engine?: RunningEngine;
  /** How the started process ended, when it did. */
  exited?: string;
  exitCode?: number | null;
  /** Where in the log this attempt begins. */
  logFrom: number;
}

/** Starts `program` and waits for an engine to answer: this one, or one that somebody started by hand meanwhile. */
export async function runEngine(
  program: string,
  dataDir: string,
  port: number,
  deadline: number,
): Promise<StartAttempt> {
  const { descriptor, size } = openLog(dataDir);
  const attempt: StartAttempt = { logFrom: size };
  let giveUpAt = deadline;
  const child = spawn(process.execPath, [program, 'serve'], {
    // The engine outlives n8n on purpose: what is scheduled goes out while n8n restarts.
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
    env: engineEnvironment(dataDir, port),
  });
  closeSync(descriptor);
  child.once('exit', (code, signal) => {
    attempt.exitCode = code;
    attempt.exited = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    giveUpAt = code === EXIT_FOLDER_IN_USE ? Date.now() + WINNER_WAIT_MS : 0;
  });
  child.once('error', (error) => {
    attempt.exited = `could not be started: ${error.message}`;
    giveUpAt = 0;
  });
  child.unref();
  // Another's engine is an answer only when our process has seen it too and left: there is never more than one.
  const isSettled = (): boolean => attempt.exited !== undefined || attempt.engine?.pid === child.pid;
  do {
    await sleep(POLL_MS);
    attempt.engine = await findEngine(dataDir);
  } while (!(attempt.engine && isSettled()) && Date.now() < giveUpAt);
  return attempt;
}

/**
 * n8n's own settings and secrets are none of the engine's business, and a DATABASE_URL or REDIS_URL that is there may
 * well be n8n's: this engine keeps everything in its folder. Who wants it on a server runs it themselves.
 */
function engineEnvironment(dataDir: string, port: number): NodeJS.ProcessEnv {
  const notOurs = /^(N8N_|DB_|QUEUE_|DATABASE_URL$|REDIS_URL$)/;
  const inherited = Object.entries(process.env).filter(([name]) => !notOurs.test(name));
  return {
    ...Object.fromEntries(inherited),
    BLUETICKS_DATA_DIR: dataDir,
    BLUETICKS_PORT: String(port),
  };
}
