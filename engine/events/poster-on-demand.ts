import { lazy } from '../async/lazy';
import type { Poster, PosterOptions } from './post-event';

const postEvent = lazy<typeof import('./post-event')>(require, './post-event');

/** Loads the poster and its HTTP client with the first event, so that startup does not wait for them. */
export function posterOnDemand(options: PosterOptions): Poster {
  let poster: Poster | undefined;
  return {
    async post(event) {
      poster ??= postEvent().createPoster(options);
      return poster.post(event);
    },
    async close() {
      await poster?.close();
    },
  };
}
