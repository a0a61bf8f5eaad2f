import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ended, forkTypeScript, nextMessage } from '../servers/typescript-child';
import type { ProxySettings } from './proxy-settings';

/** A proxy in a process of its own, which can be killed and started again on the same port. */
export class ProxyProcess {
  /** What it connected to, in order. */
  readonly targets: { host: string; port: number }[] = [];
  private child: ChildProcess | null = null;

  private constructor(private readonly settings: ProxySettings) {}

  static async start(kind: ProxySettings['kind']): Promise<ProxyProcess> {
    const proxy = new ProxyProcess({ kind, port: 0, user: 'reseller-42', password: 'p@ss/w0rd:#1' });
    await proxy.run();
    return proxy;
  }

  /** Starts it, if it was killed. */
  async run(): Promise<void> {
    const child = forkTypeScript(join(__dirname, 'proxy-child.ts'), [JSON.stringify(this.settings)]);
    this.child = child;
    this.settings.port = (await nextMessage<{ listens: number }>(child)).listens;
    child.on('message', (target: { host: string; port: number }) => this.targets.push(target));
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child) return;
    child.kill('SIGKILL');
    await ended(child);
    this.child = null;
  }

  get password(): string {
    return this.settings.password;
  }

  /** @param password another than its own */
  url(password = this.settings.password): string {
    const { kind, port, user } = this.settings;
    return `${kind}://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  }
}
