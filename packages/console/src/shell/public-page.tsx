/** The frame of pages for those who are not signed in: what Sightline is on one side, one thing to do on the other. */
import type { ReactNode } from 'react';
import { useArrival } from '../browser/arrival.ts';
import { Logo, LogoMark } from '../components/logo.tsx';
import { SightlineArtwork } from './sightline-artwork.tsx';

interface PublicPageProps {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

export function PublicPage({ title, description, children }: PublicPageProps) {
  const heading = useArrival(title);
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <aside className="relative hidden overflow-hidden bg-[#07332e] text-white lg:flex lg:flex-col lg:justify-between lg:p-12">
        <SightlineArtwork />
        <p className="relative flex items-center gap-3 text-lg font-semibold tracking-tight">
          <LogoMark size={34} />
          Sightline
        </p>
        <div className="relative max-w-md">
          <p className="text-3xl leading-tight font-semibold tracking-tight text-balance">
            One admin token in. Many least-privilege tokens out.
          </p>
          <p className="mt-4 text-[#bfe0d9]">
            Third-party-risk data from Bitsight, synced once and served to every tool that needs a part of it.
          </p>
        </div>
      </aside>
      <main className="flex flex-col items-center px-5 py-8 sm:px-8 lg:justify-center lg:py-12">
        <p className="mb-12 w-full max-w-100 lg:hidden">
          <Logo />
        </p>
        <div className="w-full max-w-100">
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
            {title}
          </h1>
          {description !== undefined && <div className="mt-2 text-ink-soft">{description}</div>}
          <div className="mt-7">{children}</div>
        </div>
      </main>
    </div>
  );
}
