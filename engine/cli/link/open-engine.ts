import type { EngineConfig } from '../../config';
import type { EngineParts } from '../../index';
import { startEngine } from '../../start';
import { apiOf, type CallApi } from '../call-api';
import { openOrFindEngine } from '../folder-turn';
import { keyOf } from '../running-engine';

/** An engine to link a number with. */
export interface LinkingEngine {
  call: CallApi;
  /** It was started for this, and ends with it. */
  isOurs: boolean;
  close(): Promise<void>;
}

/**
 * The engine that runs on this machine, or one in this process for as long as the linking takes.
 * @throws DataFolderInUse when a process has the folder and does not answer.
 */
export async function openEngine(
  config: EngineConfig,
  parts: EngineParts,
  aborted: AbortSignal,
): Promise<LinkingEngine> {
  // Its log would run through the QR code, and what goes wrong with the link is told as the session's reason.
  const quiet: EngineConfig = { ...config, host: '127.0.0.1', port: 0, logLevel: 'silent' };
  const turn = await openOrFindEngine(config.dataDir, () => startEngine(quiet, parts));
  if ('engine' in turn) {
    const key = await keyOf(turn.engine, 'live');
    return { call: apiOf(turn.engine.url, key, aborted), isOurs: false, close: async () => undefined };
  }
  const { opened } = turn;
  return {
    call: apiOf(opened.url, await opened.localKey('live'), aborted),
    isOurs: true,
    close: () => opened.close(),
  };
}
