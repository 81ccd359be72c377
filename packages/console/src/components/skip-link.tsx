/** The first stop of the Tab key: past the navigation, to the content. */
export const CONTENT_ID = 'content';

export function SkipLink() {
  return (
    <a
      href={`#${CONTENT_ID}`}
      className="absolute top-2 left-2 z-70 -translate-y-20 rounded-md bg-accent px-4 py-2 font-medium text-on-accent focus:translate-y-0 focus:shadow-high"
    >
      Skip to content
    </a>
  );
}
