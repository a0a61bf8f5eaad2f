import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock, type Clock } from '../../../../engine/async/clock';
import { createOpenFile } from '../../../../engine/media/open-file';
import { newWireId } from '../../../../engine/domain/ids';
import { createBaileysFactory } from '../../../../engine/transport/baileys/baileys-transport';
import type { Timing } from '../../../../engine/transport/baileys/timing';
import { FileGone, type MediaSource } from '../../../../engine/transport/media-source';
import type {
  LinkedAccount,
  OutgoingMessage,
  QrCode,
  Transport,
  TransportHandlers,
} from '../../../../engine/transport/transport';
import { recordingHandlers, type Recording } from '../../../contract/transport-recording';
import { silentLog } from '../../../support/servers/silent-log';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { unrefLongTimers } from '../../../wire/unref-long-timers';
import type { WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';

/** Short enough for tests, long enough for two shared cores. */
export const QUICK: Partial<Timing> = {
  queryMs: 2_000,
  ackMs: 8_000,
  firstRetryMs: 50,
  longestRetryMs: 200,
  lastWriteMs: 1_000,
};

/** One open link of a session, and everything it reported. */
export class LinkUnderTest {
  readonly seen: Recording = recordingHandlers();
  readonly qrs: (QrCode | null)[] = [];
  readonly accounts: LinkedAccount[] = [];
  readonly restrictedUntil: (number | null | undefined)[] = [];
  readonly handlers: TransportHandlers;
  opening: Promise<void> = Promise.resolve();

  constructor(
    readonly transport: Transport,
    more: Partial<TransportHandlers> = {},
  ) {
    this.handlers = {
      ...this.seen.handlers,
      onQr: (qr) => void this.qrs.push(qr),
      onLinked: (account) => void this.accounts.push(account),
      onState: (state, reason, until) => {
        this.restrictedUntil.push(until);
        this.seen.handlers.onState(state, reason);
      },
      ...more,
    };
  }

  open(): this {
    this.opening = this.transport.open(this.handlers);
    return this;
  }

  /** The QR code that is shown now. */
  qr(): Promise<string> {
    return eventually('a QR code', () => this.qrs.at(-1)?.text);
  }

  async connected(): Promise<this> {
    await eventually('the link was up', () => this.transport.state === 'connected' || undefined, 20_000);
    return this;
  }

  get states(): string[] {
    return this.seen.states.map(({ state }) => state);
  }

  get lastReason(): string | null | undefined {
    return this.seen.states.at(-1)?.reason;
  }

  text(to: Contact | string, text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
    const chatId = typeof to === 'string' ? to : `${to.number.slice(1)}@c.us`;
    return { ...plainText(chatId, text), ...more };
  }

  send(to: Contact | string, text: string): Promise<{ at: number }> {
    return this.transport.send(this.text(to, text));
  }
}

export function plainText(chatId: string, text: string): OutgoingMessage {
  const content = { type: 'text', text, linkPreview: false } as const;
  return { wireId: newWireId(), chatId, content, replyTo: null, mentions: null };
}

export interface LinkOptions {
  memory?: BreakableMemory;
  phone?: string | null;
  logoutReason?: string;
  clock?: Clock;
  timing?: Partial<Timing>;
  handlers?: Partial<TransportHandlers>;
  /** The files of received messages; usually WhatsApp has none any more. */
  files?: MediaSource;
}

/** A link that is not open yet. */
export function makeLink(whatsapp: WhatsApp, options: LinkOptions = {}): LinkUnderTest {
  unrefLongTimers();
  const memory = options.memory ?? new BreakableMemory();
  const factory = createBaileysFactory({
    socketUrl: whatsapp.url,
    memoryOf: () => memory,
    log: silentLog,
    routeOf: () => ({
      files: options.files ?? { open: () => Promise.reject(new FileGone(true)) },
      previews: { page: () => Promise.resolve(null), picture: () => Promise.resolve(null) },
      uploadAgent: whatsapp.mediaAgent,
      openFile: createOpenFile({ allowPrivate: true, ca: whatsapp.media.ca }),
    }),
    timing: { ...QUICK, ...options.timing },
  });
  const session = { id: 'ses_01', phone: options.phone ?? null, logoutReason: options.logoutReason };
  const transport = factory(session, options.clock ?? systemClock);
  return new LinkUnderTest(transport, options.handlers);
}

/** A connected link, linked to a phone by QR code. */
export async function linkedLink(
  whatsapp: WhatsApp,
  phone: Phone,
  options: LinkOptions = {},
): Promise<LinkUnderTest> {
  const link = makeLink(whatsapp, options).open();
  await phone.link(await link.qr());
  return link.connected();
}

/** Polls until the result is not `undefined`. */
export async function eventually<T>(what: string, ask: () => T | undefined, timeoutMs = 10_000): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(10)) {
    const answer = ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`Timed out after ${timeoutMs} ms waiting until ${what}.`);
}
