/** How the local authority is trusted on each system, and what one client at a time is told instead. */

export interface TrustSteps {
  on: string;
  steps: readonly string[];
}

/** Steps for whole systems and for browsers, with the path of the authority's certificate in them. */
export function trustSteps(caFile: string): TrustSteps[] {
  const file = shellQuoted(caFile);
  return [
    {
      on: 'Debian, Ubuntu',
      steps: [
        `sudo cp ${file} /usr/local/share/ca-certificates/sightline.crt`,
        'sudo update-ca-certificates',
      ],
    },
    {
      on: 'Fedora, RHEL',
      steps: [`sudo cp ${file} /etc/pki/ca-trust/source/anchors/sightline.pem`, 'sudo update-ca-trust'],
    },
    {
      on: 'macOS',
      steps: [`sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${file}`],
    },
    { on: 'Windows (as administrator)', steps: [`certutil -addstore -f Root "${caFile}"`] },
    {
      on: 'Firefox',
      steps: [
        'Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import: choose the file,',
        'and tick "Trust this CA to identify websites".',
      ],
    },
    {
      on: 'Chrome, Chromium on Linux (certutil is in libnss3-tools or nss-tools)',
      steps: [
        'mkdir -p "$HOME/.pki/nssdb"',
        `certutil -d "sql:$HOME/.pki/nssdb" -A -t C,, -n "Sightline local authority" -i ${file}`,
      ],
    },
  ];
}

/** Lines for a shell that make one client trust the authority. The variables for curl and requests stand in for all other authorities. */
export function clientLines(caFile: string, baseUrl: string): string[] {
  const file = shellQuoted(caFile);
  return [
    `curl --cacert ${file} ${baseUrl}/health`,
    `export CURL_CA_BUNDLE=${file}`,
    `export NODE_EXTRA_CA_CERTS=${file}`,
    `export REQUESTS_CA_BUNDLE=${file}`,
  ];
}

/** The text as one word of a POSIX shell. */
export function shellQuoted(text: string): string {
  return /^[A-Za-z0-9_/.:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
