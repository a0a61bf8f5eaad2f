export const CAMPAIGN_STATUSES = [
  'pending',
  'running',
  'paused',
  'complete_sent',
  'complete_delivered',
  'aborted',
] as const;

export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** What a user can do with a campaign, and in which statuses. */
const POSSIBLE_IN = {
  pause: ['pending', 'running'],
  resume: ['paused'],
  cancel: ['pending', 'running', 'paused'],
} as const satisfies Record<string, readonly CampaignStatus[]>;

export type CampaignAction = keyof typeof POSSIBLE_IN;

export function isPossible(action: CampaignAction, status: CampaignStatus): boolean {
  return (POSSIBLE_IN[action] as readonly CampaignStatus[]).includes(status);
}

/** Statuses with messages still to be created or sent, so the audience is still needed. */
export const ACTIVE_STATUSES: readonly CampaignStatus[] = POSSIBLE_IN.cancel;

/** The status of a campaign that is created or resumed: `running` if it has started or is due (epoch ms; null: now). */
export function statusWhenActive(startedAt: number | null, sendAt: number | null, nowMs: number) {
  const runs = startedAt !== null || sendAt === null || sendAt <= nowMs;
  return runs ? ('running' as const) : ('pending' as const);
}

/** How far a campaign's messages have got. */
export interface CampaignProgress {
  /** Every contact has a message. */
  expandedAll: boolean;
  /** Messages that may still be sent, but that WhatsApp's server has not accepted yet. */
  waiting: number;
  /** Messages that the server has accepted, but not delivered yet. */
  underway: number;
}

/** The status that a campaign has reached. */
export function statusReached(
  { expandedAll, waiting, underway }: CampaignProgress,
  status: 'running' | 'complete_sent',
): 'running' | 'complete_sent' | 'complete_delivered' {
  if (status === 'running' && (!expandedAll || waiting > 0)) return 'running';
  return waiting + underway > 0 ? 'complete_sent' : 'complete_delivered';
}
