import { expectEnvelope, expectFault, type BadInput } from '../../support/engine/refusal';
import type { Answer } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { DAY, HOUR, iso, MomentEngine, text } from './moment-engine';

let world: MomentEngine;
beforeAll(async () => void (world = await MomentEngine.start()));
afterAll(() => world?.engine.close());

const day = { before: 'P1D', of: iso(3 * DAY) };

/** What a move answers, in short. */
const outcomes = (moved: Answer['body']) =>
  Object.fromEntries(
    [...moved.moved, ...moved.skipped, ...moved.not_moved].map(({ id, outcome }) => [id, outcome]),
  );

describe('a move', () => {
  it('moves all that hang on the moment, and says what happened to each', async () => {
    const reference = world.newReference();
    const of = iso(10 * DAY);
    const reminder = await world.create({ before: 'P1D', of }, { reference });
    const thanks = await world.create({ after: 'PT2H', of }, { reference });
    const soon = await world.create({ before: 'P3D', of, if_past: 'skip' }, { reference });
    const now = await world.create(
      { before: 'P9D', of, if_past: 'send_now' },
      { reference, to: '+15005550001' },
    );
    const plain = await world.create(of, { reference });
    const canceled = await world.create({ before: 'P2D', of }, { reference });
    await world.ask('DELETE', `/v1/messages/${canceled.id}`);
    const other = await world.create({ before: 'P1D', of }, { reference: world.newReference() });

    const next = iso(2 * DAY);
    const shift = Date.parse(next) - Date.parse(of);
    const answer = await world.move({ reference, of: next });
    expect(outcomes(answer)).toEqual({
      [reminder.id]: 'moved',
      [thanks.id]: 'moved',
      [soon.id]: 'skipped',
      [now.id]: 'sent_now',
      [plain.id]: 'no_moment',
      [canceled.id]: 'canceled',
    });
    expect(answer.moved[0]).toEqual({
      ...{ id: reminder.id, to: text.to, status: 'scheduled', outcome: 'moved' },
      send_at: new Date(Date.parse(reminder.send_at) + shift).toISOString(),
    });
    expect(await world.get(reminder.id)).toMatchObject({ expires_at: next, moment: { of: next } });
    expect(await world.get(thanks.id)).toMatchObject({
      send_at: new Date(Date.parse(next) + 2 * HOUR).toISOString(),
    });
    expect(await world.get(soon.id)).toMatchObject({
      status: 'canceled',
      moment: { of: next, skipped: true },
    });
    expect(await world.get(plain.id)).toEqual(plain);
    expect(await world.get(other.id)).toEqual(other);
    await until('the one for now is read', async () => (await world.get(now.id)).status === 'read');

    const again = await world.ask('POST', '/v1/scheduled-messages/move', { reference, of: next });
    expect(outcomes(again)).toEqual({
      ...outcomes(answer),
      ...{ [reminder.id]: 'unchanged', [thanks.id]: 'unchanged', [now.id]: 'already_sent' },
    });
  });

  it('moves the expiry by as much', async () => {
    const reference = world.newReference();
    const of = iso(3 * DAY);
    const late = new Date(Date.parse(of) + HOUR).toISOString();
    const { id } = await world.create({ before: 'P1D', of }, { reference, expires_at: late });
    await world.move({ reference, of: iso(10 * DAY) });
    const { moment, expires_at: expiresAt } = await world.get(id);
    expect(Date.parse(expiresAt) - Date.parse(moment.of)).toBe(HOUR);
  });

  it('moves nothing if one of them would be late and refuses that, and names it', async () => {
    const reference = world.newReference();
    const of = iso(10 * DAY);
    const day = await world.create({ before: 'P1D', of }, { reference });
    const week = await world.create({ before: 'P1W', of }, { reference });
    const answer = await world.engine.call('POST', '/v1/messages/move', { reference, of: iso(3 * DAY) });
    expectFault(
      answer,
      'of',
      'too_soon',
      /^does not fit msg_.+: its send_at would be .+Z, which is in the past\. Use a later/,
    );
    expect(answer.body.error.details).toHaveLength(1);
    expect(answer.body.error.message).toContain(week.id);
    expect([await world.get(day.id), await world.get(week.id)]).toEqual([day, week]);
  });

  it('brings back what was skipped, once its time is ahead again', async () => {
    const reference = world.newReference();
    const { id } = await world.create({ before: 'P1D', of: iso(HOUR), if_past: 'skip' }, { reference });
    expect(outcomes(await world.move({ reference, of: iso(2 * HOUR) }))).toEqual({ [id]: 'skipped' });
    const of = iso(5 * DAY);
    expect(outcomes(await world.move({ reference, of }))).toEqual({ [id]: 'resumed' });
    expect(await world.get(id)).toMatchObject({ status: 'scheduled', canceled_at: null, expires_at: of });
  });

  it.each([
    ['by its reference', (reference: string) => world.cancelAll(reference)],
    ['alone', (_reference: string, id: string) => world.ask('POST', `/v1/messages/${id}/cancel`)],
  ])('does not bring back what was skipped and then canceled %s', async (_how, cancel) => {
    const reference = world.newReference();
    const { id } = await world.create({ before: 'P1D', of: iso(HOUR), if_past: 'skip' }, { reference });
    await cancel(reference, id);
    expect(await world.get(id)).toMatchObject({ status: 'canceled', moment: { skipped: false } });
    expect(outcomes(await world.move({ reference, of: iso(5 * DAY) }))).toEqual({ [id]: 'canceled' });
  });

  it('does not bring back what the person has answered meanwhile', async () => {
    const reference = world.newReference();
    const to = '+15005550004';
    const skipped = { before: 'P1D', of: iso(HOUR), if_past: 'skip' };
    const { id } = await world.create(skipped, { reference, to, cancel_on_reply: true });
    const pending = await world.create(iso(DAY), { to, cancel_on_reply: true });
    await world.ask('POST', '/v1/messages', { ...text, to }, 201);
    await until('the person answers', async () => (await world.get(pending.id)).status === 'canceled');
    expect(outcomes(await world.move({ reference, of: iso(5 * DAY) }))).toEqual({ [id]: 'canceled' });
    expect(await world.get(id)).toMatchObject({ moment: { skipped: false } });
  });

  it('asks which of several moments moves', async () => {
    const reference = world.newReference();
    const [start, end, next] = [iso(3 * DAY), iso(4 * DAY), iso(6 * DAY)] as const;
    const before = await world.create({ before: 'P1D', of: start }, { reference });
    const after = await world.create({ after: 'P1D', of: end }, { reference });
    const answer = await world.engine.call('POST', '/v1/messages/move', { reference, of: next });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
    expectEnvelope(answer);
    expect(answer.body.error.message).toContain(
      `hang on 2 moments: ${start}, ${end}. Say in was which one moves`,
    );
    const moved = await world.move({ reference, of: next, was: end });
    expect(outcomes(moved)).toEqual({ [after.id]: 'moved', [before.id]: 'another_moment' });
    expect(await world.get(before.id)).toEqual(before);
  });

  it('moves nothing if nothing has the reference, and nothing of other keys', async () => {
    const none = { moved: [], skipped: [], not_moved: [] };
    expect(await world.move({ reference: 'nobody', of: iso(DAY) })).toEqual(none);
    const reference = world.newReference();
    await world.create(day, { reference });
    const { key } = await world.engine.createKey('live', ['messages:write']);
    const answer = await world.engine.callAs(key)('POST', '/v1/messages/move', { reference, of: iso(DAY) });
    expect(answer.body).toEqual(none);
    const reader = await world.engine.createKey('test', ['messages:read']);
    const refused = await world.engine.callAs(reader.key)('POST', '/v1/messages/move', {
      reference,
      of: iso(DAY),
    });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'permission_denied']);
  });

  it.each<BadInput>([
    [{ of: iso(DAY) }, 'reference', 'required', 'is required. Send a string.'],
    [{ reference: 'x' }, 'of', 'required', 'is required. Send a string.'],
    [{ reference: 'x', of: 'tomorrow' }, 'of', 'invalid_time', /RFC 3339/],
    [{ reference: 'x', of: iso(DAY), was: 'x' }, 'was', 'invalid_time', /RFC 3339/],
    [{ reference: '', of: 'x' }, 'reference', 'too_small', 'must not be empty'],
  ])('refuses %j', async (body, path, code, says) => {
    expectFault(await world.engine.call('POST', '/v1/messages/move', body), path, code, says);
  });
});
