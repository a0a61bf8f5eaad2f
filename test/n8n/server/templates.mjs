import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The workflows of docs/workflows, imported as a person does, with this credential, and with that of a model where there is
 * an AI agent.
 */
export function readTemplates(checkout, credential, openAi) {
  const folder = join(checkout, 'docs', 'workflows');
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(
    files.map((file) => {
      const workflow = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      for (const node of workflow.nodes) {
        if (openAi && node.type.endsWith('.lmChatOpenAi')) {
          node.credentials = { openAiApi: { id: openAi.id, name: openAi.name } };
        }
        if (!node.type.startsWith('n8n-nodes-blueticks.')) continue;
        node.credentials = { blueticksApi: { id: credential.id, name: credential.name } };
      }
      return [file.replace('.json', ''), workflow];
    }),
  );
}
