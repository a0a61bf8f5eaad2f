import type { Clock } from '../async/clock';
import { Coalescer } from '../async/coalescer';
import type { Sql } from '../store/sql/database';
import type { DeliveryTarget } from '../store/tables/deliveries';
import { findTargets } from '../store/tables/webhooks';

/** What was read so long ago is read again: another process may have changed it. */
const BELIEVED_MS = 100;
const MOST_KNOWN = 1_000;

/** Where to post to webhooks. Every claim brings it along; it is read again for deliveries that waited for their turn. */
export class DeliveryTargets {
  private readonly known = new Map<string, { target: DeliveryTarget | null; readAt: number }>();
  private readonly reads = new Coalescer();

  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /** Notes what a claim brought along. */
  learn({ webhook_id, url, registered, sealed_secret }: DeliveryTarget): void {
    this.note(webhook_id, { webhook_id, url, registered, sealed_secret });
  }

  /** Webhooks have changed: nothing is believed any more. */
  forget(): void {
    this.known.clear();
  }

  /** @returns null if the webhook is not enabled any more, or its deliveries are to be counted: then claim it again */
  async of(webhookId: string): Promise<DeliveryTarget | null> {
    return this.believed(webhookId) ?? this.read(webhookId);
  }

  private believed(id: string): DeliveryTarget | null | undefined {
    const known = this.known.get(id);
    const age = known ? this.clock.now() - known.readAt : Infinity;
    return age >= 0 && age <= BELIEVED_MS ? known!.target : undefined;
  }

  private async read(id: string): Promise<DeliveryTarget | null> {
    await this.reads.run(id, async () => {
      const [target = null] = await findTargets(this.sql, [id]);
      this.note(id, target);
    });
    return this.known.get(id)?.target ?? null;
  }

  private note(id: string, target: DeliveryTarget | null): void {
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(id, { target, readAt: this.clock.now() });
  }
}
