import type { EngineFile } from '../../../data-folder/engine-file';
import { isEarlyLogout } from '../../../domain/early-logout';
import type { LinkState } from '../../../domain/link-state';
import { maskPhone } from '../../../domain/mask';
import { controlClient, apiClient } from '../../engine/call-engine';
import { cloudOf, readMachine } from './cloud';
import { advice, bad, good, reasonOf, skipped, type Finding, type NamedFinding } from './finding';

/** What doctor looks at in a session. */
export interface SeenNumber {
  id: string;
  name: string | null;
  phone: string | null;
  state: LinkState;
  reason: string | null;
  /** Masked. */
  proxy: string | null;
}

/** What a test of a proxy found. */
export interface TestedProxy {
  works: boolean;
  /** What is wrong, and what to do. */
  message: string;
}

/** Where the numbers can be asked about: at a running engine, or in its database. */
export interface NumberSource {
  list(): Promise<SeenNumber[]>;
  testProxy(id: string): Promise<TestedProxy>;
}

const NAME = 'Linked numbers';

/** Whether the linked numbers are connected, and their proxies work. One finding for each with a problem. */
export async function checkNumbers(source: NumberSource | null): Promise<NamedFinding[]> {
  if (!source) return [{ name: NAME, ...skipped('known when the engine runs') }];
  const numbers = await source.list();
  if (numbers.length === 0) return [{ name: NAME, ...skipped('none is linked') }];
  const judged = await Promise.all(
    numbers.map(async (number) => ({ number, finding: await judge(number, source) })),
  );
  const problems = judged.flatMap(({ number, finding }) =>
    finding ? [{ name: `Number ${titleOf(number)}`, ...finding }] : [],
  );
  if (problems.length > 0) return problems;
  const proxies = numbers.filter(({ proxy }) => proxy !== null).length;
  const shown = proxies === 0 ? '' : `; ${proxies === 1 ? '1 proxy works' : `${proxies} proxies work`}`;
  return [{ name: NAME, ...good(`${numbers.length} without a problem${shown}`) }];
}

/** Null: nothing is wrong. */
async function judge(number: SeenNumber, source: NumberSource): Promise<Finding | null> {
  const { state, reason, proxy } = number;
  if (proxy !== null) {
    const test = await source.testProxy(number.id).catch((error: unknown) => ({
      works: false,
      message: `The proxy could not be tested: ${reasonOf(error)}. Try again when the engine runs.`,
    }));
    if (!test.works) return withFix(bad, `its proxy ${proxy}: ${test.message}`);
  }
  if (isEarlyLogout(reason)) return withFix(bad, `${reason}${cloudNote()}`);
  if (state === 'logged_out' || state === 'restricted' || (state === 'disconnected' && reason !== null))
    return withFix(
      advice,
      `${state.replace('_', ' ')}. ${reason ?? 'Look at it in n8n or with GET /v1/sessions.'}`,
    );
  return null;
}

/** The first sentence is what is wrong, the rest what to do. */
function withFix(make: (detail: string, fix: string) => Finding, text: string): Finding {
  const end = text.indexOf('. ');
  return end === -1
    ? make(text, 'Link the number again if it stays so.')
    : make(text.slice(0, end), text.slice(end + 2));
}

const titleOf = ({ name, phone, id }: SeenNumber): string => (phone && maskPhone(phone)) ?? name ?? id;

function cloudNote(): string {
  const cloud = cloudOf(readMachine());
  return cloud === null ? '' : ` This machine is a server at ${cloud}.`;
}

/** Asks a running engine. */
export function numbersOfEngine(engine: EngineFile): NumberSource {
  const { url } = engine;
  const control = controlClient(engine);
  const live = control<{ api_key: string }>('POST', '/keys', { mode: 'live' }).then(({ api_key: key }) =>
    apiClient(`${url}/v1`, key),
  );
  return {
    list: async () => (await (await live)<{ data: SeenNumber[] }>('GET', '/sessions?limit=200')).data,
    testProxy: async (id) => (await live)<TestedProxy>('POST', `/sessions/${id}/proxy/test`),
  };
}
