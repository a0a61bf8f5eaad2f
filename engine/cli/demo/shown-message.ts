/** A message as the API shows it; of its fields, those that the demo looks at. */
export interface ShownMessage {
  id: string;
  to: string;
  text: string | null;
  status: string;
  send_at: string | null;
  sent_at: string | null;
  read_at: string | null;
  canceled_at: string | null;
}
