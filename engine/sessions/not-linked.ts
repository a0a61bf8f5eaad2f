/** What to say where a key finds no number to send from. */
export const NOT_LINKED =
  'No WhatsApp number is linked. Link yours with: npx n8n-nodes-blueticks link ' +
  '(or POST /v1/sessions, then scan what GET /v1/sessions/{id}/qr shows). ' +
  'A test key (bt_test_…) needs none: it reaches simulated recipients.';
