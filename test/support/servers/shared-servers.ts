/*
 * PostgreSQL and Redis for the tests: one of each for the whole run, started when a test asks for it first. Tests
 * share the servers and not what is in them: take a database of your own with `freshDatabase`.
 */

const answers = new Map<string, Promise<string>>();

/** @returns the URL of PostgreSQL's database `postgres`, for its superuser */
export function sharedPostgres(): Promise<string> {
  return ask('postgres');
}

/** @returns the URL of Redis */
export function sharedRedis(): Promise<string> {
  return ask('redis');
}

/** @returns the path of an archive (.tar.gz) of an empty embedded database that has all tables */
export function embeddedDatabaseArchive(): Promise<string> {
  return ask('embedded-database');
}

function ask(name: string): Promise<string> {
  const known = answers.get(name) ?? request(name);
  answers.set(name, known);
  return known;
}

async function request(name: string): Promise<string> {
  const starter = process.env['TEST_SERVERS'];
  if (starter === undefined) {
    throw new Error(`This Jest project has no ${name}. Move the test to a project that has globalSetup.`);
  }
  const response = await fetch(`${starter}/${name}`, { headers: { connection: 'close' } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${name} did not start: ${text}`);
  return text;
}
