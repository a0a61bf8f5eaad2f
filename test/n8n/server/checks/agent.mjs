import assert from 'node:assert/strict';
import { agentWith, blueticksTool, bookingAgent, gatedAgent, toAgent } from '../agents.mjs';
import { ScriptedModel } from '../scripted-model.mjs';

const DAY_MS = 86_400_000;

/** An AI agent that uses the Blueticks node as a tool, and asks a person before it does. The model follows a script. */
export async function agentChecks({ check, server, engine, credential }) {
  const model = new ScriptedModel((conversation) =>
    conversation.prompt === 'refund' ? refund(conversation) : book(conversation),
  );
  await model.start();
  try {
    const openAi = await server.createCredential('Model', { apiKey: 'none', url: model.url }, 'openAiApi');
    const parts = { credential, openAi };
    const run = async (name, [nodes, connections]) => {
      model.asked.length = 0;
      const workflow = await server.createWorkflow(name, nodes, connections);
      const { executionId } = await server.run(workflow, 'Start');
      const done = await server.finished(executionId, 60_000);
      assert.deepEqual(model.faults, []);
      assert.equal(done.status, 'success', done.error?.message);
      return done.output.Agent[0].output;
    };
    const about = async (reference) =>
      (await engine.ask(`/v1/scheduled-messages?reference=${reference}`)).data;

    await check('an AI agent runs a tool that a person approved with 👍', async () => {
      const said = await run('Approved', gatedAgent(parts, '+15005550009', 'approved-refund'));
      assert.match(said, /^Told: .*"text":"You get 12 EUR back"/);
      const [message] = await about('approved-refund');
      assert.equal(message.text, 'You get 12 EUR back');
    });

    await check(
      'a vote approves too, and a no keeps the tool from running and tells the model why',
      async () => {
        assert.match(await run('Voted', gatedAgent(parts, '+15005550008', 'voted-refund')), /^Told: /);
        assert.equal((await about('voted-refund')).length, 1);
        const said = await run('Refused', gatedAgent(parts, '+15005550017', 'refused-refund'));
        assert.match(said, /^Not told: .*no, too expensive/);
        assert.deepEqual(await about('refused-refund'), []);
        assert.equal(model.asked.length, 2);
      },
    );

    await check('an AI agent schedules, moves and cancels by reference', async () => {
      const said = await run('Booking', bookingAgent(parts));
      assert.match(said, /^Canceled: .*"canceled":1/);
      const [message] = await about('booking-7');
      assert.equal(message.status, 'canceled');
      const movedTo = Date.parse(message.send_at);
      assert.ok(Math.abs(movedTo - (Date.now() + 2 * DAY_MS)) < DAY_MS / 2, message.send_at);
    });

    await check('an AI agent asks a person, and gets the answer', async () => {
      const tool = blueticksTool('Ask', parts, {
        operation: 'sendAndWait',
        to: '+15005550004',
        text: 'Hello?',
      });
      const [nodes, connections] = agentWith(parts, 'refund', [tool]);
      connections.Ask = toAgent;
      model.script = ({ results }) => (results.length === 0 ? { tool: 'Ask', input: {} } : results[0]);
      assert.match(await run('Asking', [nodes, connections]), /"text":"yes"/);
    });
  } finally {
    model.stop();
  }
}

/** Calls the gated tool once, and says what came of it. */
function refund({ results }) {
  if (results.length === 0) return { tool: 'Refund', input: { text: 'You get 12 EUR back' } };
  return results[0].includes('provided feedback') ? `Not told: ${results[0]}` : `Told: ${results[0]}`;
}

/** Schedules a message, moves it by a day, and cancels it by its reference. */
function book({ results }) {
  const inDays = (days) => new Date(Date.now() + days * DAY_MS).toISOString();
  const reference = 'booking-7';
  if (results.length === 0) return { tool: 'Schedule', input: { reference, when: inDays(1) } };
  if (results.length === 1)
    return { tool: 'Move', input: { id: JSON.parse(results[0])[0].id, when: inDays(2) } };
  if (results.length === 2) return { tool: 'Cancel', input: { reference } };
  return `Canceled: ${results[2]}`;
}
