import { node } from '../transport/nodes';
import type { BinaryNode } from '../baileys';
import type { Link } from '../transport/link';
import type { QueryName } from '../queries/query';

/** How the server ends a stream, as `<stream:error>`. */
export type StreamEnd = 401 | 403 | 440 | 500 | 503 | 515;

/** What to do instead of acknowledging a message. */
export type AckFault =
  | { readonly do: 'refuse'; readonly code: number }
  | { readonly do: 'lose' }
  | { readonly do: 'drop' }
  | { readonly do: 'delay'; readonly ms: number };

/** What to do instead of answering a query. */
export type QueryFault =
  | { readonly do: 'refuse'; readonly code: number }
  | { readonly do: 'lose' }
  | { readonly do: 'drop' }
  | { readonly do: 'delay'; readonly ms: number };

interface Planned<T> {
  readonly fault: T;
  left: number;
}

/** Faults that a test plans: one set for the whole server, and one for each account. */
export class Faults {
  private acks: Planned<AckFault>[] = [];
  private logins: Planned<number>[] = [];
  private readonly queries = new Map<QueryName, Planned<QueryFault>[]>();

  constructor(private readonly links: () => Link[]) {}

  /** The next messages are refused: 463 restricted, 479 malformed, 500 and so on. The recipient gets nothing. */
  nextAck(code: number, times = 1): void {
    this.acks.push({ fault: { do: 'refuse', code }, left: times });
  }

  /** The next messages reach their recipient, but the sender gets no ack. */
  loseAck(times = 1): void {
    this.acks.push({ fault: { do: 'lose' }, left: times });
  }

  /** The next messages reach their recipient, but the connection is cut before the ack. */
  dropBeforeAck(times = 1): void {
    this.acks.push({ fault: { do: 'drop' }, left: times });
  }

  /** Acks are `ms` late, so that receipts may overtake them. */
  slowAck(ms: number, times = Infinity): void {
    this.acks.push({ fault: { do: 'delay', ms }, left: times });
  }

  slow(query: QueryName, ms: number, times = Infinity): void {
    this.plan(query, { do: 'delay', ms }, times);
  }

  lose(query: QueryName, times = 1): void {
    this.plan(query, { do: 'lose' }, times);
  }

  /** The next queries are carried out, but the connection is cut before the answer. */
  dropBeforeAnswer(query: QueryName, times = 1): void {
    this.plan(query, { do: 'drop' }, times);
  }

  refuse(query: QueryName, code: number, times = 1): void {
    this.plan(query, { do: 'refuse', code }, times);
  }

  /** The next logins are answered with `<failure>`: 401 logged out, 403 banned, 503 busy. */
  refuseLogin(code: number, times = 1): void {
    this.logins.push({ fault: code, left: times });
  }

  /** Cuts the connections without a goodbye. */
  dropLink(): void {
    for (const link of this.links()) link.drop();
  }

  /** The connections stay open, but nothing goes through in either direction. */
  halfOpen(): void {
    for (const link of this.links()) link.halfOpen();
  }

  endStream(code: StreamEnd): void {
    for (const link of this.links()) link.end(streamError(code));
  }

  /** Forgets everything planned. */
  heal(): void {
    this.acks = [];
    this.logins = [];
    this.queries.clear();
  }

  takeAckFault(): AckFault | undefined {
    return take(this.acks);
  }

  takeQueryFault(query: QueryName): QueryFault | undefined {
    return take(this.queries.get(query) ?? []);
  }

  takeLoginFault(): number | undefined {
    return take(this.logins);
  }

  private plan(query: QueryName, fault: QueryFault, times: number): void {
    this.queries.set(query, [...(this.queries.get(query) ?? []), { fault, left: times }]);
  }
}

/** The first planned fault that is not used up. */
function take<T>(planned: Planned<T>[]): T | undefined {
  const next = planned.find(({ left }) => left > 0);
  if (next) next.left--;
  return next?.fault;
}

/** The stanza with which the server ends a stream for the given reason. */
export function streamError(code: StreamEnd): BinaryNode {
  if (code === 440) return node('stream:error', {}, [node('conflict', { type: 'replaced' })]);
  if (code === 401) return node('stream:error', { code }, [node('conflict', { type: 'device_removed' })]);
  return node('stream:error', { code });
}
