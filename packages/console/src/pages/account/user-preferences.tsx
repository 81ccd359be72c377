/** User Preferences: one's own API token and, for those who may, the company API tokens. `#user-api-token` and `#company-api-token` lead to them. */
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { myTokenQuery } from '../../api/my-token.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { useCan } from '../../shell/current-user.ts';
import { CompanyApiTokens } from './company-api-tokens.tsx';
import { ACCOUNT_TRAIL } from './trail.ts';
import { UserApiToken } from './user-api-token.tsx';

export function Page() {
  const mayRead = useCan('tokens.read');
  const mayManage = useCan('tokens.manage');
  return (
    <>
      <PageHeader
        title="User Preferences"
        trail={ACCOUNT_TRAIL}
        description="API tokens let programs and scripts use Sightline over HTTPS."
      />
      <div className="flex flex-col gap-6">
        <Section id="user-api-token">
          <UserApiToken />
        </Section>
        {(mayRead || mayManage) && (
          <Section id="company-api-token">
            <CompanyApiTokens mayManage={mayManage} />
          </Section>
        )}
      </div>
    </>
  );
}

function Section({ id, children }: { id: string; children: ReactNode }) {
  const section = useRef<HTMLDivElement>(null);
  // The sections move when the token above them has been read.
  const { isPending: isMoving } = useQuery(myTokenQuery);
  useAnchor(id, section, isMoving);
  return (
    <div ref={section} id={id} tabIndex={-1} className="scroll-mt-20 rounded-lg">
      {children}
    </div>
  );
}

/** Scrolls to the section and focuses it when the address names it: at arrival, once nothing moves any more, and later. */
function useAnchor(id: string, section: RefObject<HTMLElement | null>, isMoving: boolean): void {
  const { hash } = useLocation();
  useEffect(() => {
    if (hash !== id || isMoving) return;
    section.current?.scrollIntoView({ block: 'start' });
    section.current?.focus({ preventScroll: true });
  }, [hash, id, section, isMoving]);
}
