import type { Clock } from '../async/clock';
import { deferred } from '../async/deferred';
import type { Log } from '../domain/log';
import { askedTyping } from '../pacing/typing';
import type { MessageRow } from '../store/tables/messages';
import type { Transport } from '../transport/transport';

/** Shows "typing…" or "recording…" before the messages of a lane that ask for it, in as many chats as there are. */
export class ShownTyping {
  /** In how many chats it is being shown. */
  count = 0;
  private readonly closing = deferred();

  constructor(
    private readonly sessionId: string,
    private readonly transport: Transport,
    private readonly deps: { clock: Clock; log: Log },
  ) {}

  /** Resolves when the message may go on, with how long that took in milliseconds. A failure holds up nothing. */
  async show(message: MessageRow): Promise<number> {
    const asked = askedTyping(message);
    if (!asked) return 0;
    const { clock, log } = this.deps;
    const began = clock.now();
    this.count += 1;
    const shown = this.transport.typing?.(message.chat_id, asked.ms, asked.kind).catch((error: unknown) => {
      log.warn({ err: error, session_id: this.sessionId }, 'could not show typing');
    });
    await Promise.race([shown, this.closing.promise]);
    this.count -= 1;
    return clock.now() - began;
  }

  /** Ends every wait. */
  close(): void {
    this.closing.resolve();
  }
}
