declare const load: () => Promise<
  typeof import('@whiskeysockets/baileys', { with: { 'resolution-mode': 'import' } })
>;
export = load;
