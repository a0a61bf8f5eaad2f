import type { Clock } from '../../async/clock';
import {
  linkDown,
  notWanted,
  TransportError,
  type Group,
  type HandedOver,
  type LinkState,
  type OutgoingMessage,
  type Transport,
  type TransportFactory,
  type TransportHandlers,
} from '../transport';
import type { ChannelAct, ChannelAnswers } from '../channel-acts';
import type { GroupAct, GroupAnswers } from '../group-acts';
import type { LoadedOlder, OldestKnown } from '../older-messages';
import { olderMessages } from './older-messages';
import { PendingRequests } from './pending-requests';
import { SandboxChannels } from './sandbox-channels';
import type { SandboxEvent } from './sandbox-events';
import { SandboxGroups } from './sandbox-groups';
import { Recent } from '../../async/recent';
import { SandboxServer } from './sandbox-server';
import {
  ACT_MS,
  accountOf,
  CHECK_NUMBER_MS,
  CONNECT_MS,
  isOnWhatsApp,
  JOIN_AFTER_MS,
  LINK_DOWN_MS,
  scriptOf,
  type SandboxMessage,
} from './test-numbers';
import { tellUntilStored } from '../tell-until-stored';
import { deferred } from '../../async/deferred';
import { sleep } from '../../async/sleep';
import { Timers } from '../../async/timers';

/** How many tried wire ids are remembered: a message drops the link only at its first attempt in this process. */
const REMEMBERED_ATTEMPTS = 100_000;

/**
 * The simulated WhatsApp of test keys: `test-numbers.ts` says what happens to a message, this is the link. While it is
 * down, nothing is reported; missed events come before `connected`, as from WhatsApp. It can be opened once.
 */
class SandboxTransport implements Transport {
  readonly linking = null;
  private linkState: LinkState = 'disconnected';
  private handlers: TransportHandlers | null = null;
  private closed = false;
  private readonly settled = deferred();
  private readonly timers: Timers;
  private readonly requests: PendingRequests;
  private readonly server: SandboxServer;
  private readonly groups: SandboxGroups;
  private readonly channels: SandboxChannels;
  private readonly backlog: SandboxEvent[] = [];
  private readonly tried = new Recent<true>(REMEMBERED_ATTEMPTS);

  constructor(
    clock: Clock,
    private readonly speed: number,
    private readonly phone: string | null,
  ) {
    this.timers = new Timers(clock);
    this.requests = new PendingRequests(this.timers);
    this.server = new SandboxServer(clock, this.timers, speed, phone, (event) => this.arrive(event));
    this.channels = new SandboxChannels(() => clock.now());
    this.groups = new SandboxGroups({
      ownPhone: phone,
      now: () => clock.now(),
      later: (work) => void this.timers.after(this.scaled(JOIN_AFTER_MS), work),
      tell: (groupChange) => this.arrive({ at: groupChange.at, groupChange }),
    });
  }

  get state(): LinkState {
    return this.linkState;
  }

  /** Resolves when connected, or when closed before that. Rejects if it was opened or closed before. */
  open(handlers: TransportHandlers): Promise<void> {
    if (this.handlers || this.closed) {
      return Promise.reject(new Error('A sandbox transport can be opened only once. Make a new one.'));
    }
    this.handlers = handlers;
    void this.connect();
    return this.settled.promise;
  }

  /** May be called before `open` (overdue events then come before `connected`) or after it. */
  resume(messages: HandedOver[]): void {
    this.server.resume(messages);
  }

  async send({ wireId, chatId, content, mayGo, onWire }: OutgoingMessage): Promise<{ at: number }> {
    if (this.linkState !== 'connected') throw linkDown();
    await this.tellNames(chatId);
    if (mayGo && !(await mayGo())) throw notWanted();
    if (this.linkState !== 'connected') throw linkDown();
    onWire?.();
    const isFirst = this.tried.get(wireId) === undefined;
    this.tried.set(wireId, true);
    const poll = content.type === 'poll' ? { options: content.options } : null;
    const accepted = await this.handOver({ wireId, chatId, poll }, isFirst);
    const name = this.groups.nameOf(chatId);
    if (name !== undefined) this.handlers?.onGroupName?.(chatId, name);
    return accepted;
  }

  async lookUp(chatId: string): Promise<void> {
    if (this.linkState !== 'connected') throw linkDown();
    if (!isOnWhatsApp(chatId)) throw new TransportError('not_on_whatsapp', false);
    await this.tellNames(chatId);
  }

  /** Everybody sees it at once, and nobody minds. */
  act(): Promise<void> {
    if (this.linkState !== 'connected') return Promise.reject(linkDown());
    return this.requests.add(this.scaled(ACT_MS), () => undefined);
  }

  typing(_chatId: string, ms: number): Promise<void> {
    return sleep(this.timers, this.scaled(ms));
  }

  /** The caller hears that nobody answers. */
  rejectCall(): Promise<void> {
    return Promise.resolve();
  }

  async checkNumber(phone: string): Promise<{ exists: boolean; chatId: string | null }> {
    if (this.linkState !== 'connected') throw linkDown();
    const chatId = `${phone.replace(/^\+/, '')}@c.us`;
    const exists = isOnWhatsApp(chatId);
    return this.requests.add(this.scaled(CHECK_NUMBER_MS), () => ({
      exists,
      chatId: exists ? chatId : null,
    }));
  }

  async listGroups(): Promise<Group[]> {
    if (this.linkState !== 'connected') throw linkDown();
    return this.requests.add(this.scaled(CHECK_NUMBER_MS), () => this.groups.list());
  }

  async actOnGroup<Act extends GroupAct>(act: Act): Promise<GroupAnswers[Act['do']]> {
    if (this.linkState !== 'connected') throw linkDown();
    return this.requests.add(this.scaled(CHECK_NUMBER_MS), () => this.groups.act(act));
  }

  async loadOlder(oldest: OldestKnown): Promise<LoadedOlder> {
    if (this.linkState !== 'connected') throw linkDown();
    const messages = olderMessages(oldest, this.phone);
    const added = (await this.handlers?.onHistory?.({ messages, chats: [], people: [] })) ?? 0;
    return { added, hasMore: false };
  }

  async actOnChannel<Act extends ChannelAct>(act: Act): Promise<ChannelAnswers[Act['do']]> {
    if (this.linkState !== 'connected') throw linkDown();
    return this.requests.add(this.scaled(CHECK_NUMBER_MS), () => this.channels.act(act));
  }

  close(): Promise<void> {
    this.closed = true;
    this.linkState = 'disconnected';
    this.timers.stop();
    this.backlog.length = 0;
    this.requests.failAll();
    this.settled.resolve();
    return Promise.resolve();
  }

  private async tellNames(chatId: string): Promise<void> {
    const { names } = accountOf(chatId);
    if (names.length > 1) await this.handlers?.onNames({ same: names });
  }

  private handOver(message: SandboxMessage, isFirst: boolean): Promise<{ at: number }> {
    const { arrivalMs, arrival } = scriptOf(message);
    return this.requests.add(this.scaled(arrivalMs), () => {
      if (arrival.kind === 'refused') throw new TransportError(arrival.reason, false);
      if (arrival.kind === 'drops_link' && isFirst && this.server.acceptedAt(message.wireId) === undefined) {
        this.drop();
        throw linkDown();
      }
      return { at: this.server.accept(message) };
    });
  }

  private drop(): void {
    this.setState(
      'disconnected',
      'The sandbox dropped the link because a message was sent to its test number …0007. It reconnects by itself.',
    );
    this.requests.failAll();
    this.timers.after(this.scaled(LINK_DOWN_MS), () => void this.connect());
  }

  private async connect(): Promise<void> {
    this.setState('connecting', null);
    await sleep(this.timers, this.scaled(CONNECT_MS));
    for (let event = this.backlog.shift(); event; event = this.backlog.shift()) await this.tell(event);
    this.setState('connected', null);
    this.settled.resolve();
  }

  private arrive(event: SandboxEvent): void {
    if (this.linkState === 'connected') void this.tell(event);
    else if (!this.closed) this.backlog.push(event);
  }

  private async tell({ receipt, inbound, call, groupChange }: SandboxEvent): Promise<void> {
    const { handlers } = this;
    if (receipt) void handlers?.onReceipt(receipt);
    if (inbound) await tellUntilStored(this.timers, async () => handlers?.onInbound(inbound));
    if (call) await tellUntilStored(this.timers, async () => handlers?.onCall?.(call));
    if (groupChange) await tellUntilStored(this.timers, async () => handlers?.onGroupChange?.(groupChange));
  }

  private setState(state: LinkState, reason: string | null): void {
    if (this.closed) return;
    this.linkState = state;
    this.handlers?.onState(state, reason);
  }

  private scaled(ms: number): number {
    return Math.round(ms / this.speed);
  }
}

/**
 * Makes the transports of test sessions. `speed` divides every simulated delay (1: the delays of `test-numbers.ts`).
 * Throws a RangeError if it is not a number above 0.
 */
export function createSandboxFactory({ speed }: { speed: number }): TransportFactory {
  if (!(Number.isFinite(speed) && speed > 0)) {
    throw new RangeError(`The sandbox's speed must be a number above 0, not ${speed}.`);
  }
  return ({ phone }, clock) => new SandboxTransport(clock, speed, phone);
}
