/** Live keys use WhatsApp, test keys the sandbox. Neither sees the data of the other. */
export type Mode = 'live' | 'test';
