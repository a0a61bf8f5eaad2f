import { until } from '../../support/engine/until';
import { Receiver } from '../events/receiver';
import { campaignWorld, people, SILENT, type CampaignWorld } from './campaign-world';

const TYPES = ['started', 'paused', 'resumed', 'completed', 'aborted'].map((what) => `campaign.${what}`);

let world: CampaignWorld;
let receiver: Receiver;
beforeAll(async () => {
  world = await campaignWorld();
  receiver = await new Receiver().start();
  await world.engine.call('POST', '/v1/webhooks', { url: receiver.url(), events: TYPES });
});
afterAll(async () => {
  await world.engine.close();
  await receiver.stop();
});

/** What was told of one campaign, in the order in which it happened. */
const told = (id: string) =>
  receiver.received
    .map(({ event }) => event)
    .filter(({ data }) => data['id'] === id)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
const toldAs = async (id: string, types: string[]) => {
  await until(`${types.length} events have come`, () => told(id).length >= types.length);
  expect(told(id).map(({ type }) => type)).toEqual(types.map((type) => `campaign.${type}`));
  return told(id).map(({ data }) => data);
};

it('emits start and completion once, with the campaign as it was then', async () => {
  const audience_id = await world.audience([...people(3), { to: SILENT }]);
  const made = await world.campaign({ audience_id, text: 'Hi {phone}' });
  const sent = await world.reaches(made.id, 'complete_sent');
  const [started, completed] = await toldAs(made.id, ['started', 'completed']);
  // What is still to come is not part of events.
  const { forecast, waiting_for: wait, ...campaign } = made;
  expect(wait).toBeNull();
  expect(forecast).toMatchObject({ contact_count: 4 });
  expect(started).toEqual(campaign);
  expect(completed).toMatchObject({
    status: 'complete_sent',
    total_count: 4,
    sent_count: 4,
    pending_count: 0,
    completed_at: sent.completed_at,
  });
});

it('emits completion once even if everything is delivered at once', async () => {
  const { id } = await world.campaign({ audience_id: await world.audience(people(2)), text: 'Hi' });
  const done = await world.reaches(id, 'complete_delivered');
  const [, completed] = await toldAs(id, ['started', 'completed']);
  expect(completed!['completed_at']).toBe(done.completed_at);
  // A round of the runner later nothing more has been told.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await toldAs(id, ['started', 'completed']);
});

it('emits pause, resume and cancel', async () => {
  const clock = (ms: number) => new Date(Date.now() + ms).toISOString().slice(11, 16);
  const send_window = { start: clock(3_600_000), end: clock(7_200_000), timezone: 'UTC' };
  const audience_id = await world.audience(people(2));
  const { id } = await world.campaign({ audience_id, text: 'Hi', send_window });
  await until('they are made', async () => (await world.messages(id)).length === 2);
  const answers = [];
  for (const action of ['pause', 'resume', 'cancel'] as const) {
    const { waiting_for: _wait, ...answer } = (await world.steer(id, action)).body;
    answers.push(answer);
  }
  const [, ...rest] = await toldAs(id, ['started', 'paused', 'resumed', 'aborted']);
  expect(rest).toEqual(answers);
  expect(rest.map((data) => [data['status'], data['pending_count'], data['canceled_count']])).toEqual([
    ['paused', 2, 0],
    ['running', 2, 0],
    ['aborted', 0, 2],
  ]);
});
