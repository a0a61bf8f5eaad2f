/** The encryption key does not open what the database holds. */
export class WrongKey extends Error {
  override readonly name = 'WrongKey';

  /** @param where the key came from */
  constructor(where: string) {
    super(
      `${where} does not open what the database holds: that was encrypted with another key. ` +
        'Start the engine with the key that was used before. Without it, linked numbers and webhook secrets are lost.',
    );
  }
}
