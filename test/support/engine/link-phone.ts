import type { Call } from './start-engine';
import { until } from './until';

/** Links a phone of the simulator to a new session, made with these fields. @returns the session's id */
export async function linkPhone(
  live: Call,
  phone: { link(qr: string): Promise<unknown> },
  fields: object = {},
): Promise<string> {
  const { id } = (await live('POST', '/v1/sessions', fields)).body;
  const { qr } = await until('a code is shown', async () => {
    const { status, body } = await live('GET', `/v1/sessions/${id}/qr`);
    return status === 200 && body;
  });
  await phone.link(qr);
  await whenConnected(live, id);
  return id;
}

/** Resolves when a session is connected. */
export async function whenConnected(live: Call, id: string): Promise<void> {
  await until(
    'it is connected',
    async () => (await live('GET', `/v1/sessions/${id}`)).body.state === 'connected',
  );
}
