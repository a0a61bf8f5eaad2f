/** What is wrong with a value: a stable code, and a message that says what is wrong and how to fix it. */
export interface Fault {
  code: string;
  message: string;
}
