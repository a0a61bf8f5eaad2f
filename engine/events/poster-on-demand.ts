import type { Poster, PosterOptions } from './post-event';

/** A poster that is loaded, with its HTTP client, when there is a first event to post: no start has to wait for it. */
export function posterOnDemand(options: PosterOptions): Poster {
  let poster: Poster | undefined;
  return {
    async post(event) {
      poster ??= load().createPoster(options);
      return poster.post(event);
    },
    async close() {
      await poster?.close();
    },
  };
}

function load(): typeof import('./post-event') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  return require('./post-event') as typeof import('./post-event');
}
