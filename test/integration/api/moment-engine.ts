import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** RFC 3339, so many milliseconds from now. */
export const iso = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** To somebody who never gets it, so that it stays as it is. */
export const text = { type: 'text', to: '+15005550003', text: 'See you tomorrow' };

/** An engine, with requests about messages that hang on moments. Each expects success. */
export class MomentEngine {
  private references = 0;

  private constructor(readonly engine: TestEngine) {}

  static async start(...options: Parameters<typeof startEngine>): Promise<MomentEngine> {
    return new MomentEngine(await startEngine(...options));
  }

  async ask(method: string, path: string, body?: object, expected = 200): Promise<Answer['body']> {
    const answer = await this.engine.call(method, path, body);
    expect([answer.status, answer.body.error]).toEqual([expected, undefined]);
    return answer.body;
  }

  create(sendAt: object | string, fields: object = {}): Promise<Answer['body']> {
    return this.ask('POST', '/v1/messages', { ...text, send_at: sendAt, ...fields }, 201);
  }

  get(id: string): Promise<Answer['body']> {
    return this.ask('GET', `/v1/messages/${id}`);
  }

  patch(id: string, body: object): Promise<Answer['body']> {
    return this.ask('PATCH', `/v1/messages/${id}`, body);
  }

  move(body: object): Promise<Answer['body']> {
    return this.ask('POST', '/v1/messages/move', body);
  }

  cancelAll(reference: string): Promise<Answer['body']> {
    return this.ask('POST', '/v1/messages/cancel', { reference });
  }

  newReference(): string {
    return `appointment-${(this.references += 1)}`;
  }
}
