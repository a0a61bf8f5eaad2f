import { RecordedTransport } from '../../support/engine/recorded-transport';
import {
  startEngine,
  type Answer,
  type StartOptions,
  type TestEngine,
} from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';

/** The n-th of ten thousand people of the sandbox: delivered, not read. */
export const person = (index: number): string => `+1415555${String(index).padStart(4, '0')}`;
export const chatOf = (index: number): string => `${person(index).slice(1)}@c.us`;
/** Accepted, and never delivered. */
export const SILENT = '+15005550003';

/** People with a first name each: `Name 0`, `Name 1`, … */
export const people = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({
    to: person(from + index),
    variables: { first_name: `Name ${from + index}` },
  }));

/** An engine without pacing, with short words for what campaign tests do again and again. */
export interface CampaignWorld {
  engine: TestEngine;
  recorded: RecordedTransport;
  audience(contacts: object[]): Promise<string>;
  create(fields: object): Promise<Answer>;
  /** Creates one that must be accepted. */
  campaign(fields: object): Promise<Answer['body']>;
  get(id: string): Promise<Answer['body']>;
  steer(id: string, action: 'pause' | 'resume' | 'cancel'): Promise<Answer>;
  reaches(id: string, status: string): Promise<Answer['body']>;
  /** All messages of a campaign, in the order in which they were made. */
  messages(id: string): Promise<Answer['body'][]>;
  /** The same, once there are so many. */
  made(id: string, count: number): Promise<Answer['body'][]>;
}

export async function campaignWorld(options: StartOptions = {}): Promise<CampaignWorld> {
  const recorded = new RecordedTransport();
  const engine = await startEngine({
    ...options,
    flags: { BLUETICKS_PACING: 'off', ...options.flags },
    parts: { wrapTransport: recorded.wrap, ...options.parts },
  });
  return { recorded, engine, ...words(engine) };
}

function words(engine: TestEngine): Omit<CampaignWorld, 'engine' | 'recorded'> {
  const get = async (id: string) => (await engine.call('GET', `/v1/campaigns/${id}`)).body;
  const messages = async (id: string): Promise<Answer['body'][]> => {
    const all: Answer['body'][] = [];
    for (let cursor = ''; ;) {
      const path = `/v1/messages?limit=200&campaign_id=${id}${cursor}`;
      const { data, next_cursor: next } = (await engine.call('GET', path)).body;
      all.push(...data);
      if (next === null) return all.reverse();
      cursor = `&cursor=${next}`;
    }
  };
  const create = (fields: object) => engine.call('POST', '/v1/campaigns', { name: 'Spring', ...fields });
  return {
    get,
    create,
    async audience(contacts) {
      const { status, body } = await engine.call('POST', '/v1/audiences', { name: 'all', contacts });
      if (status !== 201) throw new Error(`No audience was made: ${JSON.stringify(body)}`);
      return body.id;
    },
    async campaign(fields) {
      const { status, body } = await create(fields);
      if (status !== 201) throw new Error(`No campaign was made: ${JSON.stringify(body)}`);
      return body;
    },
    steer: (id, action) => engine.call('POST', `/v1/campaigns/${id}/${action}`),
    reaches: (id, status) =>
      until(
        `campaign ${id} is ${status}`,
        async () => {
          const campaign = await get(id);
          return campaign.status === status && campaign;
        },
        25_000,
      ),
    messages,
    made: (id, count) =>
      until(
        `${count} messages are made`,
        async () => {
          const all = await messages(id);
          return all.length === count ? all : null;
        },
        25_000,
      ),
  };
}
