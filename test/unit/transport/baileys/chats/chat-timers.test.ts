import { ChatTimers } from '../../../../../engine/transport/baileys/chats/chat-timers';
import { SmallMemory } from '../small-memory';

const PHONE = '14155551234@c.us';
const LID = '200000000000001@lid';
const week = { seconds: 604_800, setAt: 5 };
const off = { seconds: 0, setAt: 6 };

describe('the timers of chats', () => {
  let memory: SmallMemory;
  beforeEach(() => void (memory = new SmallMemory()));

  it('are known to the next process', async () => {
    await new ChatTimers(memory).learn([{ names: [PHONE], timer: week }]);
    expect(await new ChatTimers(memory).of([PHONE])).toEqual(week);
    expect(await new ChatTimers(memory).of([LID])).toBeNull();
  });

  it('are the chat’s, by whichever name they were learned', async () => {
    const timers = new ChatTimers(memory);
    await timers.learn([{ names: [LID], timer: off }]);
    await timers.learn([{ names: [PHONE], timer: week }]);
    expect(await timers.of([PHONE, LID])).toEqual(off);
    expect(await new ChatTimers(memory).of([PHONE, LID])).toEqual(off);
  });

  it('are written only if they change', async () => {
    const timers = new ChatTimers(memory);
    await timers.learn([{ names: [PHONE], timer: week }]);
    const write = jest.spyOn(memory, 'write');
    await timers.learn([{ names: [PHONE], timer: week }]);
    await timers.learn([{ names: [PHONE], timer: { seconds: 1, setAt: 4 } }]);
    expect(write).not.toHaveBeenCalled();
    await timers.learn([{ names: [PHONE], timer: off }]);
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('learned at the same time are not lost', async () => {
    const timers = new ChatTimers(memory);
    await Promise.all([off, week].map((timer) => timers.learn([{ names: [PHONE], timer }])));
    expect(await timers.of([PHONE])).toEqual(off);
  });

  it('are stored again after they were deleted with the device', async () => {
    const timers = new ChatTimers(memory);
    await timers.learn([{ names: [PHONE], timer: week }]);
    await memory.forget();
    timers.forget();
    expect(await timers.of([PHONE])).toBeNull();
    await timers.learn([{ names: [PHONE], timer: week }]);
    expect(memory.values.size).toBe(1);
  });

  it('that are only supposed are forgotten with the process', async () => {
    const timers = new ChatTimers(memory);
    timers.suppose([PHONE], week);
    expect(await timers.of([PHONE])).toEqual(week);
    expect(memory.values.size).toBe(0);
  });
});
