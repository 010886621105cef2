/**
 * One request of the demonstration, in order. `$name` in a path or body is what was saved under that name, `@user` the
 * subject of that demo user.
 */
export type Step = PostStep | UploadStep | ReadStep;

interface Asked {
  /** The demo user who asks. */
  readonly as: string;
}

interface PostStep extends Asked {
  readonly post: string;
  readonly body: object;
  /** Saves the id of the resource. */
  readonly save?: string;
  /** Saves the id of the newest member of this part of the resource, which the step added, instead of the resource's. */
  readonly newest?: 'issues' | 'offers';
}

interface UploadStep extends Asked {
  readonly put: string;
  readonly content: string;
}

interface ReadStep extends Asked {
  readonly get: string;
  readonly save: string;
  /** What is saved of the answer. */
  readonly member: string;
}
