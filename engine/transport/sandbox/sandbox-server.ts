import type { Clock } from '../../async/clock';
import type { HandedOver } from '../transport';
import { eventFor, type SandboxEvent } from './sandbox-events';
import { Recent } from '../../async/recent';
import { scriptOf, type Step, type SandboxMessage } from './test-numbers';
import type { Timers } from '../../async/timers';

/** How many messages are remembered after their script has ended, so that repeats are recognized. */
const REMEMBERED = 100_000;

/**
 * WhatsApp's server with the recipients behind it. A wire id is one message, however often it arrives, and its script is
 * played once. The server lives as long as its transport: an engine that restarts hands its messages over again.
 */
export class SandboxServer {
  private readonly playing = new Map<string, number>();
  private readonly played: Recent<number>;

  constructor(
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly speed: number,
    /** The sandbox's own number, E.164. */
    private readonly ownPhone: string | null,
    private readonly tell: (event: SandboxEvent) => void,
    remembered = REMEMBERED,
  ) {
    this.played = new Recent(remembered);
  }

  /** When this wire id was first accepted, in epoch milliseconds; undefined if it never was. */
  acceptedAt(wireId: string): number | undefined {
    return this.playing.get(wireId) ?? this.played.get(wireId);
  }

  /** Accepts a message and plays its script. @returns when the message was first accepted, in epoch milliseconds */
  accept(message: SandboxMessage): number {
    const known = this.acceptedAt(message.wireId);
    if (known !== undefined) return known;
    const at = this.clock.now();
    this.start(message, at, scriptOf(message).steps);
    return at;
  }

  /** Goes on with the scripts of an earlier process. Overdue events are reported at once, oldest message first. */
  resume(messages: HandedOver[]): void {
    for (const message of [...messages].sort((a, b) => a.sentAt - b.sentAt)) {
      if (this.acceptedAt(message.wireId) !== undefined) continue;
      const steps = scriptOf(message).steps.filter((step) => !isKnown(step, message.status));
      this.start(message, message.sentAt, steps);
    }
  }

  private start({ wireId, chatId, poll }: SandboxMessage, acceptedAt: number, steps: Step[]): void {
    this.playing.set(wireId, acceptedAt);
    this.play({ wireId, chatId, poll }, acceptedAt, steps);
  }

  private play(message: SandboxMessage, acceptedAt: number, steps: Step[]): void {
    const [step, ...rest] = steps;
    if (step === undefined) {
      this.playing.delete(message.wireId);
      this.played.set(message.wireId, acceptedAt);
      return;
    }
    const at = acceptedAt + Math.round(step.afterMs / this.speed);
    const happen = (): void => {
      this.tell(eventFor(message, step, at, this.ownPhone));
      this.play(message, acceptedAt, rest);
    };
    if (at <= this.clock.now()) happen();
    else this.timers.after(at - this.clock.now(), happen);
  }
}

/** Whether a receipt was reported before. Answers are always reported again, because they may have been lost. */
function isKnown(step: Step, status: HandedOver['status']): boolean {
  if (step.kind === 'delivered') return status !== 'sending';
  return step.kind === 'read' && status === 'read';
}
