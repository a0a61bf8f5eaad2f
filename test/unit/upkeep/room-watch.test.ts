import { DiskFull } from '../../../engine/store/sql/room';
import { RoomWatch } from '../../../engine/upkeep/room-watch';
import { FakeClock } from '../../support/clock/fake-clock';
import { silentLog } from '../../support/servers/silent-log';

it('says once that the disk is full, and wakes what has stopped once there is room', async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  let shortage: DiskFull | null = null;
  let woken = 0;
  const log = {
    ...silentLog,
    error: (_about: object, text: string) => void told.push(text),
    info: (_about: object, text: string) => void told.push(text),
  };
  const watch = new RoomWatch({ shortage: () => shortage }, clock, log, async () => void (woken += 1));
  watch.start();
  await clock.advanceAsync(3_000);
  expect([woken, told]).toEqual([0, []]);
  for (let round = 1; round <= 2; round += 1) {
    told.length = 0;
    shortage = new DiskFull('full');
    await clock.advanceAsync(5_000);
    expect([woken, told]).toEqual([round - 1, ['nothing is accepted or sent']]);
    shortage = null;
    await clock.advanceAsync(1_000);
    expect([woken, told[1]]).toEqual([round, 'the disk has room again']);
  }
  await watch.close();
  expect(clock.pending).toBe(0);
});
