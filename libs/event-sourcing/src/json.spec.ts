import { canonicalJson, digestOf } from '#event-sourcing';

test('canonical JSON is the text of RFC 8785', () => {
  // Appendix of the RFC, section 3.2.3: members ordered by UTF-16 code units.
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew',
    '1': 'One',
    '\ud83d\ude00': 'Emoji',
    '\u0080': 'Control',
    '\u00f6': 'Latin',
  };
  expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toContain('One');
  const order = [...canonicalJson(value).matchAll(/:"(\w+)/g)].map(([, word]) => word);
  expect(order).toEqual(['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew']);
  expect(canonicalJson({ b: [1, 1e21, 0.000001, -0, null, true], a: { d: 'x"\n', c: {} } })).toBe(
    '{"a":{"c":{},"d":"x\\"\\n"},"b":[1,1e+21,0.000001,0,null,true]}',
  );
});

test('members that are undefined are not there, and list items are null, as JSON.stringify has it', () => {
  expect(canonicalJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
});

test('values that say the same have the same digest', () => {
  expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }));
  expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: '1' }));
});
