import { until } from '../support/engine/until';
import { ChaosRun } from './chaos-run';
import { SeededRandom } from './seeded-random';

describe('a message whose hand-over was cut short by a kill', () => {
  it('goes again under its wire id and can be neither edited nor canceled meanwhile', async () => {
    // Slow enough that the kill comes between hand-over and answer, and the question between start and repeat.
    const run = await ChaosRun.begin({
      random: new SeededRandom(1),
      flags: { BLUETICKS_SANDBOX_SPEED: '0.1' },
    });
    try {
      const input = { type: 'text', to: '+14155550123', text: 'as it was' };
      await until('the link is up', async () => {
        const { body } = await run.client.call('GET', '/v1/engines');
        return body.data[0].connected as boolean;
      });
      const { body: made } = await run.client.call('POST', '/v1/messages', input);
      await until('it is handed over', () => run.handOvers().length === 1);
      await run.engine.kill();
      await run.engine.start();

      const shown = await run.client.call('GET', `/v1/messages/${made.id}`);
      expect(shown.body.status).toBe('queued');
      const path = `/v1/messages/${made.id}`;
      expect(await run.client.call('PATCH', path, { text: 'another' })).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid_request', message: expect.stringContaining('handed to WhatsApp') } },
      });
      expect((await run.client.call('DELETE', path)).status).toBe(409);
      expect((await run.client.call('POST', '/v1/messages/cancel', { to: input.to })).body.canceled).toBe(0);

      await until('it is handed over again', () => run.handOvers().length === 2);
      const [first, second] = run.handOvers();
      expect(second).toMatchObject({ wireId: first!.wireId, text: 'as it was' });
      expect(second!.pid).not.toBe(first!.pid);
    } finally {
      await run.end();
    }
  }, 60_000);
});
