import type { Log } from '../../../domain/log';
import type { SessionMemory } from '../../session-memory';
import type { Timers } from '../../../async/timers';
import type { Baileys } from '../baileys';
import { DeviceState } from './device-state';
import { DeviceSignal } from './signal-repository';

/** A device of this engine's: what it is, and what it seals and opens with. */
export interface Device {
  state: DeviceState;
  signal: DeviceSignal;
}

/** Makes a session's devices: the one that its memory holds, and fresh ones to be linked. */
export class Devices {
  constructor(
    private readonly baileys: Baileys,
    private readonly memory: SessionMemory,
    private readonly timers: Timers,
    private readonly log: Log,
    private readonly opened: (sealed: Uint8Array, open: () => Promise<Uint8Array>) => Promise<Uint8Array>,
  ) {}

  async load(): Promise<Device | null> {
    const state = await DeviceState.load(this.baileys, this.memory, this.timers, this.log);
    return state && this.of(state);
  }

  fresh(): Device {
    return this.of(DeviceState.fresh(this.baileys, this.memory, this.timers, this.log));
  }

  private of(state: DeviceState): Device {
    return { state, signal: new DeviceSignal(this.baileys, state, this.opened) };
  }
}
