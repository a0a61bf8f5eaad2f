/** What to say where a live key finds no number to send from. */
export const NOT_LINKED =
  'No WhatsApp number is linked, and linking one is not in this version yet. ' +
  'A test key (bt_test_…) works today: it reaches simulated recipients.';
