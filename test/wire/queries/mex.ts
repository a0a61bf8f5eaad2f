import type { Person } from '../people/person';
import { childOf, node } from '../transport/nodes';
import { Refusal, type Query } from './query';

const REACHOUT_TIMELOCK = '23983697327930364';

/** The server's GraphQL. It has one query: may this account write to people who never wrote to it? */
export const mex: Query = {
  name: 'mex',
  xmlns: 'w:mex',
  child: 'query',
  answer: (iq, asker) => {
    if (childOf(iq, 'query')?.attrs.query_id !== REACHOUT_TIMELOCK) {
      throw new Refusal(400, 'unknown query');
    }
    const data = { xwa2_fetch_account_reachout_timelock: timelockOf(asker.person) };
    return [node('result', {}, Buffer.from(JSON.stringify({ data })))];
  },
};

/** An account's restriction in the server's GraphQL. Times are in seconds. */
export function timelockOf({ restriction }: Person): Record<string, unknown> {
  if (!restriction || restriction.until <= new Date()) return { is_active: false };
  return {
    is_active: true,
    time_enforcement_ends: String(Math.floor(restriction.until.getTime() / 1000)),
    enforcement_type: restriction.type,
  };
}
