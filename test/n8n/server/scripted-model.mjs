import { createServer } from 'node:http';

/**
 * A model behind OpenAI's chat API that does what a script says: `script(conversation)` returns either a text or
 * `{tool, input}`. The conversation has the system prompt, the `prompt`, the names of the `tools`, and the `results` of the
 * calls so far, as texts.
 */
export class ScriptedModel {
  constructor(script) {
    this.script = script;
    /** Everything that the model was asked. */
    this.asked = [];
    this.faults = [];
    this.server = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => this.answer(Buffer.concat(chunks).toString('utf8'), response));
    });
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}/v1`;
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }

  answer(body, response) {
    let message;
    try {
      const { messages, tools = [] } = JSON.parse(body);
      const textsOf = (role) =>
        messages.filter((each) => each.role === role).map(({ content }) => text(content));
      const conversation = {
        prompt: textsOf('user').at(-1),
        tools: tools.map((tool) => tool.function),
        results: textsOf('tool'),
      };
      this.asked.push(conversation);
      message = messageOf(this.script(conversation), conversation);
    } catch (error) {
      this.faults.push(error);
      response.writeHead(500, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ error: { message: String(error) } }));
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        id: `chatcmpl-${this.asked.length}`,
        object: 'chat.completion',
        created: 1,
        model: 'scripted',
        choices: [{ index: 0, message, finish_reason: message.tool_calls ? 'tool_calls' : 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    );
  }
}

function messageOf(said, { tools, results }) {
  if (typeof said === 'string') return { role: 'assistant', content: said };
  const tool = tools.find(({ name }) => name === said.tool);
  if (!tool) throw new Error(`No tool ${said.tool} among ${tools.map(({ name }) => name).join(', ')}`);
  // A tool that a person reviews takes its input one level deeper.
  const isGated = 'toolParameters' in (tool.parameters?.properties ?? {});
  const input = isGated ? { toolParameters: said.input, hitlParameters: {} } : said.input;
  const call = { name: tool.name, arguments: JSON.stringify(input) };
  return {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: `call_${results.length + 1}`, type: 'function', function: call }],
  };
}

const text = (content) => (typeof content === 'string' ? content : content.map((part) => part.text).join(''));
