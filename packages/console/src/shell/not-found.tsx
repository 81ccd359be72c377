/** A path that leads nowhere. */
import { Compass } from 'lucide-react';
import { useArrival } from '../browser/arrival.ts';
import { ButtonLink } from '../components/button.tsx';
import { EmptyState } from '../components/states.tsx';
import { LonePage } from './frame.tsx';

export function NotFound() {
  const heading = useArrival('Page not found');
  return (
    <LonePage>
      <h1 ref={heading} tabIndex={-1} className="sr-only">
        Page not found
      </h1>
      <EmptyState
        icon={Compass}
        title="Nothing in sight here"
        actions={<ButtonLink to="/">Overview</ButtonLink>}
      >
        There is no page at this address. It may have moved, or the link is incomplete.
      </EmptyState>
    </LonePage>
  );
}
