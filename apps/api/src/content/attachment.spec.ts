import { attachment } from './attachment.js';

test.each([
  ['video.mp4', `attachment; filename="video.mp4"; filename*=UTF-8''video.mp4`],
  [
    'відео 1.mp4',
    `attachment; filename="_____ 1.mp4"; filename*=UTF-8''%D0%B2%D1%96%D0%B4%D0%B5%D0%BE%201.mp4`,
  ],
  [`a"; filename=b`, `attachment; filename="a__ filename_b"; filename*=UTF-8''a%22%3B%20filename%3Db`],
  [`it's (1).txt`, `attachment; filename="it_s _1_.txt"; filename*=UTF-8''it%27s%20%281%29.txt`],
])('%s', (name, header) => {
  expect(attachment(name)).toBe(header);
});
