import type { Log } from '../../../engine/domain/log';

const nothing = (): void => undefined;

/** For tests that do not look at the log. */
export const silentLog: Log = { info: nothing, warn: nothing, error: nothing };
