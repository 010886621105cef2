/** Where and when the invented events took place. */

export const village = {
  name: 'Lesna, Osa district',
  country: 'XX',
  precision: 'locality',
  coordinates: { latitude: 0.1834, longitude: -29.5127 },
  radiusMeters: 1500,
};
export const town = {
  name: 'Veldara, Osa district',
  country: 'XX',
  precision: 'district',
  coordinates: { latitude: 0.2511, longitude: -29.4402 },
  radiusMeters: 12_000,
};
export const day = { start: '2025-02-11', end: '2025-02-11', precision: 'day' };
export const february = { start: '2025-02-01', end: '2025-02-28', precision: 'month' };
