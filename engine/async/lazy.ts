/**
 * A module loaded on first use, so that startup does not wait for it:
 * `const postEvent = lazy<typeof import('./post-event')>(require, './post-event')`, later `postEvent().createPoster(…)`.
 * @param load the `require` of the calling file, which the path is relative to
 */
export function lazy<Module>(load: NodeJS.Require, path: string): () => Module {
  return () => load(path) as Module;
}
