import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLog } from './engine-log';
import { findEngine, type RunningEngine } from './find-engine';

export const EXIT_FOLDER_IN_USE = 4;
export const POLL_MS = 100;
/** If our process finds the data folder in use: how long to look for the engine there before trying again. */
const OTHER_ENGINE_WAIT_MS = 2_000;

export interface StartAttempt {
  engine?: RunningEngine;
  /** How the process ended, if it did. */
  exited?: string;
  exitCode?: number | null;
  /** Where this attempt begins in the log. */
  logFrom: number;
}

/** Starts `program` and waits until an engine answers: this one, or one that someone started by hand meanwhile. */
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
    // The engine outlives n8n on purpose: it sends scheduled messages while n8n restarts.
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
    env: engineEnvironment(dataDir, port),
  });
  closeSync(descriptor);
  child.once('exit', (code, signal) => {
    attempt.exitCode = code;
    attempt.exited = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
    giveUpAt = code === EXIT_FOLDER_IN_USE ? Date.now() + OTHER_ENGINE_WAIT_MS : 0;
  });
  child.once('error', (error) => {
    attempt.exited = `could not start: ${error.message}`;
    giveUpAt = 0;
  });
  child.unref();
  // Accept another engine only once our own process has seen it too and exited: there is never more than one.
  const isSettled = (): boolean => attempt.exited !== undefined || attempt.engine?.pid === child.pid;
  do {
    await sleep(POLL_MS);
    attempt.engine = await findEngine(dataDir);
  } while (!(attempt.engine && isSettled()) && Date.now() < giveUpAt);
  return attempt;
}

/**
 * The engine must not see n8n's settings and secrets. DATABASE_URL and REDIS_URL may well be n8n's too: a bundled engine
 * keeps everything in its folder. To use servers, run the engine yourself.
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
