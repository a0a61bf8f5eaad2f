import type { TransportFactory } from '../../../engine/transport/transport';

/** Moments of a message's way at which a process kills itself, as `kill -9` would. */
export const KILL_POINTS = [
  'before-claim',
  'after-claim',
  'after-wire-write',
  'before-ack-is-stored',
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** Between the storing of a number's new proxy and the moment when its owner reconnects by it. */
const BEFORE_NEW_PROXY = 'before-new-proxy';

/** Which passing of the point is the last. `after-wire-write` is seen by the simulator, and not by this process. */
export interface KillOrder {
  point: KillPoint | typeof BEFORE_NEW_PROXY;
  nth: number;
}

/** A transport whose process dies at the `nth` passing of `point`. */
export function dyingAt({ point, nth }: KillOrder, factory: TransportFactory): TransportFactory {
  let passed = 0;
  const pass = (at: KillOrder['point']): void => {
    if (at === point && ++passed === nth) process.kill(process.pid, 'SIGKILL');
  };
  return (session, clock) => {
    const transport = factory(session, clock);
    const send = transport.send.bind(transport);
    // Assigned, not proxied, so that an outer wrapper can assign its own over it.
    transport.send = async (message) => {
      pass('after-claim');
      const answer = await send(message);
      pass('before-ack-is-stored');
      return answer;
    };
    const useProxy = transport.useProxy?.bind(transport);
    transport.useProxy = async (url) => {
      pass(BEFORE_NEW_PROXY);
      await useProxy?.(url);
    };
    return new Proxy(transport, {
      get(target, name) {
        // A lane asks for the state right before it claims.
        if (name === 'state' && target.state === 'connected') pass('before-claim');
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
}
