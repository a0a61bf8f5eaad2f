import { Recent } from '../async/recent';
import type { CreatedOnce } from '../transport/group-acts';

/** How many creations are remembered. */
const REMEMBERED = 1_000;

/**
 * Creates groups and channels, each key once. To ask again for what is being created, or was created recently, gets the
 * same answer. What a previous process may have created is left to the transport, which looks for it.
 */
export class Creations {
  private readonly answers = new Recent<Promise<unknown>>(REMEMBERED);

  /**
   * Does what `act` says, and only once if it creates something. A failure is not remembered.
   * @param isRepeat a previous process may have done it
   */
  async once<Act extends { do: string }, Answer>(
    act: Act,
    isRepeat: boolean,
    doIt: (act: Act) => Promise<Answer>,
  ): Promise<Answer> {
    if (!isCreation(act)) return doIt(act);
    const known = this.answers.get(act.key) as Promise<Answer> | undefined;
    if (known) return known;
    const answer = doIt({ ...act, mayExist: act.mayExist || isRepeat });
    this.answers.set(act.key, answer);
    answer.catch(() => this.answers.delete(act.key));
    return answer;
  }
}

function isCreation(act: { do: string }): act is { do: 'create' } & CreatedOnce {
  return act.do === 'create';
}
