import type { Clock } from '../../async/clock';
import { KeyedMutex } from '../../async/keyed-mutex';
import { changed, storeChanges } from '../../changes/message-changes';
import { whyNot } from '../../domain/chats/act-rules';
import { newWireId } from '../../domain/ids';
import { EngineError } from '../../errors';
import type { Transact, Work } from '../../events/transact';
import type { Sql } from '../../store/sql/database';
import { lockMessage, type MessageRow } from '../../store/tables/messages';
import { rememberOwnAct } from '../../store/tables/own-acts';
import type { SessionRow } from '../../store/tables/sessions';
import type { ChatAct } from '../../transport/chat-acts';
import { TransportError, type Transport } from '../../transport/transport';
import type { ChatHistory } from '../chat-history';
import { findTarget, type FoundMessage } from './find-target';

export interface ActorDependencies {
  database: Sql;
  transact: Transact;
  clock: Clock;
  history: ChatHistory;
}

/**
 * Does to messages what was asked, over the session's link, and stores it once WhatsApp has accepted it. After a crash in
 * between, what was done is not stored; doing it again ends in the same state.
 */
export class ChatActor {
  /** What is done to one message goes out in the order in which it is stored. */
  private readonly turns = new KeyedMutex();

  constructor(
    private readonly session: Pick<SessionRow, 'id' | 'mode'>,
    private readonly transport: Pick<Transport, 'act'>,
    private readonly deps: ActorDependencies,
  ) {}

  /**
   * @param chat a chat id, phone number or person's id
   * @param key see `findTarget`; the same for the same message
   * @throws TransportError if the link is down, or it is not possible (any more)
   */
  act(chat: string, key: string, act: ChatAct): Promise<void> {
    return this.turns.run(key, async () => {
      const { database, transact, clock } = this.deps;
      const found = await findTarget(database, this.session.mode, chat, key).catch(refuse);
      // What is repeated is not too late.
      if (isDone(found, act)) return;
      const why = whyNot(act.kind, found.facts, clock.now());
      if (why !== null) throw new TransportError('not_possible', false, why);
      const wireId = newWireId();
      // Stored first: a copy of it on another device of the account is nothing that its owner did on the phone.
      await rememberOwnAct(database, wireId, new Date(clock.now()));
      await this.transport.act(found.target, act, wireId);
      await transact((work) => this.store(work, found, act));
    });
  }

  private async store(
    work: Work,
    { own, who, sessionId, target }: FoundMessage,
    act: ChatAct,
  ): Promise<void> {
    if (own && (act.kind === 'edit' || act.kind === 'revoke')) {
      const row = await lockMessage(work.sql, own.mode, own.id);
      // Erased meanwhile: nothing is kept of it.
      if (row?.erased_at) return;
      if (row) await storeChanges(work, [changed(after(row, act, work.now))]);
    }
    this.deps.history.acted(work, { who, sessionId, wireId: target.wireId }, act);
  }
}

/** A request that is repeated, because its answer got lost, need not change what was changed. */
export function isDone({ own, row, facts }: FoundMessage, act: ChatAct): boolean {
  if (act.kind === 'revoke') return facts.isRevoked;
  if (act.kind !== 'edit' || !facts.isOwn || facts.isRevoked || facts.stage !== 'in_chat') return false;
  const text = own ? (own.text ?? own.media?.caption) : row?.text;
  return text === act.text;
}

function after(row: MessageRow, act: ChatAct, now: Date): MessageRow {
  if (act.kind === 'revoke') return { ...row, revoked_at: now };
  if (act.kind !== 'edit') return row;
  const content = row.media ? { media: { ...row.media, caption: act.text } } : { text: act.text };
  return { ...row, ...content, edited_at: now };
}

/** What is not found here was removed since the request was accepted. */
function refuse(error: unknown): never {
  if (error instanceof EngineError) throw new TransportError('gone', false, error.message);
  throw error;
}
