import type { Clock } from '../async/clock';
import type { Mode } from '../domain/mode';
import { PROXY_FAULTS, type ProxyFaultWord } from '../domain/proxy-fault';
import { EngineError } from '../errors';
import type { Sql } from '../store/sql/database';
import type { AskOwner } from './ask-owner';
import { getSession, refuseSandbox } from './sessions';

/** What the owner of a session found out about its proxy. */
export interface ProxyTest {
  works: boolean;
  fault: ProxyFaultWord | null;
  /** For people. */
  message: string;
  /** Milliseconds. */
  took_ms: number;
}

/**
 * Has the owner of a session connect to WhatsApp's server through its proxy. Takes some seconds at most.
 * @throws EngineError `not_found`; `conflict` if there is no proxy; `unavailable` if no owner answers
 */
export async function testProxy(
  deps: { database: Sql; askOwner: AskOwner; clock: Clock },
  mode: Mode,
  id: string,
): Promise<ProxyTest> {
  const row = await getSession(deps.database, mode, id);
  refuseSandbox(mode);
  if (row.sealed_proxy === null) {
    throw new EngineError(
      'conflict',
      `The session has no proxy. Give it one with PATCH /v1/sessions/${id} {"proxy": "socks5://user:password@host:1080"}.`,
    );
  }
  const began = deps.clock.now();
  const { fault } = await deps.askOwner(id, { kind: 'test_proxy' });
  return {
    works: fault === null,
    fault,
    message: fault === null ? "WhatsApp's server answers through the proxy." : PROXY_FAULTS[fault],
    took_ms: deps.clock.now() - began,
  };
}
