/** Shown when a page takes longer to come than one would notice. */
import { SkeletonLines } from '../components/states.tsx';

export function Pending() {
  return (
    <div className="mx-auto w-full max-w-2xl px-4 py-10">
      <SkeletonLines lines={4} label="Loading the page" />
    </div>
  );
}
