/** The folder that holds the companies of a subscription; alerts of a company name it. Facts: bitsight-api.md, 4.6 and 5.3. */
import { guidOf, hashText } from './random.ts';

export interface SubscriptionFolder {
  readonly guid: string;
  readonly name: string;
}

export function subscriptionFolder(
  { subscription }: { readonly subscription: { readonly name: string; readonly slug: string } },
  seedKey: number,
): SubscriptionFolder {
  return { guid: guidOf(seedKey, hashText(subscription.slug)), name: subscription.name };
}
