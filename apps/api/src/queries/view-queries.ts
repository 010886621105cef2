import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type Answer, type Queries, ReadModels } from '#read-models';

/** One question to the read models, in the words of the read models. */
export type ViewQuestion<T> = (views: Queries) => Promise<Answer<T>>;

/** Any question to the read models. Who may ask it was settled before. */
export class AskViews<T> extends Query<Answer<T>> {
  constructor(readonly question: ViewQuestion<T>) {
    super();
  }
}

@QueryHandler(AskViews)
export class AskViewsHandler implements IQueryHandler<AskViews<unknown>> {
  constructor(private readonly readModels: ReadModels) {}

  execute({ question }: AskViews<unknown>): Promise<Answer<unknown>> {
    return question(this.readModels.queries);
  }
}
