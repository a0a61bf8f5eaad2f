import { systemClock } from '../../../engine/async/clock';
import type { ChatActor } from '../../../engine/chats/acts/chat-actor';
import { RequestAnswers } from '../../../engine/sending/answer-requests';
import { Encryption } from '../../../engine/encryption/encryption';
import { Lease } from '../../../engine/sending/lease';
import type { LinkRecord } from '../../../engine/sending/link-record';
import type { Database } from '../../../engine/store/sql/database';
import { insertRequest, readAnswer } from '../../../engine/store/tables/session-requests';
import { insertSession } from '../../../engine/store/tables/sessions';
import { ScriptedWhatsApp } from '../../support/engine/scripted-whatsapp';
import { until } from '../../support/engine/until';
import { freshDatabase } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';

it('answers a request once, even if a look finds it open while it is being answered', async () => {
  const server = await freshDatabase('postgres');
  const { database } = server;
  try {
    await insertSession(database, { id: 'ses_1', mode: 'live', name: null, created_at: new Date() });
    const lease = await Lease.acquire(
      database,
      'ses_1',
      { owner: 'me', alone: false, seconds: 15 },
      systemClock,
    );
    const whatsapp = new ScriptedWhatsApp();
    const link = whatsapp.factory({ id: 'ses_1', phone: null }, systemClock);
    let finishAnswer = (): void => {};
    const asked: string[] = [];
    link.checkNumber = (phone) => {
      asked.push(phone);
      return new Promise((resolve) => (finishAnswer = () => resolve({ exists: true, chatId: null })));
    };
    // Holds back the result of a transaction after its commit.
    let held: Promise<void> = Promise.resolve();
    let heldUp = 0;
    const slow: Database = {
      ...database,
      query: (text, params) => database.query(text, params),
      async transaction(work) {
        const result = await database.transaction(work);
        if (Array.isArray(result)) {
          heldUp += 1;
          await held;
        }
        return result;
      },
    };
    const answers = new RequestAnswers(lease!, link, { stored: async () => undefined } as LinkRecord, {
      database: slow,
      actor: {} as ChatActor,
      settings: { reload: () => Promise.resolve() },
      encryption: new Encryption(Buffer.alloc(32)),
      clock: systemClock,
      log: silentLog,
      onLost: () => undefined,
      onGone: () => undefined,
    });

    await insertRequest(database, 'req_1', 'ses_1', { kind: 'check_number', phone: '+14155550100' });
    answers.wake();
    await until('it is asked', () => asked.length === 1);
    let letGo = (): void => {};
    held = new Promise((resolve) => (letGo = resolve));
    answers.wake();
    await until('the second look has found it open', () => heldUp === 2);
    finishAnswer();
    await until(
      'it is answered',
      async () =>
        (await database.query('SELECT id FROM session_requests WHERE answered_at IS NOT NULL')).length,
    );
    letGo();
    // After a third look, the second one is certainly done.
    answers.wake();
    await until('the third look is over', () => heldUp === 3);
    await answers.close();
    expect(asked).toEqual(['+14155550100']);
    expect(await readAnswer(database, 'req_1')).toEqual({ answer: { ok: { exists: true, chatId: null } } });
    expect(await readAnswer(database, 'req_1')).toBe('gone');
  } finally {
    await server.cleanup();
  }
});
