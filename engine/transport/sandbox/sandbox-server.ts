import type { Clock } from '../../async/clock';
import type { HandedOver } from '../transport';
import { newsOf, type News } from './sandbox-events';
import { Recent } from '../../async/recent';
import { storyOf, type Step, type StoryOfWhom } from './story';
import type { Timers } from '../../async/timers';

/** How many messages are remembered after their story ended, so that a repeat of one is known as such. */
const REMEMBERED = 100_000;

/**
 * WhatsApp's server and the recipients behind it. A wire id is one message however often it arrives, and its story
 * is played once. It lives as long as its transport: an engine that restarts hands its messages over again.
 */
export class SandboxServer {
  private readonly playing = new Map<string, number>();
  private readonly played: Recent<number>;

  constructor(
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly speed: number,
    private readonly tell: (news: News) => void,
    remembered = REMEMBERED,
  ) {
    this.played = new Recent(remembered);
  }

  /** When this wire id was first accepted, in epoch milliseconds; undefined if it never was. */
  acceptedAt(wireId: string): number | undefined {
    return this.playing.get(wireId) ?? this.played.get(wireId);
  }

  /** Takes a message in and starts its story; for one that is known, only answers when that was. */
  accept(message: StoryOfWhom): number {
    const known = this.acceptedAt(message.wireId);
    if (known !== undefined) return known;
    const at = this.clock.now();
    this.start(message, at, storyOf(message).steps);
    return at;
  }

  /** Goes on with the stories of an earlier process: what is overdue is told at once, oldest message first. */
  takeUp(messages: HandedOver[]): void {
    for (const message of [...messages].sort((a, b) => a.sentAt - b.sentAt)) {
      if (this.acceptedAt(message.wireId) !== undefined) continue;
      const steps = storyOf(message).steps.filter((step) => !isKnown(step, message.status));
      this.start(message, message.sentAt, steps);
    }
  }

  private start({ wireId, chatId, poll }: StoryOfWhom, acceptedAt: number, steps: Step[]): void {
    this.playing.set(wireId, acceptedAt);
    this.play({ wireId, chatId, poll }, acceptedAt, steps);
  }

  private play(message: StoryOfWhom, acceptedAt: number, steps: Step[]): void {
    const [step, ...rest] = steps;
    if (step === undefined) {
      this.playing.delete(message.wireId);
      this.played.set(message.wireId, acceptedAt);
      return;
    }
    const at = acceptedAt + Math.round(step.afterMs / this.speed);
    const happen = (): void => {
      this.tell(newsOf(message, step, at));
      this.play(message, acceptedAt, rest);
    };
    if (at <= this.clock.now()) happen();
    else this.timers.after(at - this.clock.now(), happen);
  }
}

/** Whether a receipt has been told before; answers are always told again, for they may have been lost on the way. */
function isKnown(step: Step, status: HandedOver['status']): boolean {
  if (step.kind === 'delivered') return status !== 'sending';
  return step.kind === 'read' && status === 'read';
}
