import type pg from 'pg';
import { oldOf } from './beside.js';
import type { Projection } from './projection.js';

/**
 * The projections of which a view stands beside the one that serves, replaced by a rebuild and of this program's shape.
 * Those of another shape are fed by the processes of the older program, as long as there are any.
 */
export async function oldViewsOf(pool: pg.Pool, projections: readonly Projection[]): Promise<Projection[]> {
  const { rows } = await pool.query<{ name: string; shape: string }>(
    'SELECT name, shape FROM projections.checkpoints WHERE name = ANY ($1)',
    [projections.map(({ name }) => oldOf(name))],
  );
  const shapes = new Map(rows.map(({ name, shape }) => [name, shape]));
  return projections.filter(({ name, shape }) => shapes.get(oldOf(name)) === shape);
}
