/**
 * Most bytes of one media file, whatever its kind. WhatsApp takes 16 MiB of image, video and audio, and more of a
 * document; one limit for all keeps what a message may hold in memory, and in the embedded store, small enough for a
 * machine that runs n8n beside it.
 */
export const MAX_MEDIA_BYTES = 16 * 1024 * 1024;

/** Time for one whole fetch, redirects included. */
export const MEDIA_TIMEOUT_MS = 30_000;
