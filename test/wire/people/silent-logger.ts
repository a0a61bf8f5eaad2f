const nothing = (): void => undefined;

/** A logger in the shape that Baileys wants and that says nothing. */
export const silentLogger = {
  level: 'silent',
  child: () => silentLogger,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
