import type { Clock } from '../async/clock';
import { holdBurstsOf } from '../bursts/hold-bursts';
import { ChatActor } from '../chats/acts/chat-actor';
import type { SharedCampaigns } from '../campaigns/shared-campaigns';
import type { ChatHistory } from '../chats/chat-history';
import { GroupNames } from '../chats/group-names';
import { isUp, LINKED_STATES } from '../domain/link-state';
import { logWith, type Log } from '../domain/log';
import { traced, type Tracer } from '../domain/tracing';
import type { Transact } from '../events/transact';
import type { OptOutRules } from '../inbound/apply-reply';
import type { MediaLinks } from '../inbound/media-links';
import type { PacingSpeeds } from '../pacing/pacing-rules';
import { endOfPatience } from '../inbound/awaited';
import { receiveCall } from '../inbound/receive-call';
import { receiveGroupChange } from '../inbound/receive-group-change';
import { receiveHistory } from '../inbound/receive-history';
import { receiveInbound } from '../inbound/receive-inbound';
import { receiveOwnRead } from '../inbound/receive-own-read';
import { storable } from '../inbound/storable';
import { NameReports } from '../people/name-reports';
import type { WakeUps } from '../queue/wake-ups';
import { openProxy } from '../sessions/session-proxy';
import { tellOfSession } from '../sessions/session-state';
import type { Database } from '../store/sql/database';
import type { Encryption } from '../encryption/encryption';
import { deleteAwaited, postponeAwaited } from '../store/tables/awaited-messages';
import { listHandedOver } from '../store/tables/lane-messages';
import { saveConnecting, type SessionRow } from '../store/tables/sessions';
import type { Transport, TransportFactory } from '../transport/transport';
import { RequestAnswers } from './answer-requests';
import { reclaimInterrupted } from './claim';
import { Lane } from './lane';
import type { Lease } from './lease';
import { LinkRecord } from './link-record';
import { unpaced, type LanePacer } from '../pacing/lane-pacer';
import { FollowedSettings } from './owner-settings';
import { ReadMarks } from './read-marks';
import { Reports } from './reports';
import type { SendingWatch, WatchedLane } from './sending-watch';
import { SessionPacer } from '../pacing/session-pacer';

export interface SendingDependencies {
  database: Database;
  transact: Transact;
  wakeUps: WakeUps;
  clock: Clock;
  log: Log;
  encryption: Encryption;
  allowPrivateMedia: boolean;
  optOuts: OptOutRules;
  history: ChatHistory;
  mediaLinks: MediaLinks;
  pacingSpeeds: PacingSpeeds;
  shared: SharedCampaigns;
  watch: SendingWatch;
  tracer?: Tracer;
}

/** How long after the hand-over receipts are still expected. */
const RECEIPTS_LIFE_MS = 14 * 24 * 3_600_000;

/** A session that this process works: its lane, its transport and the lease on both. */
export interface OpenLane {
  readonly lease: Lease;
  readonly transport: Transport;
  /** Looks at its messages and at requests to its owner. */
  wake(): void;
  /** Looks at its messages at `at` (epoch ms), which is soon. */
  wakeSoon(at: number): void;
  /** Looks only at requests to its owner, and at its settings if `row` has others than it knows. */
  look(row: SessionRow): void;
  rearm(): Promise<void>;
  watched(): WatchedLane;
  close(): Promise<void>;
}

/**
 * Opens a session's lane under its lease: requeues what a previous owner left unsent, connects, and listens for
 * wake-ups. `onLost`: another process owns the session now. `onGone`: the session was removed.
 */
export async function openLane(
  session: SessionRow,
  lease: Lease,
  makeTransport: TransportFactory,
  given: SendingDependencies,
  { onLost, onGone }: { onLost: () => void; onGone: () => void },
): Promise<OpenLane> {
  const log = logWith(given.log, { session_id: session.id });
  const deps = { ...given, log };
  const { database, transact, wakeUps, clock } = deps;
  const proxy = openProxy(session.id, session.sealed_proxy, deps.encryption);
  const logoutReason = session.state === 'logged_out' ? session.reason : null;
  const transport = makeTransport({ id: session.id, phone: session.phone, proxy, logoutReason }, clock);
  const reports = new Reports(session.id, transact, clock, log, deps.history);
  const arm = (at: number): void =>
    void wakeUps.arm(session.id, at).catch((error: unknown) => {
      log.warn({ err: error }, 'could not arm a wake-up; the sweep will');
    });
  const names = new NameReports(session.mode, transact, clock, log);
  const groupNames = new GroupNames(database, session.id, clock, log);
  const link = new LinkRecord(lease, deps);
  const pacer = await openPacer(session, lease, transport, deps);
  const readMarks = new ReadMarks(session, transport, deps);
  const settings = new FollowedSettings(session, transport, readMarks, deps);
  const sharedCampaigns = (): ReturnType<SharedCampaigns['of']> => deps.shared.of(session.id);
  const hasRoom = (): boolean => database.room.shortage() === null;
  const laneDeps = { ...deps, sql: database, sharedCampaigns, arm, hasRoom, onLost };
  const lane = new Lane(lease, transport, reports, pacer, readMarks, laneDeps);
  const actor = new ChatActor(session, transport, deps);
  const requests = new RequestAnswers(lease, transport, link, { ...deps, actor, settings, onLost, onGone });
  const wake = (): void => {
    lane.wake();
    requests.wake();
  };

  const reclaimed = await reclaimInterrupted(transact, lease);
  if (reclaimed > 0)
    log.info({ messages: reclaimed }, 'requeued the messages that a previous owner left unsent');
  await saveConnecting(database, session.id);
  // The phone is asked for them again.
  await postponeAwaited(database, session.id, endOfPatience(clock.now()));
  const releaseBursts = await holdBurstsOf(database, session.id, clock);
  const handedOver = await listHandedOver(database, session.id, new Date(clock.now() - RECEIPTS_LIFE_MS));
  transport.resume(
    handedOver.map((row) => ({
      wireId: row.wire_id,
      chatId: row.chat_id,
      status: row.status as 'sending' | 'delivered',
      sentAt: row.sent_at?.getTime() ?? 0,
      poll: row.poll && { options: row.poll.options },
    })),
  );
  const stopListening = await wakeUps.work(session.id, wake);
  const stopWatching = deps.shared.watch(session.id, wake);
  void transport
    .open({
      onReceipt: (receipt) => reports.add({ wireId: receipt.wireId, receipt }),
      onNames: (learned) => names.add(learned),
      onInbound: (inbound) => {
        const store = async (): Promise<void> => {
          const received = () => receiveInbound(deps, session, storable(inbound));
          const attributes = { 'blueticks.session.id': session.id, 'blueticks.inbound.kind': inbound.kind };
          const written = await traced(
            deps.tracer,
            'inbound.receive',
            () => ({ parent: null, attributes }),
            received,
          );
          if (written) readMarks.received(written);
        };
        return inbound.sentFromPhone ? lane.gate.whileClosed(store) : lane.gate.afterOwner().then(store);
      },
      onCall: (call) => receiveCall(deps, session, storable(call), transport),
      onGroupChange: (change) => receiveGroupChange(deps, session, storable(change)),
      onGroupName: (groupId, name) => groupNames.learn(groupId, storable(name)),
      ...(deps.history.isKept
        ? {
            onHistory: (shared) => receiveHistory(deps, session, storable(shared)),
            onOwnRead: (read) => receiveOwnRead(deps, session, storable(read)),
          }
        : {}),
      onNothingWritten: (wireId) => deleteAwaited(database, session.id, wireId),
      onState(state, reason, restrictedUntil) {
        deps.watch.linkChanged(state);
        const stored = link.state(state, reason, restrictedUntil);
        if (!isUp(state)) return;
        void stored.then(() => lane.wake());
        void releaseBursts();
        readMarks.connected();
      },
      onQr: (qr) => void link.qr(qr),
      onQuota: (answer) => link.quota(answer).then(() => lane.wake()),
      onLinked: (account) => void link.account(account),
    })
    .catch((error: unknown) => log.error({ err: error }, 'a session could not connect'));

  return {
    lease,
    transport,
    wake,
    wakeSoon: (at) => lane.wakeSoon(at),
    look(row) {
      requests.wake();
      settings.compare(row);
    },
    rearm: () => lane.rearm(),
    watched: () => ({
      sessionId: session.id,
      isConnected: LINKED_STATES.includes(transport.state) ? isUp(transport.state) : null,
      ...lane.watched,
    }),
    async close() {
      stopWatching();
      await stopListening();
      await requests.close();
      await lane.close();
      await transport.close();
      await readMarks.close();
      await reports.close();
      await names.close();
      await groupNames.close();
      await link.stop();
    },
  };
}

async function openPacer(
  session: SessionRow,
  lease: Lease,
  transport: Transport,
  deps: SendingDependencies,
): Promise<LanePacer> {
  const { pacingSpeeds: speeds, clock } = deps;
  if (!speeds) return unpaced(() => clock.now());
  return SessionPacer.open(session, lease, transport, speeds, {
    ...deps,
    tellSlowedDown: (work, row) => tellOfSession(work, 'session.slowed_down', row, speeds),
  });
}
