import { deferred } from '../../../engine/async/deferred';
import type { ChatActor } from '../../../engine/chats/acts/chat-actor';
import type { Encryption } from '../../../engine/encryption/encryption';
import { RequestAnswers } from '../../../engine/sending/answer-requests';
import type { Lease } from '../../../engine/sending/lease';
import type { LinkRecord } from '../../../engine/sending/link-record';
import type { Database } from '../../../engine/store/sql/database';
import type { Transport } from '../../../engine/transport/transport';
import { FakeClock } from '../../support/clock/fake-clock';
import { silentLog } from '../../support/servers/silent-log';

describe('RequestAnswers', () => {
  it('waits on close for an answer that is being stored, and looks at nothing more', async () => {
    const clock = new FakeClock();
    const stored = deferred();
    const open = [{ id: 'req_1', request: { kind: 'list_groups' } }];
    let transactions = 0;
    /** The first transaction reads the requests, the second one stores the answer. */
    const transaction = async (): Promise<unknown> => {
      transactions += 1;
      return transactions === 1 ? open : stored.promise;
    };
    const answers = new RequestAnswers(
      { sessionId: 'ses_1' } as Lease,
      { listGroups: async () => [] } as unknown as Transport,
      {} as LinkRecord,
      {
        database: { transaction } as unknown as Database,
        encryption: {} as Encryption,
        actor: {} as ChatActor,
        settings: { reload: () => Promise.resolve() },
        clock,
        log: silentLog,
        onLost() {},
        onGone() {},
      },
    );
    answers.wake();
    await clock.advanceAsync(10);
    expect(transactions).toBe(2);
    answers.wake();
    let isClosed = false;
    const closed = answers.close().then(() => (isClosed = true));
    await clock.advanceAsync(10_000);
    expect([isClosed, transactions, clock.pending]).toEqual([false, 2, 0]);
    stored.resolve();
    await closed;
  });
});
