/** What is wrong with a value, as a stable word and as a sentence that names the fault and the mend. */
export interface Fault {
  code: string;
  message: string;
}
