/** The picture beside the sign-in form: rings of view over a horizon, companies on them, one line of sight. Decoration only. */

const RINGS = [90, 160, 240, 330, 430, 540];

/** Where the dots are: angle in degrees above the horizon, and the ring. */
const DOTS: readonly (readonly [angle: number, ring: number])[] = [
  [24, 160],
  [38, 330],
  [57, 240],
  [72, 430],
  [96, 160],
  [110, 330],
  [128, 240],
  [141, 430],
  [158, 330],
  [14, 430],
];

/** The dot the line of sight ends at. */
const SEEN = { angle: 64, ring: 330 };

function pointAt(angle: number, ring: number): { x: number; y: number } {
  const radians = (angle * Math.PI) / 180;
  return { x: 300 + ring * Math.cos(radians), y: 560 - ring * Math.sin(radians) };
}

export function SightlineArtwork() {
  const seen = pointAt(SEEN.angle, SEEN.ring);
  return (
    <svg
      viewBox="0 0 600 800"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      className="absolute inset-0 size-full"
    >
      <g fill="none" stroke="#9fd8cc" strokeOpacity="0.2">
        {RINGS.map(ring => (
          <path key={ring} d={`M${300 - ring} 560a${ring} ${ring} 0 0 1 ${ring * 2} 0`} />
        ))}
        <path d="M-200 560h1000" strokeOpacity="0.35" />
      </g>
      {DOTS.map(([angle, ring]) => {
        const { x, y } = pointAt(angle, ring);
        return <circle key={`${angle}-${ring}`} cx={x} cy={y} r="4" fill="#9fd8cc" fillOpacity="0.55" />;
      })}
      <path d={`M300 560L${seen.x} ${seen.y}`} stroke="#f2b84b" strokeWidth="1.5" strokeOpacity="0.9" />
      <circle cx={seen.x} cy={seen.y} r="14" fill="#f2b84b" fillOpacity="0.18" />
      <circle cx={seen.x} cy={seen.y} r="6" fill="#f2b84b" />
      <circle cx="300" cy="560" r="5" fill="#ffffff" />
      {/* The words below stand on a calm ground. */}
      <rect y="561" width="600" height="400" fill="#07332e" />
    </svg>
  );
}
