/** Sightline's sign: a line of sight over a horizon, with what matters on it. */

export function LogoMark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="8" className="fill-[#0b6e64]" />
      <path d="M6 21.5a10 10 0 0 1 20 0" fill="none" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
      <path d="M4 21.5h24" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
      <circle cx="16" cy="21.5" r="3.6" fill="#f2b84b" stroke="#0b6e64" strokeWidth="2" />
    </svg>
  );
}

export function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5">
      <LogoMark />
      <span className="text-[1.0667rem] font-semibold tracking-tight">Sightline</span>
    </span>
  );
}
