import { acceptedType } from '../../../engine/api/accepted-type';

const JSON_TYPE = 'application/json';
const OFFERED = [JSON_TYPE, 'image/png', 'image/svg+xml'] as const;

it.each([
  [undefined, JSON_TYPE],
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['image/png', 'image/png'],
  ['IMAGE/PNG', 'image/png'],
  ['image/svg+xml', 'image/svg+xml'],
  ['image/*', 'image/png'],
  ['image/svg+xml, image/png;q=0.5', 'image/svg+xml'],
  ['image/svg+xml;q=0.2, image/png;q=0.5', 'image/png'],
  ['image/png;q=0, image/*', 'image/svg+xml'],
  ['text/html,application/xhtml+xml,image/avif,image/webp,*/*;q=0.8', JSON_TYPE],
  ['image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5', 'image/png'],
  ['image/png;q=nonsense', JSON_TYPE],
  ['image/png;q=2', JSON_TYPE],
  ['text/html', JSON_TYPE],
])('Accept: %s gets %s', (accept, type) => {
  expect(acceptedType(accept, OFFERED)).toBe(type);
});
