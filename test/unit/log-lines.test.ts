import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const root = join(__dirname, '../../engine');

/** What a line may say. An id has the same name in every line, the one that it has in the API. */
const FIELDS = new Set([
  // ids
  'session_id',
  'message_id',
  'event_id',
  'delivery_id',
  'webhook_id',
  'wire_id',
  // what went wrong
  'err',
  'error',
  'fault',
  // short words and numbers
  'again',
  'changes',
  'event',
  'kind',
  'lane',
  'messages',
  'mode',
  'phone',
  'policy',
  'removed',
  'route',
  'slowdown',
]);

/** Lines about one of these name all that they hang on. */
const TOGETHER: Record<string, string[]> = {
  message_id: ['session_id'],
  delivery_id: ['event_id', 'webhook_id'],
};

interface Line {
  where: string;
  fields: string[];
}

/** Every call of a log in the engine, with the names of its fields. Fields that are spread in are not seen. */
function logLines(): Line[] {
  const lines: Line[] = [];
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(root, file), 'utf8');
    if (!/\blog\.(info|warn|error)\(/.test(text)) continue;
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
        const { name, expression } = node.expression;
        const [fields] = node.arguments;
        const isLog = /(^|\.)log$/.test(expression.getText()) && /^(info|warn|error)$/.test(name.text);
        if (isLog && fields && ts.isObjectLiteralExpression(fields)) {
          const { line } = source.getLineAndCharacterOfPosition(node.getStart());
          const names = fields.properties.flatMap((property) => property.name?.getText() ?? []);
          lines.push({ where: `${file}:${line + 1}`, fields: names });
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return lines;
}

const lines = logLines();

it('finds the lines of the log', () => {
  expect(lines.length).toBeGreaterThan(40);
});

it('calls every field of a log line by one of the agreed names', () => {
  const others = lines.flatMap(({ where, fields }) =>
    fields.filter((name) => !FIELDS.has(name)).map((name) => `${where}: ${name}`),
  );
  expect(others).toEqual([]);
});

it('names all ids that belong together', () => {
  const missing = lines.flatMap(({ where, fields }) =>
    fields.flatMap((name) =>
      (TOGETHER[name] ?? []).filter((also) => !fields.includes(also)).map((also) => `${where}: ${also}`),
    ),
  );
  expect(missing).toEqual([]);
});
