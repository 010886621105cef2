/** One request of the demonstration, in order. `$name` in a path or body is the id of
 * the step saved under that name, `@user` the subject of that demo user. */
export interface Step {
  /** The demo user who asks. */
  readonly as: string;
  readonly post: string;
  readonly body: object;
  readonly save?: string;
  /** Saves the id of the newest member of this part of the resource, which the step added, instead of the resource's. */
  readonly newest?: 'issues';
}
