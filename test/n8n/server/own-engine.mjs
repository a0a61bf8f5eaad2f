import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EngineProcess } from './engine-process.mjs';
import { freePort } from './n8n-process.mjs';
import { until } from './until.mjs';

/** An engine that a person runs: `serve`, and a key from `keys create`. */
export class OwnEngine extends EngineProcess {
  /** `packageFolder` is the folder of the installed package. */
  constructor(packageFolder, dataDir, settings = {}) {
    super(dataDir);
    this.settings = settings;
    this.program = join(packageFolder, 'dist', 'engine', 'cli', 'main.js');
  }

  async start() {
    mkdirSync(this.dataDir, { recursive: true });
    this.env = {
      PATH: process.env.PATH,
      HOME: this.dataDir,
      BLUETICKS_DATA_DIR: this.dataDir,
      BLUETICKS_PORT: String(await freePort()),
      BLUETICKS_SANDBOX_SPEED: '4',
      BLUETICKS_PACING: 'off',
      ...this.settings,
    };
    spawn(process.execPath, [this.program, 'serve'], { env: this.env, stdio: 'ignore' });
    await until('the engine is ready', async () => {
      const answer = await fetch(`http://127.0.0.1:${this.env.BLUETICKS_PORT}/readyz`).catch(() => undefined);
      return answer?.ok;
    });
  }

  /** The data of a credential for this engine. */
  credential(mode = 'test') {
    const args = [this.program, 'keys', 'create', '--mode', mode, '--name', 'n8n', '--json'];
    const { key } = JSON.parse(execFileSync(process.execPath, args, { env: this.env }).toString('utf8'));
    this.apiKey = key;
    return { connection: 'url', baseUrl: this.file.url, apiKey: key };
  }

  /** The key of the credential, if there is one. */
  async key() {
    return this.apiKey ?? (await super.key());
  }
}
