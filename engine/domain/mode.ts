/** Live data goes to WhatsApp, test data to the sandbox. No request crosses from one to the other. */
export type Mode = 'live' | 'test';
