import type { Static, TSchema } from 'typebox';
import { type DataSource, type ObjectLiteral, QueryFailedError, type SelectQueryBuilder } from 'typeorm';
import { cursorOf, InvalidCursor, placeIn } from './cursor.js';
import type { ListDefinition, ListParameters } from './definition.js';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Goes on after the last item; null at the end. */
  readonly next: string | null;
}

/**
 * One page, by keyset: as fast on the last page as on the first, and rows that come or go meanwhile neither repeat nor
 * hide others. A row whose sort value changes meanwhile moves: it may come twice, or not at all. Throws `InvalidCursor`.
 */
export async function list<Row extends ObjectLiteral, Item extends TSchema>(
  dataSource: DataSource,
  definition: ListDefinition<Row, Item>,
  parameters: ListParameters,
  now = new Date(),
): Promise<Page<Static<Item>>> {
  const isDescending = parameters.sort.startsWith('-');
  const sort = definition.sorts[parameters.sort.replace(/^-/, '')];
  if (!sort) throw new Error(`${definition.name} has no sort ${parameters.sort}`);
  const { column } = definition.key;
  const direction = isDescending ? 'DESC' : 'ASC';
  const query = filtered(
    dataSource.getRepository(definition.row).createQueryBuilder('item'),
    definition,
    parameters,
  )
    .addSelect(`(${sort.expression})::text`, 'sort_value')
    .addSelect(`item.${column}::text`, 'key_value')
    .orderBy(sort.expression, direction)
    .addOrderBy(`item.${column}`, direction)
    .limit(parameters.limit + 1);
  if (parameters.cursor !== undefined) {
    const place = placeIn({ ...parameters, name: definition.name }, parameters.cursor);
    query.andWhere(
      `(${sort.expression}, item.${column}) ${isDescending ? '<' : '>'} ` +
        `(:sortValue::text::${sort.type}, :keyValue::text::${definition.key.type})`,
      { sortValue: place.sort, keyValue: place.key },
    );
  }
  const { entities, raw } = await found<Row>(query, parameters);
  const end = entities.length > parameters.limit ? raw[parameters.limit - 1] : undefined;
  return {
    items: entities.slice(0, parameters.limit).map((row) => definition.toItem(row, now)),
    next: end
      ? cursorOf({ ...parameters, name: definition.name }, { sort: end.sort_value, key: end.key_value })
      : null,
  };
}

function filtered<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
  { filters, searchable, visible }: ListDefinition<Row>,
  { filters: values, q, reader }: ListParameters,
): SelectQueryBuilder<Row> {
  query.setParameters(reader);
  if (visible !== undefined) query.andWhere(`(${visible})`);
  for (const [name, { condition }] of Object.entries(filters)) {
    const value = values[name];
    if (value !== undefined)
      query.andWhere(`(${condition.replaceAll(':value', `:${name}`)})`, { [name]: value });
  }
  if (searchable && q !== undefined)
    query.andWhere(`item.search @@ websearch_to_tsquery('simple', :q)`, { q });
  return query;
}

interface Keys {
  readonly sort_value: string;
  readonly key_value: string;
}

/** A cursor whose values PostgreSQL cannot read was tampered with; everything else in the query was checked before. */
async function found<Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>, { cursor }: ListParameters) {
  try {
    return await query.getRawAndEntities<Keys>();
  } catch (cause) {
    if (cursor !== undefined && cause instanceof QueryFailedError && /^22/.test(sqlState(cause)))
      throw new InvalidCursor('the cursor is damaged', { cause });
    throw cause;
  }
}

function sqlState({ driverError }: QueryFailedError): string {
  return 'code' in driverError && typeof driverError.code === 'string' ? driverError.code : '';
}
