/** Remembers every route, so that a path which exists under other methods is answered 405 and not 404. */
export class AllowedMethods {
  private readonly routes: { pattern: RegExp; methods: string[] }[] = [];

  add(url: string, method: string | string[]): void {
    const path = url.replace(/\/$/, '').replace(/:[^/]+/g, '[^/]+');
    const pattern = new RegExp(`^${path || '/'}/?$`);
    this.routes.push({ pattern, methods: [method].flat() });
  }

  /** The methods that this path takes; empty when there is no such path. */
  of(url: string): string[] {
    const path = url.split('?')[0] ?? '';
    const methods = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}
