import { openEnd, turnRules, type PendingMessage, type SendingSession } from './message-turn';

/** The order in which a lane claims what is due. */
export function inTurn(a: PendingMessage, b: PendingMessage): number {
  return a.candidate.rank - b.candidate.rank || a.dueAt - b.dueAt || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** The first due messages of a session, in the order in which its lane claims them. */
export class QueueFront {
  private readonly messages: readonly PendingMessage[];
  private readonly heads = new Map<number, PendingMessage | null>();

  /** @param isWhole whether nothing else is due at `now`. */
  constructor(
    messages: readonly PendingMessage[],
    private readonly isWhole: boolean,
    private readonly session: SendingSession,
    private readonly now: number,
  ) {
    this.messages = [...messages].sort(inTurn);
  }

  /**
   * Whether another message goes before this one at `at`, or is on its way to the same chat; also if that is not known,
   * because too many are due.
   */
  isBehind(message: PendingMessage, at: number): boolean {
    if (this.session.underWay.has(message.who)) return true;
    if (at === Infinity) return false;
    const head = this.headAt(at);
    if (head) return inTurn(head, message) < 0;
    const last = this.messages.at(-1);
    return !this.isWhole && last !== undefined && inTurn(last, message) < 0;
  }

  /** The message that the lane claims at `at`, if the link is up. */
  private headAt(at: number): PendingMessage | null {
    const known = this.heads.get(at);
    if (known !== undefined) return known;
    const head = this.messages.find((message) => this.mayGo(message, at)) ?? null;
    this.heads.set(at, head);
    return head;
  }

  private mayGo(message: PendingMessage, at: number): boolean {
    const { held, dueAt, expiresAt, who } = message;
    if (held || this.session.underWay.has(who) || dueAt > at || (expiresAt !== null && expiresAt <= at))
      return false;
    if (openEnd(message, this.session) !== null) return false;
    return turnRules(message, this.session, this.now).every((rule) => rule(at).at <= at);
  }
}
