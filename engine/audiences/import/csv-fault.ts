/** The file cannot be read from this line on. The message says what is wrong with the line. */
export class CsvFault extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
    this.name = 'CsvFault';
  }
}
