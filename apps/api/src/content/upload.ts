import { Inject } from '@nestjs/common';
import { Command, CommandHandler as Handles, type ICommandHandler } from '@nestjs/cqrs';
import type { Caller } from '#access';
import { type ContentStore, type Digest, DigestMismatch, type Stored } from '#content-store';
import { contentExpected, evidence, StoreContent, storeContent } from '#domain';
import { CommandHandler, type Receipt, Refused } from '#event-sourcing';
import { askedBy, type CommandRequest } from '../commands/carry-out.js';
import { RefusalRecord } from '../commands/refusal-record.js';
import { Permission } from '../permission.js';
import { notFound } from '../problems/problem.js';
import { isId, kindOf } from '../resources.js';
import { contentStoreToken } from '../tokens.js';

/** Content on its way in. */
export interface Incoming {
  /** Nothing is read of them before it is known that they may come. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly length: number;
  readonly signal: AbortSignal;
  /** Of a working copy; of the original without it. */
  readonly copyId: string | undefined;
  readonly fileName: string | undefined;
}

/** The content of an item of evidence, or of one of its working copies. */
export class UploadContent extends Command<Receipt> {
  constructor(
    readonly id: string,
    readonly incoming: Incoming,
    readonly caller: Caller,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

const action = 'UploadContent';
const kind = kindOf(evidence);

/**
 * Streams content into the store, and records it once it lies there intact. In between it may come to be refused, by a
 * quarantine for instance: then the bytes lie in the store under their digest and belong to nobody, and the next upload
 * of the same content finds them.
 */
@Handles(UploadContent)
export class UploadContentHandler implements ICommandHandler<UploadContent> {
  constructor(
    private readonly kernel: CommandHandler,
    private readonly permission: Permission,
    private readonly refusals: RefusalRecord,
    @Inject(contentStoreToken) private readonly store: ContentStore,
  ) {}

  async execute({ id, incoming, caller, request }: UploadContent): Promise<Receipt> {
    if (!isId(id)) throw notFound();
    const { copyId, fileName } = incoming;
    const asked = {
      useCase: storeContent,
      id,
      ...askedBy(caller, request),
      denies: (state: unknown) => this.permission.denial(caller, action, kind, state),
    };
    try {
      const stored = await this.#stored(id, incoming, caller);
      const command = Object.assign(new StoreContent(), {
        ...(copyId === undefined ? {} : { copyId }),
        ...(fileName === undefined ? {} : { fileName }),
        digest: stored.digest,
        digests: stored.digests,
        length: stored.length,
        blocks: stored.blocks,
        mediaType: stored.mediaType,
      });
      return await this.kernel.handle({ ...asked, command });
    } catch (error) {
      if (error instanceof Refused)
        await this.refusals.keep({ ...asked, command: new StoreContent() }, error.code, request.spanId);
      throw error;
    }
  }

  async #stored(
    id: string,
    { bytes, length, signal, copyId }: Incoming,
    caller: Caller,
  ): Promise<Stored & { readonly digests: readonly Digest[] }> {
    const digests = await this.kernel.inspect(evidence, id, ({ state }) => {
      this.permission.demand(caller, action, kind, state);
      return contentExpected(state, copyId);
    });
    if (digests === undefined) throw notFound();
    try {
      return { ...(await this.store.put(bytes, { digests, length }, signal)), digests };
    } catch (error) {
      if (error instanceof DigestMismatch) throw new Refused('content-differs', differencesIn(error));
      throw error;
    }
  }
}

/** Every digest that is another one, with what was computed. */
function differencesIn({ digests }: DigestMismatch): string {
  return digests
    .filter(({ expected, computed }) => expected !== computed)
    .map(({ algorithm, expected, computed }) => `${algorithm} is ${computed}, expected ${expected}`)
    .join('; ');
}
