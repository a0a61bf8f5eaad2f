import {
  startEngine,
  type Answer,
  type Call,
  type StartOptions,
  type TestEngine,
} from '../../support/engine/start-engine';
import { ScriptedWhatsApp, type ScriptedLink } from '../../support/engine/scripted-whatsapp';
import { until } from '../../support/engine/until';

/** An engine for linked numbers, and the WhatsApp that it talks to. */
export interface LiveEngine extends TestEngine {
  whatsapp: ScriptedWhatsApp;
  /** Asks with a live key that may do everything. */
  live: Call;
  /** Makes a session whose link is open. */
  makeSession(name?: string): Promise<{ id: string; link: ScriptedLink }>;
  /** Makes a session and links a number. */
  linkNumber(phone: string, pushName?: string): Promise<{ id: string; link: ScriptedLink }>;
  /** Waits until the session is shown in this state. */
  inState(id: string, state: string): Promise<Answer['body']>;
}

export async function startLiveEngine(
  options: StartOptions = {},
  whatsapp = new ScriptedWhatsApp(),
): Promise<LiveEngine> {
  const parts = { ...options.parts, liveTransport: whatsapp.factory };
  const engine = await startEngine({ ...options, parts });
  const live = engine.callAs(await engine.engine.localKey('live'));

  async function inState(id: string, state: string): Promise<Answer['body']> {
    let seen = '';
    return until(`the session is ${state}`, async () => {
      const { body } = await live('GET', `/v1/sessions/${id}`);
      seen = body.state;
      return seen === state && body;
    });
  }

  async function makeSession(name?: string): Promise<{ id: string; link: ScriptedLink }> {
    const { status, body } = await live('POST', '/v1/sessions', name === undefined ? {} : { name });
    if (status !== 201) throw new Error(`No session could be made: ${JSON.stringify(body)}`);
    await until('a process opens it', () => whatsapp.isOpen(body.id));
    return { id: body.id, link: whatsapp.link(body.id) };
  }

  return {
    ...engine,
    whatsapp,
    live,
    inState,
    makeSession,
    async linkNumber(phone, pushName) {
      const made = await makeSession();
      await live('GET', `/v1/sessions/${made.id}/qr`);
      made.link.scan(phone, pushName);
      await inState(made.id, 'connected');
      return made;
    },
  };
}
