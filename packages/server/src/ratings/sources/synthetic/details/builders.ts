/** Which builder makes the details of which risk vector (slugs of bitsight-api.md, 5.1); a test walks the model's table against it. */
import {
  botnetInfections,
  malwareServers,
  potentiallyExploited,
  spamPropagation,
  unsolicitedCommunications,
} from './compromised.ts';
import { desktopSoftware, fileSharing, mobileSoftware } from './endpoints.ts';
import { dkim, dmarc, dnssec, spf } from './names-and-mail.ts';
import type { DetailsBuilder } from './scene.ts';
import { insecureSystems, openPorts, patchingCadence, serverSoftware } from './services.ts';
import { sslCertificates, sslConfigurations } from './tls.ts';
import { applicationSecurity, mobileApplicationSecurity, webAppsec } from './web.ts';

export const DETAILS_BUILDERS: Readonly<Record<string, DetailsBuilder>> = Object.freeze({
  botnet_infections: botnetInfections,
  spam_propagation: spamPropagation,
  malware_servers: malwareServers,
  unsolicited_comm: unsolicitedCommunications,
  potentially_exploited: potentiallyExploited,
  spf,
  dkim,
  ssl_certificates: sslCertificates,
  ssl_configurations: sslConfigurations,
  open_ports: openPorts,
  application_security: applicationSecurity,
  patching_cadence: patchingCadence,
  insecure_systems: insecureSystems,
  server_software: serverSoftware,
  desktop_software: desktopSoftware,
  mobile_software: mobileSoftware,
  dnssec,
  mobile_application_security: mobileApplicationSecurity,
  web_appsec: webAppsec,
  dmarc,
  file_sharing: fileSharing,
});
