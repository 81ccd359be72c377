/**
 * A company's row of `/v1/companies`, made of its row of `/v2/portfolio`: for companies that the account's v1 list does not name,
 * or that upstream does not give. Names: bitsight-api.md, 4.1, 4.2 and 6, "v1 ↔ v2"; what only v1 knows is left out.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../wire/json.ts';

export function shortRow(listed: JsonObject): JsonObject {
  const { added_date: added, industry, sub_industry: subIndustry, subscription_type: subscription } = listed;
  return present({
    guid: listed.guid,
    custom_id: listed.custom_id,
    name: listed.name,
    shortname: listed.shortname,
    network_size_v4: listed.network_size_v4,
    rating: listed.rating,
    rating_date: listed.rating_date,
    date_added: added,
    industry: nameOf(industry),
    industry_slug: slugOf(industry),
    sub_industry: nameOf(subIndustry),
    sub_industry_slug: slugOf(subIndustry),
    type: Array.isArray(listed.type) ? listed.type.join(',') : listed.type,
    logo: listed.logo,
    sparkline: listed.sparkline,
    subscription_type: nameOf(subscription),
    subscription_type_key: slugOf(subscription),
    primary_domain: listed.primary_domain,
    display_url: listed.display_url,
  });
}

/** The fields that are known. */
function present(row: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

function nameOf(pair: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(pair) ? pair.name : pair;
}

function slugOf(pair: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(pair) ? pair.slug : pair;
}
