import { ID_PREFIXES } from '../domain/ids';

/** Prometheus keeps a series for each value of a label, so no more sessions than this have a value of their own. */
const MOST_SESSIONS = 200;

/**
 * The values of the label `session`: the id for the first sessions, `others` for the rest, and `shared` for what any of a
 * campaign's sessions may send.
 * @param sessionIds of all sessions, in the same order in every process
 */
export function boundedSessions(sessionIds: readonly string[]): (id: string) => string {
  const named = new Set(sessionIds.slice(0, MOST_SESSIONS));
  return (id) => {
    if (!id.startsWith(`${ID_PREFIXES.session}_`)) return 'shared';
    return named.has(id) || named.size < MOST_SESSIONS ? id : 'others';
  };
}
