import { setImmediate as nextTurn } from 'node:timers/promises';
import { statusReached } from '../domain/campaigns/campaign-status';
import type { Clock } from '../async/clock';
import { Rerun } from '../async/rerun';
import type { Log } from '../domain/log';
import type { Transact } from '../events/transact';
import {
  type CampaignRow,
  listExpanding,
  lockDueCampaigns,
  lockEnded,
  saveCampaign,
} from '../store/tables/campaigns';
import { countMessages } from '../store/tables/campaign-messages';
import type { Sql } from '../store/sql/database';
import { expandCampaign } from './expand-campaign';
import { startOccurrences } from './start-occurrences';
import { abortRemoved, pauseLoggedOut } from './lost-session';
import type { SharedCampaigns } from './shared-campaigns';
import { tellOfCampaigns } from './present-campaign';

export interface CampaignRunnerDependencies {
  database: Sql;
  transact: Transact;
  clock: Clock;
  log: Log;
  /** Read again in each round. */
  shared: SharedCampaigns;
}

/** How often to look at the campaigns. Creating or resuming one wakes the runner at once. */
const ROUND_MS = 1_000;

/**
 * Moves campaigns forward: starts those that are due, creates messages ahead of the sender, and completes those that are
 * done. Aborts campaigns whose number was removed, and pauses those whose number was logged out. Every process may run
 * one: it locks each campaign that it works on, and after a crash the next round continues.
 */
export class CampaignRunner {
  private readonly rounds: Rerun;

  constructor(private readonly deps: CampaignRunnerDependencies) {
    this.rounds = new Rerun({
      clock: deps.clock,
      run: () => this.look(),
      everyMs: ROUND_MS,
      retryMs: ROUND_MS,
      onError: (error) => deps.log.error({ err: error }, 'could not process campaigns; trying again'),
    });
  }

  start(): void {
    this.wake();
  }

  /** Runs a round now. A call during a round causes one more. */
  wake(): void {
    this.rounds.wake();
  }

  /** One round over all campaigns. Rejects if the database cannot be reached. */
  async look(): Promise<void> {
    await this.deps.transact(abortRemoved);
    await this.startDue();
    await startOccurrences(this.deps);
    await this.deps.transact(pauseLoggedOut);
    await this.expand();
    await this.deps.shared.refresh();
    await this.finish();
  }

  close(): Promise<void> {
    return this.rounds.close();
  }

  private async startDue(): Promise<void> {
    await this.deps.transact(async (work) => {
      const due = await lockDueCampaigns(work.sql, work.now);
      if (due.length === 0) return;
      const started = due.map((row): CampaignRow => ({ ...row, status: 'running', started_at: work.now }));
      for (const row of started) await saveCampaign(work.sql, row);
      await tellOfCampaigns(work, 'campaign.started', started);
    });
  }

  /** Campaigns take turns, so that a large one does not hold up a small one. */
  private async expand(): Promise<void> {
    let ids = await listExpanding(this.deps.database);
    while (ids.length > 0 && !this.rounds.isClosed) {
      const more: string[] = [];
      for (const id of ids) {
        if (this.rounds.isClosed) return;
        if (await this.deps.transact((work) => expandCampaign(work, id))) more.push(id);
        // Give requests a turn.
        await nextTurn();
      }
      ids = more;
    }
  }

  private async finish(): Promise<void> {
    await this.deps.transact(async (work) => {
      const ended = await lockEnded(work.sql, work.now);
      if (ended.length === 0) return;
      const counts = await countMessages(
        work.sql,
        ended.map(({ id }) => id),
      );
      const completed: CampaignRow[] = [];
      for (const row of ended) {
        const { waiting, underway } = counts.get(row.id)!;
        const progress = { expandedAll: row.expanded_all, waiting, underway };
        const status = statusReached(progress, row.status as 'running' | 'complete_sent');
        if (status === row.status) continue;
        const changed: CampaignRow = { ...row, status, completed_at: row.completed_at ?? work.now };
        await saveCampaign(work.sql, changed);
        if (row.status === 'running') completed.push(changed);
      }
      await tellOfCampaigns(work, 'campaign.completed', completed);
    });
  }
}
