/** The first page: who is signed in, how the connections are, and what to do next. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { ArrowRight, BookOpen, Cable, KeyRound, type LucideIcon, ShieldCheck } from 'lucide-react';
import { type Connection, connectionsQuery } from '../../api/connections.ts';
import { can } from '../../api/permissions.ts';
import { Card } from '../../components/card.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { EmptyState } from '../../components/states.tsx';
import { type Column, PagedTable } from '../../components/table.tsx';
import { TEXT_LINK } from '../../components/text-link.tsx';
import { useCurrentUser } from '../../shell/current-user.ts';
import { connectionName, HealthBadge, StateBadge } from '../connections/connection-words.tsx';

export function Page() {
  const user = useCurrentUser();
  return (
    <>
      <PageHeader
        title="Overview"
        description={`Hello, ${user.friendly_name || user.formal_name}. You are ${user.role_name} of ${user.organization.name}.`}
      />
      <div className="flex flex-col gap-6">
        {can(user, 'connections.manage') && <Connections />}
        <NextSteps />
      </div>
    </>
  );
}

function Connections() {
  const { organization } = useCurrentUser();
  const connections = useInfiniteQuery(connectionsQuery(organization.id));
  return (
    <Card title="Connections" description="The Bitsight accounts that Sightline reads from." isFlush>
      <PagedTable
        caption="Connections and their health"
        columns={COLUMNS}
        query={connections}
        keyOf={connection => connection.id}
        empty={<NoConnections />}
      />
    </Card>
  );
}

function NoConnections() {
  return (
    <EmptyState icon={Cable} title="No account is connected yet">
      Connect a Bitsight account with its company API token. Sightline keeps the token encrypted, reads the
      account once, and serves the data from then on.
    </EmptyState>
  );
}

const COLUMNS: readonly Column<Connection>[] = [
  {
    head: 'Connection',
    cell: connection => (
      <Link to="/connections/$connection" params={{ connection: connection.id }} className={TEXT_LINK}>
        {connectionName(connection)}
      </Link>
    ),
  },
  {
    head: 'Health',
    cell: ({ health }) => (
      <>
        <HealthBadge health={health} />
        {health.status === 'UNHEALTHY' && (
          <p className="mt-1 max-w-prose text-sm text-ink-soft">{health.description}</p>
        )}
      </>
    ),
  },
  { head: 'State', cell: connection => <StateBadge state={connection.state} /> },
  { head: 'Last synced', cell: connection => <RelativeTime time={connection.last_synced_at} /> },
];

interface Step {
  icon: LucideIcon;
  title: string;
  text: string;
  to: string;
  /** A page of the server, outside of the console. */
  isServerPage?: boolean;
}

const STEPS: readonly Step[] = [
  {
    icon: Cable,
    title: 'Connect an account',
    text: 'Give Sightline one company API token of Bitsight.',
    to: '/connections',
  },
  {
    icon: KeyRound,
    title: 'Make API tokens',
    text: 'One for each tool, with no more rights than it needs.',
    to: '/settings/account/user-preferences',
  },
  {
    icon: ShieldCheck,
    title: 'Switch on two-factor',
    text: 'Protect your account with a code from your phone.',
    to: '/settings/account/two-factor',
  },
  {
    icon: BookOpen,
    title: 'Read the API reference',
    text: 'Every call, with examples to copy.',
    to: '/reference',
    isServerPage: true,
  },
];

function NextSteps() {
  const user = useCurrentUser();
  const mayConnect = can(user, 'connections.manage');
  const connections = useInfiniteQuery({
    ...connectionsQuery(user.organization.id),
    enabled: mayConnect,
  });
  // Offered only once it is known that there is none.
  const isUnconnected = connections.data?.pages[0]?.items.length === 0;
  const paths = Object.keys(useRouter().routesByPath);
  const steps = STEPS.filter(step => {
    if (step.to === '/connections' && !(mayConnect && isUnconnected)) return false;
    if (step.to === '/settings/account/two-factor' && user.mfa_enabled) return false;
    return step.isServerPage === true || paths.includes(step.to);
  });
  return (
    <section aria-labelledby="next-steps">
      <h2 id="next-steps" className="mb-3 text-base font-semibold">
        Next steps
      </h2>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {steps.map(step => (
          <li key={step.to}>
            <StepCard step={step} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function StepCard({ step }: { step: Step }) {
  const className =
    'group flex h-full items-start gap-3.5 rounded-lg border border-line bg-surface p-4 shadow-low transition-colors hover:border-edge';
  const content = (
    <>
      <span className="grid size-9 shrink-0 place-items-center rounded-md bg-accent-soft text-accent-ink">
        <step.icon size={18} aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{step.title}</span>
        <span className="block text-sm text-ink-soft">{step.text}</span>
      </span>
      <ArrowRight
        size={16}
        aria-hidden
        className="mt-1 shrink-0 text-ink-faint transition-transform group-hover:translate-x-0.5"
      />
    </>
  );
  return step.isServerPage === true ? (
    <a href={step.to} className={className}>
      {content}
    </a>
  ) : (
    <Link to={step.to} className={className}>
      {content}
    </Link>
  );
}
