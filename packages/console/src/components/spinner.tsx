/** A small sign that something is under way. Decoration: what is under way is said in text beside it. */
import { LoaderCircle } from 'lucide-react';

export function Spinner({ size = 16 }: { size?: number }) {
  return <LoaderCircle size={size} className="animate-spin" aria-hidden />;
}
