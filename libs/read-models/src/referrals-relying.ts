import type { DataSource } from 'typeorm';
import { referralTrackerName } from './referral-tracker.js';

/** The transmitted referrals whose recipients may still call a witness, by id, oldest first. */
export async function referralsReliedUpon(dataSource: DataSource, witnessId: string): Promise<string[]> {
  const rows = await dataSource.query<{ id: string }[]>(
    `SELECT id FROM ${referralTrackerName}.referrals
     WHERE relied_upon @> ARRAY[$1::uuid] ORDER BY transmitted_at, id`,
    [witnessId],
  );
  return rows.map(({ id }) => id);
}
