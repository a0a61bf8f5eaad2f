import { appendFileSync, readFileSync } from 'node:fs';
import { systemClock, type Clock } from '../../../engine/async/clock';
import { readConfig, type Variable } from '../../../engine/config';
import { createEngine } from '../../../engine';
import { openDatabase } from '../../../engine/store/open-database';
import type { TransportFactory } from '../../../engine/transport/transport';
import { silentLog } from '../servers/silent-log';
import { lastCheckFile, type HandOver, type LastCheck } from './hand-overs';
import { dyingAt, type KillOrder } from './kill-points';

/** What the parent asks of an engine process, as JSON in its first argument. */
export interface EngineOrder {
  flags: Partial<Record<Variable, string>>;
  /** Every hand-over is appended here before it happens, so that the record survives a kill. */
  handOverFile: string;
  /** Empties the queue's tables in the embedded database before the engine starts. */
  wipeQueue?: boolean;
  /** A file with the milliseconds by which this process's clock is wrong, which may change while it runs. */
  clockSkewFile?: string;
  /** How long its leases last; the engine's usual time if absent. */
  leaseSeconds?: number;
  /** How long its lost wake-ups stay lost; the engine's usual time if absent. */
  sweepSeconds?: number;
  /** How long its deliveries are left to it when it has died; the engine's usual time if absent. */
  claimSeconds?: number;
  /** Where this process dies by itself. */
  killAt?: KillOrder;
}

/** What the process tells its parent once. */
export type StartOutcome = { url: string } | { error: { name: string; message: string } };

const order = JSON.parse(process.argv[2] as string) as EngineOrder;

/** Knows what is handed over, by whom and when; a single small write to a file opened for appending is whole. */
function recorded(factory: TransportFactory): TransportFactory {
  return (session, clock) => {
    const transport = factory(session, clock);
    const send = transport.send.bind(transport);
    transport.send = (message) => {
      const { wireId, chatId, content, mayGo } = message;
      const text = content.type === 'text' ? content.text : null;
      const line: HandOver = { wireId, chatId, text, pid: process.pid, at: Date.now() };
      appendFileSync(order.handOverFile, `${JSON.stringify(line)}\n`);
      if (!mayGo) return send(message);
      const asked = (): Promise<boolean> => {
        const check: LastCheck = { wireId, at: Date.now() };
        appendFileSync(lastCheckFile(order.handOverFile), `${JSON.stringify(check)}\n`);
        return mayGo();
      };
      return send({ ...message, mayGo: asked });
    };
    return transport;
  };
}

/** Timers run 40 times as fast, so that a test sees several sweeps; one that comes early must do no harm. */
function skewedClock(file: string): Clock {
  const skew = (): number => Number(readFileSync(file, 'utf8'));
  return {
    now: () => Date.now() + skew(),
    after: (delayMs, action) => systemClock.after(delayMs / 40, action),
  };
}

async function wipeQueue(dataDir: string): Promise<void> {
  const database = await openDatabase({ dataDir, databaseUrl: null, log: silentLog });
  const tables = await database.query<{ name: string }>(
    `SELECT format('bullmq.%I', tablename) AS name FROM pg_tables WHERE schemaname = 'bullmq' AND tablename <> 'migration'`,
  );
  await database.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`);
  await database.close();
}

async function main(): Promise<StartOutcome> {
  // How fast it may go is not what is put to the test.
  const config = readConfig({ BLUETICKS_PACING: 'off', ...order.flags }, {});
  if (order.wipeQueue) await wipeQueue(config.dataDir);
  const engine = await createEngine(config, {
    wrapTransport: (factory) => recorded(order.killAt ? dyingAt(order.killAt, factory) : factory),
    leaseSeconds: order.leaseSeconds,
    sweepSeconds: order.sweepSeconds,
    claimSeconds: order.claimSeconds,
    ...(order.clockSkewFile ? { clock: skewedClock(order.clockSkewFile) } : {}),
  });
  process.once('SIGTERM', () => void engine.close().then(() => process.exit(0)));
  return { url: engine.url };
}

main().then(
  (outcome) => process.send?.(outcome),
  ({ name, message }: Error) => process.send?.({ error: { name, message } }, () => process.exit(1)),
);
// A parent that is gone has no use for an engine.
process.once('disconnect', () => process.exit(0));
