import { Closing } from '../async/closing';
import { removeEngineFile, writeEngineFile } from '../data-folder/engine-file';
import { VERSION } from '../version';
import { DELIVERIES_LANE } from '../webhooks/webhooks';
import type { Api } from './build-api';
import type { Sending } from './build-sending';
import type { OpenedParts } from './open-parts';

/** Starts everything, once the database is ready. @returns where the engine listens */
export async function startWorking(
  { config, clock, prepared, wakeUps }: OpenedParts,
  { deliveries, delivering, runners, lanes, sweep }: Sending,
  { server, senders, localKeys, controlToken }: Api,
  closing: Closing,
  tellAddress: (url: string) => void,
): Promise<string> {
  await prepared;
  await senders.open();
  await localKeys.endOld();
  const url = await server.listen({ host: config.host, port: config.port });
  tellAddress(config.publicUrl ?? url);
  delivering.add(await wakeUps.work(DELIVERIES_LANE, () => deliveries.wake()));
  await lanes.start();
  await sweep.start();
  for (const runner of runners) runner.start();
  writeEngineFile(config.dataDir, {
    url,
    pid: process.pid,
    version: VERSION,
    control_token: controlToken,
    started_at: new Date(clock.now()).toISOString(),
  });
  closing.addVital(() => removeEngineFile(config.dataDir));
  return url;
}
