import type { Format } from '../format.js';
import { syrianArchive } from './syrian-archive.js';
import { ucdpGed } from './ucdp-ged.js';

/** Every data set that can be imported. A new one is a file beside this one, and a line here. */
export const formats: readonly Format[] = [ucdpGed, syrianArchive];
