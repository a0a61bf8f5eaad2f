const nothing = (): void => undefined;

/** A logger in the shape that Baileys wants. It says nothing: Baileys' lines hold keys, numbers and whole stanzas. */
export const silentLogger = {
  level: 'silent',
  child: () => silentLogger,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
