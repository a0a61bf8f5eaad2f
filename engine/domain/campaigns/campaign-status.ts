export const CAMPAIGN_STATUSES = [
  'pending',
  'running',
  'paused',
  'complete_sent',
  'complete_delivered',
  'aborted',
] as const;

export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** What its user can do with a campaign, and the statuses in which that makes sense. */
const POSSIBLE_IN = {
  pause: ['pending', 'running'],
  resume: ['paused'],
  cancel: ['pending', 'running', 'paused'],
} as const satisfies Record<string, readonly CampaignStatus[]>;

export type CampaignAction = keyof typeof POSSIBLE_IN;

export function isPossible(action: CampaignAction, status: CampaignStatus): boolean {
  return (POSSIBLE_IN[action] as readonly CampaignStatus[]).includes(status);
}

/** Statuses in which messages are still to be made or sent, so that the audience is needed. */
export const ACTIVE_STATUSES: readonly CampaignStatus[] = POSSIBLE_IN.cancel;

/** How a campaign goes on: one that has started, or whose time (epoch ms, null: at once) has come, runs. */
export function statusToGoOn(startedAt: number | null, sendAt: number | null, nowMs: number) {
  const runs = startedAt !== null || sendAt === null || sendAt <= nowMs;
  return runs ? ('running' as const) : ('pending' as const);
}

/** How far the messages of a campaign have come. */
export interface CampaignProgress {
  /** Every contact has its message. */
  expandedAll: boolean;
  /** Messages that WhatsApp's server has not accepted yet and that may still go. */
  waiting: number;
  /** Messages that the server has and that are not delivered yet. */
  underway: number;
}

/** What a running campaign, or one that is `complete_sent`, has become. */
export function statusReached(
  { expandedAll, waiting, underway }: CampaignProgress,
  status: 'running' | 'complete_sent',
): 'running' | 'complete_sent' | 'complete_delivered' {
  if (status === 'running' && (!expandedAll || waiting > 0)) return 'running';
  return waiting + underway > 0 ? 'complete_sent' : 'complete_delivered';
}
