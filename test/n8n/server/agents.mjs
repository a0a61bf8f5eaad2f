import { randomUUID } from 'node:crypto';

/** The connection of a tool to its agent. */
export const toAgent = { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] };

/** The Blueticks node as n8n offers it to agents: as a tool, or as a human review (`blueticksHitlTool`). */
export function blueticksTool(name, { credential }, parameters, type = 'blueticksTool') {
  return {
    id: randomUUID(),
    name,
    type: `n8n-nodes-blueticks.${type}`,
    typeVersion: 1,
    position: [200, 200],
    parameters: {
      toolDescription: name,
      descriptionType: 'manual',
      resource: 'message',
      ...parameters,
    },
    credentials: { blueticksApi: { id: credential.id, name: credential.name } },
  };
}

/** An agent with a model and these tools. */
export function agentWith({ openAi }, prompt, tools) {
  const node = (name, type, typeVersion, parameters, more = {}) => ({
    ...{ id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters },
    ...more,
  });
  const nodes = [
    node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
    node('Agent', '@n8n/n8n-nodes-langchain.agent', 3.1, { promptType: 'define', text: prompt, options: {} }),
    node(
      'Model',
      '@n8n/n8n-nodes-langchain.lmChatOpenAi',
      1.2,
      { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
      { credentials: { openAiApi: { id: openAi.id, name: openAi.name } } },
    ),
    ...tools,
  ];
  return [
    nodes,
    {
      Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
      Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
    },
  ];
}

/** An agent whose tool a person at `approver` has to approve. */
export function gatedAgent(parts, approver, reference) {
  const tool = blueticksTool('Refund', parts, {
    operation: 'send',
    to: '+15005550001',
    text: "={{ $fromAI('text', 'What to tell the customer') }}",
    options: { reference },
  });
  // Only what a person fills in: n8n fills in the rest.
  const to = { __rl: true, mode: 'number', value: approver };
  const review = blueticksTool('Review', parts, { to }, 'blueticksHitlTool');
  const [nodes, connections] = agentWith(parts, 'refund', [tool, review]);
  connections.Refund = { ai_tool: [[{ node: 'Review', type: 'ai_tool', index: 0 }]] };
  connections.Review = toAgent;
  return [nodes, connections];
}

/** An agent that can schedule, move and cancel messages. */
export function bookingAgent(parts) {
  const when = "={{ $fromAI('when', 'When to send it') }}";
  const reference = "={{ $fromAI('reference', 'What it is about') }}";
  const tools = [
    blueticksTool('Schedule', parts, {
      operation: 'schedule',
      to: '+15005550001',
      text: 'See you tomorrow',
      sendAt: when,
      options: { reference },
    }),
    blueticksTool('Move', parts, {
      operation: 'update',
      messageId: { __rl: true, mode: 'id', value: "={{ $fromAI('id', 'The id of the message') }}" },
      options: {},
      sendAt: when,
    }),
    blueticksTool('Cancel', parts, { operation: 'cancelMany', reference }),
  ];
  const [nodes, connections] = agentWith(parts, 'book', tools);
  for (const { name } of tools) connections[name] = toAgent;
  return [nodes, connections];
}
