/** How to find out that nobody changed the audit log: keep its head elsewhere, and check against it. */
import { useQuery } from '@tanstack/react-query';
import { auditHeadQuery } from '../../api/audit.ts';
import { Card } from '../../components/card.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { useCurrentUser } from '../../shell/current-user.ts';

export function AuditVerification() {
  const { organization } = useCurrentUser();
  const { data: head = null } = useQuery(auditHeadQuery(organization.id));
  return (
    <Card
      className="mt-6"
      title="Verify the log"
      description="Each row carries a MAC over its content and the row before. Keep the newest one, the head, away from this server; the command below then finds an edit, a gap and a cut end."
    >
      <CodeBlock
        label="Command"
        samples={[{ label: 'On the server', code: `sightline audit verify --head ${head ?? '<mac>'}` }]}
      />
      {head !== null && (
        <div className="mt-3 flex items-center gap-1">
          <p className="min-w-0 text-sm text-ink-faint">
            The newest row has the MAC <code className="font-mono break-all">{head}</code>
          </p>
          <CopyButton isIcon text={head} label="Copy MAC" />
        </div>
      )}
    </Card>
  );
}
