import type { Clock } from '../../../async/clock';
import type { Log } from '../../../domain/log';
import { Recent } from '../../../async/recent';
import {
  ACCOUNT_FOUND_FOR_MS,
  ACCOUNT_MISSING_FOR_MS,
  type KnownAccount,
  type SessionMemory,
} from '../../session-memory';
import type { LearnedNames } from '../../transport';
import { noAnswer } from '../errors';
import { chatIdOfPhone, userOf } from '../jids';
import { numberForms } from '../../../domain/people/number-forms';

const MOST_CACHED = 20_000;
const MOST_ASKED = 100;

/** Asks WhatsApp which of these numbers have accounts; `undefined` if the answer got lost. */
export type AskWhatsApp = (digits: string[]) => Promise<{ jid: string }[] | undefined>;

/**
 * Finds the account behind a number. WhatsApp is asked once and the answer is stored: clients that ask often look
 * suspicious, and every query delays a message.
 */
export class FindAccount {
  private readonly cached = new Recent<KnownAccount>(MOST_CACHED);
  private readonly asking = new Map<string, Promise<string | null>>();

  constructor(
    private readonly memory: Pick<SessionMemory, 'account' | 'rememberAccount'>,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly onNames: (learned: LearnedNames) => Promise<void>,
  ) {}

  /**
   * The account's own chat id, or null if the number is not on WhatsApp. A missing answer does not count as that: it
   * rejects with `no_answer`, which may pass.
   * @param asked `<digits>@c.us`
   * @param again whether the stored answer has proved wrong
   */
  async of(asked: string, ask: AskWhatsApp, again = false): Promise<string | null> {
    const known = again ? null : await this.recall(asked);
    if (known) return known.chatId;
    const underWay = this.asking.get(asked);
    if (underWay) return underWay;
    const answer = this.ask(asked, ask).finally(() => this.asking.delete(asked));
    this.asking.set(asked, answer);
    return answer;
  }

  /** As `of`, for many: WhatsApp is asked about a hundred of them at a time. @returns by what was asked */
  async ofMany(asked: readonly string[], ask: AskWhatsApp): Promise<Map<string, string | null>> {
    const found = new Map<string, string | null>();
    const unknown: string[] = [];
    for (const one of new Set(asked)) {
      const known = await this.recall(one);
      if (known) found.set(one, known.chatId);
      else unknown.push(one);
    }
    for (let at = 0; at < unknown.length; at += MOST_ASKED) {
      const some = unknown.slice(at, at + MOST_ASKED);
      const answers = await ask(some.flatMap((one) => numberForms(userOf(one))));
      for (const one of some) found.set(one, await this.conclude(one, answers));
    }
    return found;
  }

  private async recall(asked: string): Promise<KnownAccount | null> {
    const known = this.cached.get(asked) ?? (await this.memory.account(asked).catch(() => null));
    if (!known) return null;
    const goodFor = known.chatId === null ? ACCOUNT_MISSING_FOR_MS : ACCOUNT_FOUND_FOR_MS;
    if (this.clock.now() - known.checkedAt > goodFor) return null;
    this.cached.set(asked, known);
    return known;
  }

  private async ask(asked: string, ask: AskWhatsApp): Promise<string | null> {
    const answers = await ask(numberForms(userOf(asked)));
    return this.conclude(asked, answers, answers?.[0]);
  }

  /**
   * @param answers may be about others as well
   * @param fallback what is taken for the account if none of the forms of the number is among the answers
   */
  private async conclude(
    asked: string,
    answers: { jid: string }[] | undefined,
    fallback?: { jid: string },
  ): Promise<string | null> {
    const forms = numberForms(userOf(asked));
    if (!answers) throw noAnswer('whether the number is on WhatsApp');
    const found = answers.map(({ jid }) => userOf(jid));
    const digits = forms.find((form) => found.includes(form)) ?? (fallback && userOf(fallback.jid));
    if (forms.every((form) => found.includes(form)) && forms.length > 1)
      await this.onNames({ different: forms.map(chatIdOfPhone) });
    const account = {
      chatId: digits === undefined ? null : chatIdOfPhone(digits),
      checkedAt: this.clock.now(),
    };
    this.cached.set(asked, account);
    await this.memory.rememberAccount(asked, account).catch((error: unknown) => {
      this.log.warn(
        { err: error },
        'the account behind a number could not be stored; it will be looked up again',
      );
    });
    return account.chatId;
  }
}
