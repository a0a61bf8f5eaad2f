import type { Clock } from '../async/clock';
import type { Sql } from '../store/sql/database';
import { listSharedCampaigns, type SharedCampaign } from '../store/tables/shared-messages';

/** How often a lane looks at them without another reason: another number may have given something back. */
const LOOK_EVERY_MS = 5_000;

/**
 * The running campaigns that several numbers send, as the runner of this process last read them. So a lane knows without
 * a query whether there is anything that it could draw.
 */
export class SharedCampaigns {
  private known: readonly SharedCampaign[] = [];
  private text = '';
  private wokenAt = -Infinity;
  /** Wakes the lanes of this process, by session. */
  private readonly lanes = new Map<string, () => void>();

  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /** The campaigns that this session sends with others. */
  of(sessionId: string): readonly SharedCampaign[] {
    return this.known.filter(({ session_ids: ids }) => ids.includes(sessionId));
  }

  /** Calls `wake` when there may be something for this session. @returns ends that */
  watch(sessionId: string, wake: () => void): () => void {
    this.lanes.set(sessionId, wake);
    return () => {
      if (this.lanes.get(sessionId) === wake) this.lanes.delete(sessionId);
    };
  }

  /** Reads them again, and wakes their lanes if they changed, and now and then. */
  async refresh(): Promise<void> {
    this.known = await listSharedCampaigns(this.sql);
    const text = JSON.stringify(this.known);
    const now = this.clock.now();
    const isQuiet = text === this.text && Math.abs(now - this.wokenAt) < LOOK_EVERY_MS;
    this.text = text;
    if (isQuiet) return;
    this.wokenAt = now;
    for (const [sessionId, wake] of this.lanes) if (this.of(sessionId).length > 0) wake();
  }
}
