import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Closing } from '../async/closing';
import { BurstRunner } from '../bursts/burst-runner';
import { BURSTS_LANE } from '../bursts/collect-burst';
import { CampaignRunner } from '../campaigns/campaign-runner';
import { CAMPAIGNS_LANE } from '../campaigns/campaigns';
import { SharedCampaigns } from '../campaigns/shared-campaigns';
import { chatHistory } from '../chats/chat-history';
import { DeliveryRunner } from '../events/delivery-runner';
import { createTransact, type Transact } from '../events/transact';
import { tellOverdue } from '../inbound/awaited';
import type { PacingSpeeds } from '../pacing/pacing-rules';
import { finishErasures } from '../people/erase-person';
import { RecurrenceRunner } from '../recurrences/recurrence-runner';
import { traceChanges } from '../observability/tracing/trace-changes';
import { LaneKeeper } from '../sending/lane-keeper';
import { LEASE_SECONDS } from '../sending/lease';
import { giveBackEnded } from '../takeovers/give-back';
import { Retention } from '../upkeep/retention';
import { RoomWatch } from '../upkeep/room-watch';
import { SearchIndex } from '../upkeep/search-index';
import { Sweep } from '../upkeep/sweep';
import { DELIVERIES_LANE } from '../webhooks/webhooks';
import type { EngineParts } from './engine-parts';
import type { OpenedParts } from './open-parts';
import { createTransports } from './transports';

/** What `buildSending` gives: everything that works on its own once started. */
export interface Sending {
  transact: Transact;
  pacingSpeeds: PacingSpeeds;
  deliveries: DeliveryRunner;
  /** Closes with the deliveries: after the API and the lanes, which cause them. */
  delivering: Closing;
  /** Each looks after one kind of work from time to time. */
  runners: readonly { start(): void; close(): Promise<void> }[];
  lanes: LaneKeeper;
  sweep: Sweep;
}

/** Builds what sends messages and delivers events. None of it works yet. */
export function buildSending(opened: OpenedParts, parts: EngineParts, closing: Closing): Sending {
  const { config, clock, log, database, encryption, wakeUps, metrics, mediaLinks, tracer } = opened;
  const traces = tracer && traceChanges(tracer);
  const deliveries = new DeliveryRunner({
    ...{ database, clock, log, encryption, tracer, poster: opened.poster },
    onDelivered: (lagSeconds) => metrics.events.delivered(lagSeconds),
    claimMs: parts.claimSeconds && parts.claimSeconds * 1000,
    arm(at) {
      wakeUps.arm(DELIVERIES_LANE, at).catch((error: unknown) => {
        log.warn({ err: error, lane: DELIVERIES_LANE }, 'a wake-up could not be armed; the sweep will');
      });
    },
  });
  // Lanes with a name of their own. Every other lane belongs to a session and has its id.
  const namedLanes: Record<string, (at: number) => void> = {
    [DELIVERIES_LANE]: (at) => deliveries.wake(at),
    [CAMPAIGNS_LANE]: () => campaigns.wake(),
    [BURSTS_LANE]: (at) => bursts.wake(at),
  };
  const transact = createTransact(database, clock, {
    onCreated: traces?.onCreated,
    onTold(events, ids) {
      metrics.events.countTold(events);
      traces?.onTold?.(events, ids);
    },
    claimNew: () => deliveries.claimNew(),
    onDeliveries: (written) => deliveries.written(written),
    onWake: (lane, at) => (namedLanes[lane] ? namedLanes[lane](at) : lanes.wake(lane, at)),
  });
  const shared = new SharedCampaigns(database, clock);
  const campaigns = new CampaignRunner({ database, transact, clock, log, shared });
  const bursts = new BurstRunner({ database, transact, clock, log, mediaLinks });
  const pacingSpeeds = config.pacing === 'on' ? { live: 1, test: config.sandboxSpeed } : null;
  const history = chatHistory(config.historyDays);
  const terms = {
    owner: `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`,
    alone: database.kind === 'embedded',
    seconds: parts.leaseSeconds ?? LEASE_SECONDS,
  };
  const lanes = new LaneKeeper(terms, createTransports(opened, parts), {
    ...{ database, transact, wakeUps, clock, log, encryption, mediaLinks, pacingSpeeds, history, shared },
    allowPrivateMedia: config.allowPrivateMedia,
    optOuts: config.optOuts,
    ...{ tracer, watch: metrics.lanes.watch },
  });
  metrics.watchLanes(() => lanes.watched());
  const rearm = async (): Promise<void> => {
    await lanes.rearm();
    await deliveries.rearm();
  };
  const sweep = new Sweep({
    ...{ database, transact, clock, log },
    tellOverdue: () =>
      tellOverdue({ database, transact, clock, encryption, optOuts: config.optOuts, history }),
    giveBackChats: () => giveBackEnded(transact),
    finishErasures: () => finishErasures(database, transact, clock),
    rearm,
    rearmMs: parts.sweepSeconds && parts.sweepSeconds * 1000,
  });
  wakeUps.onReturn(() => {
    rearm().catch((error: unknown) =>
      log.warn({ err: error }, 'could not arm wake-ups again; the sweep will'),
    );
  });
  const delivering = closing.group();
  delivering.add(() => deliveries.close());
  closing.add(() => lanes.close());
  closing.add(() => sweep.close());
  const { retentionDays, historyDays } = config;
  const runners = [
    ...[campaigns, bursts, new RecurrenceRunner({ database, transact, clock, log })],
    new Retention({ database, clock, log, retentionDays, historyDays }),
    new SearchIndex({ database, clock, log }),
    new RoomWatch(database.room, clock, log, rearm),
  ];
  for (const runner of runners) closing.add(() => runner.close());
  return { transact, pacingSpeeds, deliveries, delivering, runners, lanes, sweep };
}
