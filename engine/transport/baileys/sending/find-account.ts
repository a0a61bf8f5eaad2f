import type { Clock } from '../../../async/clock';
import type { Log } from '../../../domain/log';
import { Recent } from '../../../async/recent';
import type { KnownAccount, SessionMemory } from '../../session-memory';
import { noAnswer } from '../link/link-down';
import { numberForms } from './number-forms';

const DAY_MS = 24 * 3_600_000;
/** An account that is there rarely goes away, and sending finds out; one that is not may be made any day. */
const FOUND_LIFE_MS = 30 * DAY_MS;
const MISSING_LIFE_MS = DAY_MS;
const MOST_AT_HAND = 20_000;

/** Asks WhatsApp for the accounts among these numbers; gives `undefined` where the answer got lost. */
export type AskWhatsApp = (digits: string[]) => Promise<{ jid: string }[] | undefined>;

/**
 * Which account is behind a number. WhatsApp is asked once and the answer is remembered, because it looks askance at
 * clients that ask much, and because every question is a moment more before a message goes.
 */
export class FindAccount {
  private readonly atHand = new Recent<KnownAccount>(MOST_AT_HAND);
  private readonly asking = new Map<string, Promise<string | null>>();

  constructor(
    private readonly memory: Pick<SessionMemory, 'account' | 'rememberAccount'>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * The account's own chat id, or null where the number is not on WhatsApp. Rejects with something that may pass
   * where WhatsApp did not answer: that is never taken for "not on WhatsApp".
   * @param asked `<digits>@c.us`
   * @param anew whether what is remembered has proved wrong.
   */
  async of(asked: string, ask: AskWhatsApp, anew = false): Promise<string | null> {
    const known = anew ? null : await this.recall(asked);
    if (known) return known.chatId;
    const underWay = this.asking.get(asked);
    if (underWay) return underWay;
    const answer = this.ask(asked, ask).finally(() => this.asking.delete(asked));
    this.asking.set(asked, answer);
    return answer;
  }

  private async recall(asked: string): Promise<KnownAccount | null> {
    const known = this.atHand.get(asked) ?? (await this.memory.account(asked).catch(() => null));
    if (!known) return null;
    const life = known.chatId === null ? MISSING_LIFE_MS : FOUND_LIFE_MS;
    if (this.clock.now() - known.checkedAt > life) return null;
    this.atHand.set(asked, known);
    return known;
  }

  private async ask(asked: string, ask: AskWhatsApp): Promise<string | null> {
    const forms = numberForms(asked.slice(0, asked.indexOf('@')));
    const answers = await ask(forms);
    if (!answers) throw noAnswer('whether the number is on WhatsApp');
    const found = answers.map(({ jid }) => jid.slice(0, jid.indexOf('@')));
    const digits = forms.find((form) => found.includes(form)) ?? found[0];
    const account = { chatId: digits === undefined ? null : `${digits}@c.us`, checkedAt: this.clock.now() };
    this.atHand.set(asked, account);
    await this.memory.rememberAccount(asked, account).catch((error: unknown) => {
      this.log.warn({ err: error }, 'that a number was looked up could not be stored; it will be again');
    });
    return account.chatId;
  }
}
