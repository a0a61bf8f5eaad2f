import { until } from '../support/engine/until';
import { ChaosRun } from './chaos-run';
import { SeededRandom } from './seeded-random';

describe('a message whose hand-over was cut short by a kill', () => {
  it('goes again under its wire id and can be neither edited nor canceled meanwhile', async () => {
    // Slow enough that the kill comes between hand-over and answer.
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
      // And now so slow that all questions come before the repeat: it takes 15 s to connect.
      await run.engine.start({ flags: { BLUETICKS_SANDBOX_SPEED: '0.02' } });

      const shown = await run.client.call('GET', `/v1/messages/${made.id}`);
      expect(shown.body.status).toBe('queued');
      const path = `/v1/messages/${made.id}`;
      expect(await run.client.call('PATCH', path, { text: 'another' })).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid_request', message: expect.stringContaining('handed to WhatsApp') } },
      });
      expect((await run.client.call('DELETE', path)).status).toBe(409);
      expect((await run.client.call('POST', '/v1/messages/cancel', { to: input.to })).body.canceled).toBe(0);

      await until('it is handed over again', () => run.handOvers().length === 2, 60_000);
      const [first, second] = run.handOvers();
      expect(second).toMatchObject({ wireId: first!.wireId, text: 'as it was' });
      expect(second!.pid).not.toBe(first!.pid);
    } finally {
      await run.end();
    }
  }, 120_000);
});
