import * as fc from 'fast-check';
import { v5 } from 'uuid';
import { derivedId } from '#event-sourcing';

test('derived ids are those of RFC 9562, section 5.5, in the namespace of stored events', () => {
  const namespace = '0b0d5b62-6a5a-5b0e-9c56-3f1d7f6f4c11';
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (parts) => {
      expect(derivedId(...parts)).toBe(v5(JSON.stringify(parts), namespace));
    }),
  );
});
