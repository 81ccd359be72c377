/**
 * A table of rows: sticky heads on wide screens, a card per row on narrow ones, with its loading, empty and error states and
 * the button that reads on. Give it the query of a list (`usePages`), or rows of your own.
 */
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Page, rowsOf } from '../api/paging.ts';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { ErrorState, Skeleton } from './states.tsx';

export interface Column<Row> {
  /** The head of the column, and the label beside the value on narrow screens. */
  head: string;
  cell: (row: Row) => ReactNode;
  align?: 'end';
  /** For the column of row actions: its head is for screen readers only. */
  isActions?: boolean;
  className?: string;
}

interface TableProps<Row> {
  /** What the rows are, for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  error?: unknown;
  retry?: () => void;
  /** Shown instead of the table when there are no rows. */
  empty: ReactNode;
  /** Older rows are shown while newer ones are read. */
  isStale?: boolean;
  /** Narrow cells, heads in two lines: for a table of many columns. */
  isCompact?: boolean;
  footer?: ReactNode;
}

const SKELETON_ROWS = ['first', 'second', 'third', 'fourth'];

export function Table<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, keyOf, error, retry, empty, isStale, isCompact, footer } = props;
  if (rows === undefined && error !== undefined && error !== null)
    return <ErrorState error={error} retry={retry} />;
  if (rows?.length === 0) return <>{empty}</>;
  return (
    <section
      aria-label={caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      // The heads stick to this box, so a long table scrolls in it and not with the page.
      className={classNames(
        'focus-visible:-outline-offset-2 sm:max-h-[calc(100dvh-8rem)] sm:overflow-auto',
        isStale === true && 'opacity-60 transition-opacity',
      )}
    >
      {/* The roles are said again, since the narrow layout takes them away from the elements. */}
      {/* biome-ignore-start lint/a11y/noRedundantRoles: see above */}
      <table
        role="table"
        aria-busy={rows === undefined}
        className={classNames(
          'w-full border-collapse text-left max-sm:block',
          isCompact === true && 'sm:text-[0.8667rem]',
        )}
      >
        <caption className="sr-only">{caption}</caption>
        <thead role="rowgroup" className="max-sm:sr-only">
          <tr role="row">
            {columns.map(column => (
              <th
                key={column.head}
                role="columnheader"
                scope="col"
                className={classNames(
                  // A line of its own: a border would stay behind when the head sticks.
                  'sticky top-0 z-10 bg-surface shadow-[inset_0_-1px_0_var(--line)] py-2.5 text-xs font-medium text-ink-faint first:pl-6 last:pr-6',
                  isCompact === true ? 'px-1.5 align-bottom' : 'px-4 whitespace-nowrap',
                  column.align === 'end' && 'text-right',
                )}
              >
                {column.isActions === true ? <span className="sr-only">{column.head}</span> : column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="max-sm:block">
          {rows === undefined
            ? SKELETON_ROWS.map(row => <SkeletonRow key={row} columns={columns} />)
            : rows.map(row => <BodyRow key={keyOf(row)} row={row} columns={columns} isCompact={isCompact} />)}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: see above */}
      {footer}
    </section>
  );
}

const ROW = 'border-b border-line last:border-b-0 max-sm:block max-sm:px-5 max-sm:py-3';
const CELL =
  'align-middle sm:py-3 sm:first:pl-6 sm:last:pr-6 max-sm:flex max-sm:items-baseline max-sm:gap-4 max-sm:py-1';

interface BodyRowProps<Row> {
  row: Row;
  columns: readonly Column<Row>[];
  isCompact: boolean | undefined;
}

function BodyRow<Row>({ row, columns, isCompact }: BodyRowProps<Row>) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: the narrow layout takes the element's own role away
    <tr role="row" className={classNames(ROW, 'transition-colors sm:hover:bg-hover/50')}>
      {columns.map(column => (
        <td
          key={column.head}
          // biome-ignore lint/a11y/noRedundantRoles: the narrow layout takes the element's own role away
          role="cell"
          className={classNames(
            CELL,
            isCompact === true ? 'sm:px-1.5' : 'sm:px-4',
            column.align === 'end' && 'sm:text-right',
            column.className,
          )}
        >
          {column.isActions !== true && (
            <span aria-hidden className="w-28 shrink-0 text-sm text-ink-faint sm:hidden">
              {column.head}
            </span>
          )}
          <div className="min-w-0 break-words">{column.cell(row)}</div>
        </td>
      ))}
    </tr>
  );
}

function SkeletonRow<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <tr className={ROW}>
      {columns.map(column => (
        <td key={column.head} className={classNames(CELL, 'sm:px-4')}>
          <Skeleton className="h-4 w-full max-w-40 min-w-12" />
        </td>
      ))}
    </tr>
  );
}

/** The part of a list's query a table needs. */
type PagesQuery<Row> = Pick<
  UseInfiniteQueryResult<{ pages: Page<Row>[] }>,
  | 'data'
  | 'error'
  | 'refetch'
  | 'fetchNextPage'
  | 'hasNextPage'
  | 'isFetchingNextPage'
  | 'isFetchNextPageError'
  | 'isPlaceholderData'
>;

type PagedTableProps<Row> = Pick<TableProps<Row>, 'caption' | 'columns' | 'keyOf' | 'empty' | 'isCompact'> & {
  query: PagesQuery<Row>;
};

/** A table over `useInfiniteQuery(pagesQuery(…))`: rows of the pages so far, and a button that reads on. */
export function PagedTable<Row>({ query, ...rest }: PagedTableProps<Row>) {
  return (
    <Table
      {...rest}
      rows={query.data === undefined ? undefined : rowsOf(query.data.pages, rest.keyOf)}
      error={query.error}
      retry={() => query.refetch()}
      isStale={query.isPlaceholderData}
      footer={<LoadMore query={query} />}
    />
  );
}

export function LoadMore<Row>({ query }: { query: PagesQuery<Row> }) {
  if (!query.hasNextPage) return null;
  return (
    <div className="flex items-center justify-center gap-3 border-t border-line px-5 py-3">
      {query.isFetchNextPageError && (
        <p role="alert" className="text-sm text-danger-ink">
          The next rows could not be read.
        </p>
      )}
      <Button look="quiet" size="sm" isBusy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
        Load more
      </Button>
    </div>
  );
}
