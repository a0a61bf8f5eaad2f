import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import proving from '../../../dist/engine/data-folder/prove-engine.js';
import { until } from './until.mjs';

/** The engine that n8n started, found through its data folder and the system's processes. */
export class EngineProcess {
  constructor(dataDir) {
    this.dataDir = dataDir;
  }

  get file() {
    return JSON.parse(readFileSync(join(this.dataDir, 'engine.json'), 'utf8'));
  }

  /** The ids of all engine processes with this data folder. */
  running() {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          const program = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
          const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
          return (
            /engine\/cli\/main\.js/.test(program) &&
            environment.includes(`BLUETICKS_DATA_DIR=${this.dataDir}`)
          );
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  /** A test key of this engine, requested as n8n requests it. */
  async key() {
    const path = '/control/keys';
    const proven = await proving.proveEngine(this.file);
    const response = await fetch(this.file.url + path, {
      method: 'POST',
      headers: { authorization: proven.authorize('POST', path), 'content-type': 'application/json' },
      body: JSON.stringify({ mode: 'test' }),
    });
    return (await response.json()).api_key;
  }

  async ask(path, method = 'GET', body = undefined) {
    const key = await this.key();
    const response = await fetch(`${this.file.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return await response.json();
  }

  async stop() {
    for (const pid of this.running()) process.kill(pid, 'SIGTERM');
    await until('the engine has ended', () => this.running().length === 0, 20_000);
  }
}
