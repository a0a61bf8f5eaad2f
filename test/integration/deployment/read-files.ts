import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const FOLDER = join(__dirname, '..', '..', '..', 'docs', 'deployment');

const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

/** The last stage of the Dockerfile: what a container is made from. */
export interface Image {
  environment: Record<string, string>;
  user: string;
  volumes: string[];
  /** With its arguments, as Docker starts it. */
  command: string[];
  healthCheck: string[];
  /** The paths of the repository that every stage copies. */
  copied: string[];
  base: string;
}

export function readImage(): Image {
  const lines = textOf('Dockerfile')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => /^(\w+)\s+(.*)$/.exec(line)!.slice(1) as [string, string]);
  const last = lines.slice(lines.map(([word]) => word).lastIndexOf('FROM'));
  const all = (word: string): string[] => last.flatMap(([first, rest]) => (first === word ? [rest] : []));
  const list = (word: string): string[] => JSON.parse(all(word)[0] ?? '[]') as string[];
  return {
    base: lines.find(([word]) => word === 'ARG')![1].replace(/^BASE=/, ''),
    environment: Object.fromEntries(
      all('ENV').flatMap((line) => line.split(/\s+/).map((pair) => pair.split(/=(.*)/s).slice(0, 2))),
    ) as Record<string, string>,
    user: all('USER')[0] ?? 'root',
    volumes: all('VOLUME'),
    command: [...list('ENTRYPOINT'), ...list('CMD')],
    healthCheck: JSON.parse(/CMD (\[.*\])/.exec(all('HEALTHCHECK')[0] ?? '')![1]!) as string[],
    copied: lines.flatMap(([word, rest]) =>
      word === 'COPY' && !rest.startsWith('--') ? rest.split(' ').slice(0, -1) : [],
    ),
  };
}

export interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string;
  environment?: Record<string, string>;
  read_only?: boolean;
  tmpfs?: string[];
  volumes?: string[];
  depends_on?: Record<string, unknown>;
  stop_grace_period?: string;
  deploy?: { replicas: number };
  configs?: { source: string }[];
}

export interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, null>;
  configs?: Record<string, { content: string }>;
}

/** @param values of the variables that the file asks for; those with a default may be left out */
export function readCompose(name: string, values: Record<string, string> = {}): Compose {
  const text = textOf(name).replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, variable: string, kind: string, rest: string) => {
      const value = values[variable] ?? (kind === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`${name} needs ${variable}.`);
      return value;
    },
  );
  return parse(text, { merge: true }) as Compose;
}

/** The variables that a compose file cannot do without. */
export function neededVariables(name: string): string[] {
  return [...new Set([...textOf(name).matchAll(/\$\{(\w+):\?/g)].map((match) => match[1]!))];
}

/** The settings of a systemd unit, by section and name; a name may come more than once. */
export function readUnit(name: string): Record<string, Record<string, string[]>> {
  const unit: Record<string, Record<string, string[]>> = {};
  let section: Record<string, string[]> = {};
  for (const line of textOf(name).split('\n')) {
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    if (header !== undefined) section = unit[header] = {};
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) (section[key] ??= []).push(value!);
  }
  return unit;
}
